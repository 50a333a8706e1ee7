"""One turn of one call, exactly once: the move, its trace and the answer itself are written in one transaction.

A turn delivered twice, late or at the same moment answers what it answered the first time: (call, turn number) is the
key of its row, so of two deliveries one writes and the other reads.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.exc import IntegrityError

from data.calls import (
    CallChanges,
    CallRecord,
    NewCall,
    TurnRecord,
    find_call,
    find_turn,
    open_call,
    record_status,
    save_turn,
)
from data.messages import MessageRecord, keep_message
from ivr.call.engine import Step
from ivr.call.events import Event, Recorded, Started
from ivr.call.inquiry import Inquiry
from ivr.call.position import Position
from ivr.call.verbs import Hangup, Verb
from ivr.errors import UnknownCallError
from ivr.flow import triggers

if TYPE_CHECKING:
    from data.database import Database
    from data.vault import Vault
    from ivr.call.engine import Engine
    from ivr.call.lines import Lines
    from ivr.flow.line import Line

log = logging.getLogger(__name__)

Render = Callable[["Line", tuple[Verb, ...], int, datetime], str]
"""Writes the verbs of a line as a document whose actions lead to the turn of that number."""

STATES_HEADER = "X-IVR-States"
EDGES_HEADER = "X-IVR-Edges"
DESTINATION_HEADER = "X-IVR-Destination"
SECRET_HEADER = "X-IVR-Secret"  # noqa: S105 - the name of a header


@dataclass(frozen=True, slots=True)
class Incoming:
    """A call that comes in: its id, who calls and what was dialled, in E.164 where they are numbers."""

    sid: str
    from_number: str
    to_number: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A document for the telephone company, and headers that rehearsals read (Twilio ignores them)."""

    document: str
    headers: dict[str, str] = field(default_factory=dict)


class Turns:
    """Takes the turns of all calls. Safe to share between threads: it holds nothing of any call."""

    def __init__(
        self, lines: Lines, database: Database, vault: Vault, clock: Callable[[], datetime], render: Render
    ) -> None:
        self._lines = lines
        self._database = database
        self._inquiry = Inquiry(database, vault)
        self._clock = clock
        self._render = render

    def start(self, incoming: Incoming) -> Answer:
        """The first turn of a call; a repeated one answers the same."""
        with self._database.reading() as connection:
            call = find_call(connection, incoming.sid)
            stored = find_turn(connection, incoming.sid, 0) if call else None
        if call and (stored or call.ended_at):
            return self._again(call, stored)
        engine = self._lines.dialled(incoming.to_number)
        now = self._clock()
        position = engine.start()
        new = NewCall(
            sid=incoming.sid,
            line=engine.line.name,
            menu_version=engine.line.version,
            from_number=incoming.from_number,
            to_number=incoming.to_number,
            started_at=now,
            position=position.as_json(),
        )
        return self._move(engine, new, position, 0, Started(), now)

    def take(self, sid: str, number: int, event: Event) -> Answer:
        """The turn ``number`` of the call ``sid``. Raises UnknownCallError for a call that never began."""
        with self._database.reading() as connection:
            call = find_call(connection, sid)
            if call is None:
                raise UnknownCallError(f"turn {number} came for a call that never began")
            # An older turn answers what it answered; one from the future, what the caller is being told now.
            stored = None if call.turn == number else find_turn(connection, sid, min(number, call.turn - 1))
        if stored or call.ended_at:
            return self._again(call, stored)
        engine = self._lines.version(call.line, call.menu_version)
        position, event = self._standing(engine, call, event)
        return self._move(engine, call, position, number, event, self._clock())

    def status(self, sid: str, status: str, sequence: int, duration: int | None) -> None:
        """A status callback: the call's status only moves up, whatever the order."""
        with self._database.transaction() as connection:
            record_status(connection, sid, status, sequence, duration, self._clock())

    def _standing(self, engine: Engine, call: CallRecord, event: Event) -> tuple[Position, Event]:
        """Where the call stands, and what is to be heard there."""
        position = Position.from_json(call.position)
        node = engine.line.states.get(position.state)
        if node and node.waits:
            return position, event
        # The menu was edited and the house restarted during the call: its state is gone, so it begins again. What the
        # caller answered, answered a question that nobody asks any more.
        return engine.start(), Started()

    def _again(self, call: CallRecord, stored: TurnRecord | None) -> Answer:
        if call.ended_at or stored is None:
            engine = self._lines.version(call.line, call.menu_version)
            return Answer(self._render(engine.line, (Hangup(),), call.turn, self._clock()))
        return Answer(stored.answer, dict(stored.headers))

    def _move(
        self, engine: Engine, call: NewCall | CallRecord, position: Position, number: int, event: Event, now: datetime
    ) -> Answer:
        facts = self._inquiry.ask(engine, position, event, now)
        step = engine.step(position, event, facts, number)
        answer = Answer(self._render(engine.line, step.verbs, number + 1, facts.now), _headers(step))
        turn = TurnRecord(
            number=number,
            at=now,
            state=step.heard,
            event=event.kind,
            outcome=step.outcome,
            states=step.states,
            destination=step.destination,
            reason=step.reason,
            menu_version=engine.line.version,
            answer=answer.document,
            headers=answer.headers,
        )
        changes = CallChanges(
            turn=number + 1,
            position=step.position.as_json(),
            destination=step.position.destination,
            reason=step.reason or (call.reason if isinstance(call, CallRecord) else None),
            contact_id=step.position.contact_id,
            company_id=step.position.company_id,
        )
        try:
            with self._database.transaction() as connection:
                if isinstance(call, NewCall):
                    open_call(connection, call)
                save_turn(connection, call.sid, turn, changes)
                if isinstance(event, Recorded) and step.outcome == triggers.RECORDED:
                    keep_message(connection, _message(call.sid, number, now, step.position.destination, event))
        except IntegrityError:
            # The same turn was delivered twice at once and the other delivery was faster: its answer is the answer.
            with self._database.reading() as connection:
                stored = find_turn(connection, call.sid, number)
            if stored is None:
                raise
            return Answer(stored.answer, dict(stored.headers))
        log.info(
            "turn",
            extra={"call": call.sid, "turn": number, "state": step.heard, "event": event.kind, "outcome": step.outcome},
        )
        return answer


def _message(sid: str, turn: int, now: datetime, destination: str | None, recorded: Recorded) -> MessageRecord:
    return MessageRecord(sid, turn, now, destination, recorded.sid, recorded.url, recorded.seconds)


def _headers(step: Step) -> dict[str, str]:
    headers = {STATES_HEADER: ",".join(step.states)}
    if step.edges:
        headers[EDGES_HEADER] = ";".join(f"{edge.source}>{edge.trigger}>{edge.target}" for edge in step.edges)
    if step.destination:
        headers[DESTINATION_HEADER] = step.destination
    if step.secret:
        headers[SECRET_HEADER] = "1"
    return headers
