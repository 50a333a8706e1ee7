"""The customer is told by e-mail of events of a ticket on which something depends for them, each by a letter.

=====================  ==========================================================================================
event                  letter
=====================  ==========================================================================================
opened                 ``ticket-opened``: number and forecast, however it came; of an import none
question-asked         ``ticket-question``: until when it waits
solution-sent          ``ticket-solution``: until when it waits, what is billed if it is accepted, the survey's link
reminded               ``ticket-reminder``: the last day, once more
message-added          ``ticket-message``: of the staff, where the customer may see it
access-asked           ``ticket-access``: that a permission is asked for
appointment-changed    ``ticket-appointment``: a time that the staff propose or cancel
accepted, silence-     ``ticket-closed``: how it closed, and what is billed
accepted, left-
unanswered
merged                 ``ticket-merged``: in which ticket it goes on
=====================  ==========================================================================================

All else (a change of severity or area, minutes, what stays among the staff) is read at the portal. It goes to the
contact of the ticket, where that contact has an address; a row of the outbox names neither the address nor the subject,
both are read when it is sent. Of events that are done late at once, only those are told that the last one has not
overtaken. A ticket of a trial is told to no one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from data.mails import WantedMail, want_mail
from data.ticket_events import events_of
from data.trials import is_trial
from ivr.service_desk.billing import billed_minutes
from ivr.service_desk.history import history_of
from ivr.service_desk.rules_of import rules_of
from ivr.service_desk.surveys import survey_of_letter
from ivr.tickets.acceptance import deadline
from ivr.tickets.billing_words import hours_and_minutes
from ivr.tickets.events import EventKind, TicketParty, TicketState

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from data.ticket_events import TicketEventRecord
    from data.tickets import TicketRecord
    from ivr.flow.line import Line

LETTER_OF: Final[Mapping[EventKind, str]] = {
    EventKind.OPENED: "ticket-opened",
    EventKind.QUESTION_ASKED: "ticket-question",
    EventKind.SOLUTION_SENT: "ticket-solution",
    EventKind.REMINDED: "ticket-reminder",
    EventKind.MESSAGE_ADDED: "ticket-message",
    EventKind.ACCESS_ASKED: "ticket-access",
    EventKind.APPOINTMENT_CHANGED: "ticket-appointment",
    EventKind.ACCEPTED: "ticket-closed",
    EventKind.SILENCE_ACCEPTED: "ticket-closed",
    EventKind.LEFT_UNANSWERED: "ticket-closed",
    EventKind.MERGED: "ticket-merged",
}
"""The name of the letter that each kind of event brings about; other kinds bring about none."""

_BY_STAFF: Final = frozenset({EventKind.MESSAGE_ADDED, EventKind.APPOINTMENT_CHANGED})
"""What a customer did is no news to the customer."""

_WHILE: Final[Mapping[EventKind, frozenset[TicketState]]] = {
    EventKind.QUESTION_ASKED: frozenset({TicketState.PENDING_CUSTOMER}),
    EventKind.SOLUTION_SENT: frozenset({TicketState.SOLUTION_SENT}),
    EventKind.REMINDED: frozenset({TicketState.SOLUTION_SENT, TicketState.POSTPONED}),
    EventKind.MERGED: frozenset({TicketState.MERGED}),
}
"""The states of a ticket in which a letter is still true."""

_WAITS: Final = frozenset({EventKind.QUESTION_ASKED, EventKind.SOLUTION_SENT, EventKind.REMINDED})
"""The letters of these tell a last day."""

_LANGUAGES: Final = ("pt-BR", "es")
_MOMENT: Final = "%d/%m/%Y %H:%M"
_DAY: Final = "%d/%m/%Y"


def send_letters(
    connection: Connection,
    line: Line,
    before: TicketRecord | None,
    after: TicketRecord,
    added: Sequence[TicketEventRecord],
    now: datetime,
) -> None:
    """Have the contact of the ticket told of the events that were ``added``."""
    del before
    if after.contact_id is None or after.channel == "import":
        return
    wanted = [each for each in added if _letter_of(each, after) is not None]
    if not wanted or (after.call_sid is not None and is_trial(connection, after.call_sid)):
        return
    for each in wanted:
        kind = EventKind(each.kind)
        details = _details(connection, line, after, each)
        mail = WantedMail(LETTER_OF[kind], after.contact_id, _language(line), details)
        want_mail(connection, _row_id(after.number, each.position), mail, now)


def is_true(letter: str, state: str) -> bool:
    """Return whether a letter is still true of a ticket in ``state``: else it is not sent any more."""
    kinds = [kind for kind, name in LETTER_OF.items() if name == letter and kind in _WHILE]
    return not kinds or any(state in _WHILE[kind] for kind in kinds)


def _letter_of(event: TicketEventRecord, after: TicketRecord) -> str | None:
    kind = EventKind(event.kind)
    if not event.visible or (kind in _BY_STAFF and event.party != TicketParty.STAFF.value):
        return None
    holds = kind not in _WHILE or after.state in _WHILE[kind]
    return LETTER_OF.get(kind) if holds else None


def _details(connection: Connection, line: Line, ticket: TicketRecord, event: TicketEventRecord) -> dict[str, Any]:
    """What the letter tells: moments by the line's clock, numbers of tickets; nothing of anybody."""
    told: dict[str, Any] = {"ticket": ticket.number, "position": event.position, "event": event.kind}
    if event.kind == EventKind.OPENED and ticket.forecast_at:
        told["forecast"] = f"{ticket.forecast_at.astimezone(line.header.zone):{_MOMENT}}"
    if event.kind == EventKind.SOLUTION_SENT:
        minutes = billed_minutes(connection, line, ticket, event.at)
        if minutes:
            told["billed"] = hours_and_minutes(minutes)
    if event.kind in _WAITS:
        rules = rules_of(line)
        calendar = rules.calendar(ticket.calendar)
        history = history_of(events_of(connection, ticket.number))
        ends = deadline(history, calendar.zone, rules.days) if calendar else None
        if ends:
            told["last_day"] = f"{ends.last_day:{_DAY}}"
    if event.kind == EventKind.SOLUTION_SENT:
        survey = survey_of_letter(connection, ticket.number, event.position)
        if survey:
            told["survey"] = survey.id
    return told


def _row_id(number: str, position: int) -> str:
    """The id of the outbox's row: one event is told once."""
    return "TL" + hashlib.sha256(f"{number}/{position}".encode()).hexdigest()[:32]


def _language(line: Line) -> str:
    return next((tag for tag in _LANGUAGES if tag[:2] == line.header.language[:2]), _LANGUAGES[0])
