"""Writes what a turn causes into the database, in the transaction of the turn: the one place that does."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, assert_never

from data.callbacks import CallbackRecord, ask_callback
from data.closures import NewClosure, close_destination, open_destination
from data.consents import ConsentRecord, give_service, keep_consent
from data.messages import MessageRecord, keep_message
from data.protocols import give_protocol
from data.recordings import RecordingRecord, keep_recording
from data.traffic import note_dialled
from ivr.call import effects, verbs
from ivr.call.quotes import quoted
from ivr.call.speech import sentence
from ivr.flow.nodes import say

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from ivr.flow.line import Line


def save_effects(
    connection: Connection, line: Line, sid: str, turn: int, caused: Iterable[effects.Effect], now: datetime
) -> None:
    """Write what the turn ``turn`` of the call ``sid`` on ``line`` caused; ``now`` is the moment of the turn."""
    for effect in caused:
        match effect:
            case effects.DestinationDialled(destination):
                note_dialled(connection, sid, turn, line.name, destination, now)
            case effects.ProtocolGiven(number):
                give_protocol(connection, sid, number, now)
            case effects.ClosureOrdered(scope, hours, by):
                until = now + timedelta(hours=hours)
                close_destination(connection, NewClosure(line.name, scope, "by telephone", now, until, by))
            case effects.OpeningOrdered(scope, by):
                open_destination(connection, line.name, scope, now, by)
            case effects.CallbackRequested(destination, number, queued_at):
                since = datetime.fromisoformat(queued_at) if queued_at else now
                callback = CallbackRecord(sid, line.name, destination, number, since)
                ask_callback(connection, callback, now - line.routing.table.callbacks.expires)
            case effects.TermAccepted():
                keep_consent(connection, _consent(line, sid, turn, effect, now))
            case effects.ServiceGiven(destination):
                give_service(connection, sid, destination, now)
            case effects.MessageLeft(left_for, recording, url, seconds):
                keep_message(connection, MessageRecord(sid, turn, now, left_for, recording, url, seconds))
            case effects.TalkRecorded(left_for, recording, url, seconds):
                keep_recording(connection, RecordingRecord(recording, sid, now, left_for, url, seconds))
            case _:
                assert_never(effect)


def _consent(line: Line, sid: str, turn: int, accepted: effects.TermAccepted, now: datetime) -> ConsentRecord:
    """The term in the words in which it was told, and the service in whose name a state of the menu tells it."""
    term = accepted.term
    says = (node for node in line.states.values() if isinstance(node, say.Say) and node.prompt == term)
    name = next((say.service for say in says if say.service), None)
    service = line.routing.table.services.get(name or "")
    local = now.astimezone(line.header.zone)
    return ConsentRecord(
        sid,
        turn,
        now,
        accepted.contact_id,
        term,
        line.prompts.texts[term].version,
        # As it was told: the price may be another one by now.
        sentence(line, verbs.Say(term, price=quoted(accepted.quoted)), local),
        name,
        ",".join(service.destinations) if service else "",
    )
