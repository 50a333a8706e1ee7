"""One turn of one call, exactly once: the move, its trace and the answer itself are written in one transaction.

A turn delivered twice, late or at the same moment answers what it answered the first time: (call, turn number) is the
key of its row, so of two deliveries one writes and the other reads.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy.exc import IntegrityError

from data.callbacks import CallbackRecord, ask_callback, end_try
from data.calls import (
    TERMINAL,
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
from data.closures import NewClosure, close_desk, open_desk
from data.consents import ConsentRecord, keep_consent
from data.messages import MessageRecord, keep_message
from data.protocols import give_protocol
from data.queue_exits import exit_key, leave_queue
from data.traffic import note_dialled
from ivr.call.engine import Step
from ivr.call.events import Event, QueueLeft, Recorded, Started
from ivr.call.inquiry import Inquiry
from ivr.call.orders import Order
from ivr.call.position import Position
from ivr.call.verbs import Dial, Hangup, Verb
from ivr.errors import UnknownCallError
from ivr.flow import triggers

if TYPE_CHECKING:
    from sqlalchemy import Connection

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
SECRET_SPEECH_HEADER = "X-IVR-Secret-Speech"  # noqa: S105 - the name of a header


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
        self._vault = vault
        self._inquiry = Inquiry(database, vault)
        self._clock = clock
        self._render = render

    def start(self, incoming: Incoming) -> Answer:
        """The first turn of a call; a repeated one answers the same."""
        return self._begin(incoming, self._lines.dialled(incoming.to_number), None)

    def call_back(self, incoming: Incoming, line: str, desk: str) -> Answer:
        """The first turn of a call that we made: whoever was called back is connected with ``desk`` straight away."""
        return self._begin(incoming, self._lines.version(line, ""), desk)

    def _begin(self, incoming: Incoming, engine: Engine, desk: str | None) -> Answer:
        with self._database.reading() as connection:
            call = find_call(connection, incoming.sid)
            stored = find_turn(connection, incoming.sid, 0) if call else None
        if call and (stored or call.ended_at):
            return self._again(call, stored)
        now = self._clock()
        position = engine.start() if desk is None else engine.start_at_desk(desk)
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
            if isinstance(event, QueueLeft) and event.result == "leave":
                event = replace(event, pressed=exit_key(connection, sid, number))
        if stored or call.ended_at:
            return self._again(call, stored)
        engine = self._lines.version(call.line, call.menu_version)
        position, event = self._standing(engine, call, event)
        return self._move(engine, call, position, number, event, self._clock())

    def leave_queue(self, sid: str, number: int, pressed: str) -> None:
        """The caller pressed a key in a queue; the turn ``number`` will hear that the queue was left."""
        with self._database.transaction() as connection:
            leave_queue(connection, sid, number, pressed)

    def status(self, sid: str, status: str, sequence: int, duration: int | None) -> None:
        """A status callback: the call's status only moves up, whatever the order."""
        with self._database.transaction() as connection:
            record_status(connection, sid, status, sequence, duration, self._clock())
            if status in TERMINAL:
                end_try(connection, sid, status, self._clock())

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
        return self._stored(call.sid, stored)

    def _kept(self, sid: str, number: int, answer: Answer) -> str:
        """The document as it is stored: hidden where a document is read back in it."""
        if SECRET_SPEECH_HEADER not in answer.headers:
            return answer.document
        return self._vault.hide(answer.document, _name(sid, number))

    def _stored(self, sid: str, turn: TurnRecord) -> Answer:
        """What the turn answered, byte by byte."""
        hidden = SECRET_SPEECH_HEADER in turn.headers
        document = self._vault.reveal(turn.answer, _name(sid, turn.number)) if hidden else turn.answer
        return Answer(document, dict(turn.headers))

    def _move(
        self, engine: Engine, call: NewCall | CallRecord, position: Position, number: int, event: Event, now: datetime
    ) -> Answer:
        facts = self._inquiry.ask(engine, position, event, now, call.sid, call.from_number)
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
            answer=self._kept(call.sid, number, answer),
            headers=answer.headers,
            tried=_explained(engine.line, step),
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
                if step.destination and any(isinstance(verb, Dial) for verb in step.verbs):
                    note_dialled(connection, call.sid, number, engine.line.name, step.destination, now)
                if step.position.protocol and not position.protocol:
                    give_protocol(connection, call.sid, step.position.protocol, now)
                if step.order:
                    _carry_out(connection, engine.line.name, step.order, now)
                if step.call_back:
                    ask_callback(connection, _callback(engine.line, call, step, now))
                if step.accepted:
                    keep_consent(connection, _consent(engine.line, call.sid, number, now, step))
                if isinstance(event, Recorded) and step.outcome == triggers.RECORDED:
                    keep_message(connection, _message(call.sid, number, now, step.position.destination, event))
        except IntegrityError:
            # The same turn was delivered twice at once and the other delivery was faster: its answer is the answer.
            with self._database.reading() as connection:
                stored = find_turn(connection, call.sid, number)
            if stored is None:
                raise
            return self._stored(call.sid, stored)
        log.info(
            "turn",
            extra={"call": call.sid, "turn": number, "state": step.heard, "event": event.kind, "outcome": step.outcome},
        )
        return answer


def _name(sid: str, number: int) -> str:
    """The name under which a turn's answer is hidden."""
    return f"{sid}/{number}"


def _message(sid: str, turn: int, now: datetime, destination: str | None, recorded: Recorded) -> MessageRecord:
    return MessageRecord(sid, turn, now, destination, recorded.sid, recorded.url, recorded.seconds)


def _callback(line: Line, call: NewCall | CallRecord, step: Step, now: datetime) -> CallbackRecord:
    since = step.position.queued_at
    return CallbackRecord(
        call.sid,
        line.name,
        step.position.destination or "",
        call.from_number,
        datetime.fromisoformat(since) if since else now,
    )


def _consent(line: Line, sid: str, turn: int, now: datetime, step: Step) -> ConsentRecord:
    term = step.accepted or ""
    return ConsentRecord(sid, turn, now, step.position.contact_id, term, line.prompts.texts[term].version)


def _explained(line: Line, step: Step) -> tuple[tuple[str, str, str], ...]:
    """The rules that the router tried, each with the place in the line's files that says so."""
    return tuple((each.rule, each.outcome, line.routing.place_of(each.key)) for each in step.tried)


def _carry_out(connection: Connection, line: str, order: Order, now: datetime) -> None:
    """A desk closed or opened by telephone, with the name of whoever did it."""
    if order.hours is None:
        open_desk(connection, line, order.scope, now, order.by)
        return
    until = now + timedelta(hours=order.hours)
    close_desk(connection, NewClosure(line, order.scope, "by telephone", now, until, order.by))


def _headers(step: Step) -> dict[str, str]:
    headers = {STATES_HEADER: ",".join(step.states)}
    if step.edges:
        headers[EDGES_HEADER] = ";".join(f"{edge.source}>{edge.trigger}>{edge.target}" for edge in step.edges)
    if step.destination:
        headers[DESTINATION_HEADER] = step.destination
    if step.secret:
        headers[SECRET_HEADER] = "1"
    if step.secret_speech:
        headers[SECRET_SPEECH_HEADER] = "1"
    return headers
