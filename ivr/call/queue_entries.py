"""``note_entry`` and ``note_leaving`` write that a call comes into a destination's queue, and how it leaves it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from data.talk_events import note_event
from data.waiting import WaitingOutcome, WaitingRecord, enter_queue, entry_name, leave, waiting_of_call
from routing.outcomes import REACHED, TargetOutcome

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ivr.call.effects import QueueEntered

_OUTCOMES: Final[dict[TargetOutcome, WaitingOutcome]] = {"queue-timeout": "timeout", "hangup": "abandoned"}


def note_entry(connection: Connection, line: str, sid: str, turn: int, entered: QueueEntered, now: datetime) -> None:
    """Write the entry that the turn ``turn`` of the call ``sid`` makes at ``now`` (aware)."""
    entry = WaitingRecord(
        entry_name(sid, turn),
        sid,
        turn,
        line,
        entered.destination,
        entered.queue,
        entered.state,
        entered.seconds,
        since=now,
        entered_at=now,
        contract=entered.contract,
    )
    if enter_queue(connection, entry):
        note_event(connection, "entered", now, entry.id, line, entered.destination)


def note_leaving(
    connection: Connection, sid: str, outcome: TargetOutcome, pressed: str | None, now: datetime
) -> WaitingRecord | None:
    """Write that the call ``sid`` left its queue at ``now`` (aware), and return the entry; None where it stood in none
    that was not settled before.
    """
    entry = waiting_of_call(connection, sid)
    if entry is None:
        return None
    how: WaitingOutcome = "key" if pressed else "answered" if outcome in REACHED else _OUTCOMES.get(outcome, "failed")
    if not leave(connection, entry.id, how, now, pressed):
        return None
    note_event(connection, "left", now, entry.id, entry.line, entry.destination, outcome=how)
    return entry
