"""Writes what a turn causes into the database, in the transaction of the turn: the one place that does.

Facts are read before the turn is decided, and two turns may be decided at the same moment. Where what one may cause
depends on how often it was caused already (the limits of a destination, the callbacks of a day), that is counted again
here, under a lock that such turns take and no others. Where the count is full by now the turn is decided anew.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, assert_never

from data.attempts import finish_attempt
from data.audit import TELEPHONE, record
from data.callbacks import CallbackRecord, ask_callback, lock_promises, may_ask
from data.closures import NewClosure, close_destination, open_destination
from data.consents import ConsentRecord, give_service, keep_consent
from data.messages import MessageRecord, keep_message
from data.protocols import give_protocol
from data.recordings import RecordingRecord, keep_recording
from data.texts import LineText, want_text
from data.traffic import lock_traffic, note_dialled
from ivr.call import effects, verbs
from ivr.call.acts_on_tickets import act_on_ticket, answer_access_of_ticket
from ivr.call.call_surveys import save_survey
from ivr.call.callbacks import bounds_of
from ivr.call.facts_changed import FactsChangedError
from ivr.call.new_passwords import change_phone_password
from ivr.call.queue_entries import note_entry, note_leaving
from ivr.call.quotes import quoted
from ivr.call.routing_context import load_of_destinations
from ivr.call.speech import sentence
from ivr.call.ticket_effects import move_ticket, open_ticket_of_call
from ivr.flow.nodes import say
from routing.limits import IDLE, UNLIMITED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from ivr.flow.line import Line


def save_effects(
    connection: Connection, line: Line, sid: str, turn: int, caused: Iterable[effects.Effect], now: datetime
) -> None:
    """Write what the turn ``turn`` of the call ``sid`` on ``line`` caused; ``now`` is the moment of the turn.

    Raises FactsChangedError; the transaction must then be rolled back, and the turn begun again with fresh facts.
    """
    for effect in caused:
        match effect:
            case effects.PasswordCompared(matched):
                finish_attempt(connection, sid, turn, matched)
            case effects.DestinationDialled(destination):
                _require_telephone(connection, line, destination, sid, now)
                note_dialled(connection, sid, turn, line.name, destination, now)
            case effects.QueueEntered():
                note_entry(connection, line, sid, turn, effect, now)
            case effects.QueueEnded(outcome, pressed):
                note_leaving(connection, sid, outcome, pressed, now)
            case effects.ProtocolGiven(number):
                give_protocol(connection, sid, number, now)
            case effects.TicketOpened():
                open_ticket_of_call(connection, line, sid, effect, now)
            case effects.TicketMoved():
                move_ticket(connection, line, effect, now)
            case effects.ClosureOrdered(scope, hours, by):
                until = now + timedelta(hours=hours)
                close_destination(connection, NewClosure(line.name, scope, "by telephone", now, until, by))
                record(connection, now, by, "close", f"{line.name} {scope}", TELEPHONE)
            case effects.OpeningOrdered(scope, by):
                open_destination(connection, line.name, scope, now, by)
                record(connection, now, by, "open", f"{line.name} {scope}", TELEPHONE)
            case effects.CallbackRequested(destination, number, queued_at):
                since = datetime.fromisoformat(queued_at) if queued_at else now
                callback = CallbackRecord(sid, line.name, destination, number, since)
                lock_promises(connection)
                if not may_ask(connection, callback, bounds_of(line), now):
                    raise FactsChangedError("as many callbacks as may be are promised by now")
                ask_callback(connection, callback, now - line.routing.table.callbacks.expires)
            case effects.TextWanted(number, text):
                want_text(connection, sid, turn, LineText(line.name, number, text), now)
            case effects.TermAccepted():
                keep_consent(connection, _consent(line, sid, turn, effect, now))
            case effects.ServiceGiven(destination):
                give_service(connection, sid, destination, now)
            case effects.MessageLeft(left_for, recording, url, seconds):
                keep_message(connection, MessageRecord(sid, turn, now, left_for, recording, url, seconds))
            case effects.TicketActed():
                act_on_ticket(connection, line, sid, effect, now)
            case effects.AccessAnswered():
                answer_access_of_ticket(connection, line, effect, now)
            case effects.SurveyAnswered():
                save_survey(connection, line, sid, effect, now)
            case effects.PhonePasswordChanged():
                change_phone_password(connection, effect, now)
            case effects.TalkRecorded(left_for, recording, url, seconds):
                keep_recording(connection, RecordingRecord(recording, sid, now, left_for, url, seconds))
            case _:
                assert_never(effect)


def _require_telephone(connection: Connection, line: Line, destination: str, sid: str, now: datetime) -> None:
    """Require that the limits of ``destination`` leave room for one more call, until the transaction ends."""
    dialled = line.routing.table.destinations.get(destination)
    if dialled is None or dialled.limits == UNLIMITED:
        return
    lock_traffic(connection, line.name, destination)
    load = load_of_destinations(connection, line, now.astimezone(line.header.zone), sid).get(destination, IDLE)
    if full := dialled.limits.reached(load):
        raise FactsChangedError(f"the destination {destination} is full by now: {full}")


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
