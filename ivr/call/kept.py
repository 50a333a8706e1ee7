"""What a turn leaves behind besides itself, in its transaction: rings, numbers, orders, wishes, consents, messages."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from data.callbacks import CallbackRecord, ask_callback
from data.closures import NewClosure, close_desk, open_desk
from data.consents import ConsentRecord, give_service, keep_consent
from data.messages import MessageRecord, keep_message
from data.protocols import give_protocol
from data.recordings import RecordingRecord, keep_recording
from data.traffic import note_dialled
from ivr.call import events, verbs
from ivr.call.orders import Order
from ivr.call.position import Position
from ivr.call.quotes import quoted
from ivr.call.speech import sentence
from ivr.flow import triggers
from ivr.flow.nodes.say import Say

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from data.calls import CallRecord, NewCall
    from ivr.call.engine import Step
    from ivr.flow.line import Line


def keep(
    connection: Connection,
    line: Line,
    call: NewCall | CallRecord,
    number: int,
    before: Position,
    event: events.Event,
    step: Step,
    now: datetime,
) -> None:
    """Write everything that came of the turn ``number`` and is no part of the turn or the call itself."""
    if step.destination and any(isinstance(verb, verbs.Dial) for verb in step.verbs):
        note_dialled(connection, call.sid, number, line.name, step.destination, now)
    if step.position.protocol and not before.protocol:
        give_protocol(connection, call.sid, step.position.protocol, now)
    if step.order:
        _carry_out(connection, line.name, step.order, now)
    if step.call_back:
        ask_callback(connection, _callback(line, call, step, now), now - line.routing.table.callbacks.expires)
    if step.accepted:
        keep_consent(connection, _consent(line, call.sid, number, now, step))
    if step.served_by and before.agreed:
        give_service(connection, call.sid, step.served_by, now)
    if isinstance(event, events.Recorded) and step.outcome == triggers.RECORDED:
        keep_message(connection, _message(call.sid, number, now, step.position.destination, event))
    if isinstance(event, events.DialEnded) and (talk := event.recording):
        # The carrier tells of it by itself as well, which may have met a database that was away.
        desk = before.progress.destination if before.progress else before.destination
        keep_recording(connection, RecordingRecord(talk.sid, call.sid, now, desk, talk.url, event.seconds))


def _message(sid: str, turn: int, now: datetime, destination: str | None, recorded: events.Recorded) -> MessageRecord:
    return MessageRecord(sid, turn, now, destination, recorded.sid, recorded.url, recorded.seconds)


def _callback(line: Line, call: NewCall | CallRecord, step: Step, now: datetime) -> CallbackRecord:
    since = step.position.queued_at
    return CallbackRecord(
        call.sid,
        line.name,
        step.position.destination or "",
        line.number_to_call(call.from_number) or "",
        datetime.fromisoformat(since) if since else now,
    )


def _consent(line: Line, sid: str, turn: int, now: datetime, step: Step) -> ConsentRecord:
    term = step.accepted or ""
    says = (node for node in line.states.values() if isinstance(node, Say) and node.prompt == term)
    name = next((say.service for say in says if say.service), None)
    service = line.routing.table.services.get(name or "")
    local = now.astimezone(line.header.zone)
    return ConsentRecord(
        sid,
        turn,
        now,
        step.position.contact_id,
        term,
        line.prompts.texts[term].version,
        # As it was told: the price may be another one by now.
        sentence(line, verbs.Say(term, price=quoted(step.position.quoted)), local),
        name,
        ",".join(service.desks) if service else "",
    )


def _carry_out(connection: Connection, line: str, order: Order, now: datetime) -> None:
    """A desk closed or opened by telephone, with the name of whoever did it."""
    if order.hours is None:
        open_desk(connection, line, order.scope, now, order.by)
        return
    until = now + timedelta(hours=order.hours)
    close_desk(connection, NewClosure(line, order.scope, "by telephone", now, until, order.by))
