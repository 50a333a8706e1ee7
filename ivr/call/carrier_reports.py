"""The carrier reports a call's status and end, a recording and a key pressed in a queue, beside the call's turns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from data.callbacks import end_try, name_try
from data.calls import TERMINAL, find_call, record_status
from data.conflicts import MAX_TRIES, repeated
from data.database import DatabaseUnavailableError
from data.queue_exits import leave_queue
from data.recordings import RecordingRecord, keep_recording
from data.texts import note_text
from data.tickets import TicketChangedError
from ivr.call.queue_entries import note_end
from ivr.call.severity_answers import note_severity
from ivr.call.talks.settling import Rules

if TYPE_CHECKING:
    from data.database import Database
    from ivr.call.known_calls import KnownCalls
    from ivr.call.lines import Lines
    from ivr.flow.line import Line


class CarrierReports:
    """Takes in the reports of all calls; ``known`` forgets those that are over. Safe to share between threads."""

    def __init__(self, database: Database, clock: Callable[[], datetime], known: KnownCalls, lines: Lines) -> None:
        self._database = database
        self._clock = clock
        self._known = known
        self._rules = Rules(lines)

    def has_ended(self, sid: str) -> bool:
        """Return whether the call has ended, as far as can be told now."""
        try:
            with self._database.autocommit() as connection:
                call = find_call(connection, sid)
        except DatabaseUnavailableError:
            return False
        return call is not None and call.ended_at is not None

    def leave_queue(self, sid: str, number: int, pressed: str) -> bool:
        """The caller pressed a key in a queue; the turn ``number`` will hear that the queue was left.

        False where no such turn is expected: the call is over, or has come out of the queue before.
        """

        def leave() -> bool:
            with self._database.transaction(durable=False) as connection:
                call = find_call(connection, sid)
                if call is None or call.ended_at or call.turn > number:
                    return False
                leave_queue(connection, sid, number, pressed)
            return True

        return repeated(leave)

    def severity(self, line: Line, sid: str, answers: Sequence[bool]) -> datetime | None:
        """The caller answered in a queue how severe the matter of the call's ticket is; return when it is to be
        answered then (aware), None where the call has no ticket.
        """

        def note() -> datetime | None:
            with self._database.transaction() as connection:
                return note_severity(connection, line, sid, answers, self._clock())

        for _ in range(MAX_TRIES - 1):
            with suppress(TicketChangedError):
                return repeated(note)
        return repeated(note)

    def status(
        self, sid: str, status: str, sequence: int, duration: int | None, reservation: str | None = None
    ) -> None:
        """A status callback: the call's status only moves up, whatever the order. ``reservation`` is that of a call
        which we made: so its status proves that it was made, also where the carrier's answer to us was lost.
        """

        durable = reservation is not None or status in TERMINAL

        def note() -> None:
            with self._database.transaction(durable=durable) as connection:
                if reservation:
                    name_try(connection, reservation, sid, self._clock())
                record_status(connection, sid, status, sequence, duration, self._clock())
                if status in TERMINAL:
                    end_try(connection, sid, status, self._clock())
                    note_end(connection, sid, self._clock(), self._rules)

        repeated(note)
        if status in TERMINAL:
            self._known.forget(sid)

    def text(self, reservation: str, sid: str, note: str | None) -> None:
        """The carrier has the text of that ``reservation`` as ``sid``; ``note`` is what became of it."""

        def keep() -> None:
            with self._database.transaction() as connection:
                note_text(connection, reservation, sid, note, self._clock())

        repeated(keep)

    def answered(self, reservation: str, sid: str) -> None:
        """The call that we made under ``reservation`` is answered, as ``sid``: so it was made."""
        try:
            with self._database.transaction() as connection:
                name_try(connection, reservation, sid, self._clock())
        except DatabaseUnavailableError:
            pass  # its statuses, and its end, will tell the same

    def recorded(self, recording: RecordingRecord) -> None:
        """A talk was recorded: it can be found again."""

        def keep() -> None:
            with self._database.transaction() as connection:
                keep_recording(connection, recording)

        repeated(keep)
