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
overtaken. A reminder that a worker wrote late waits for the desk to open, as long as that is before the deadline. A
ticket of a trial is told to no one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from data.mails import WantedMail, want_mail
from data.ticket_events import events_of
from data.trials import is_trial
from ivr.service_desk.billing import billed_minutes
from ivr.service_desk.history import history_of
from ivr.service_desk.rules_of import rules_of
from ivr.service_desk.surveys import survey_of_letter
from ivr.tickets.acceptance import Deadline, deadline
from ivr.tickets.billing_words import hours_and_minutes
from ivr.tickets.events import EventKind, TicketParty
from ivr.tickets.machine import MOVING

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

_WAITS: Final = frozenset({EventKind.QUESTION_ASKED, EventKind.SOLUTION_SENT, EventKind.REMINDED})
"""The letters of these tell a last day."""

_UNTIL_IT_MOVES: Final = _WAITS | {EventKind.MERGED}
"""Letters of these are true until the ticket moves on."""

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
    wanted = [each for each in added if _letter_of(each, added) is not None]
    if not wanted or (after.call_sid is not None and is_trial(connection, after.call_sid)):
        return
    for each in wanted:
        kind = EventKind(each.kind)
        ends = _deadline(connection, line, after) if kind in _WAITS else None
        details = _details(connection, line, after, each, ends)
        mail = WantedMail(LETTER_OF[kind], after.contact_id, _language(line), details)
        earliest = _in_desk_hours(line, after, ends, now) if ends and kind is EventKind.REMINDED else None
        want_mail(connection, _row_id(after.number, each.position), mail, now, earliest=earliest)


def is_true(letter: str, position: int, events: Iterable[TicketEventRecord]) -> bool:
    """Return whether a letter about the event ``position`` is still true of a ticket that has ``events``: else it is
    not sent any more. What waits for the customer is over, or has another last day, with the next move.
    """
    kinds = {kind for kind, name in LETTER_OF.items() if name == letter}
    return not kinds & _UNTIL_IT_MOVES or not _moved_after(position, events)


def _letter_of(event: TicketEventRecord, added: Sequence[TicketEventRecord]) -> str | None:
    kind = EventKind(event.kind)
    if not event.visible or (kind in _BY_STAFF and event.party != TicketParty.STAFF.value):
        return None
    is_over = kind in _UNTIL_IT_MOVES and _moved_after(event.position, added)
    return None if is_over else LETTER_OF.get(kind)


def _moved_after(position: int, events: Iterable[TicketEventRecord]) -> bool:
    return any(each.position > position and EventKind(each.kind) in MOVING for each in events)


def _deadline(connection: Connection, line: Line, ticket: TicketRecord) -> Deadline | None:
    rules = rules_of(line)
    history = history_of(events_of(connection, ticket.number))
    return deadline(history, rules.desk_hours(ticket.calendar).zone, rules.days)


def _in_desk_hours(line: Line, ticket: TicketRecord, ends: Deadline, now: datetime) -> datetime | None:
    """When a reminder may be sent: at once, or as the desk opens, where that is before its deadline. It is due in desk
    hours, but a worker that was away may come back to it at night.
    """
    return rules_of(line).desk_hours(ticket.calendar).opening_from(now, ends.at)


def _details(
    connection: Connection, line: Line, ticket: TicketRecord, event: TicketEventRecord, ends: Deadline | None
) -> dict[str, Any]:
    """What the letter tells: moments by the line's clock, numbers of tickets; nothing of anybody."""
    told: dict[str, Any] = {"ticket": ticket.number, "position": event.position, "event": event.kind}
    if event.kind == EventKind.OPENED and ticket.forecast_at:
        told["forecast"] = f"{ticket.forecast_at.astimezone(line.header.zone):{_MOMENT}}"
    if event.kind == EventKind.SOLUTION_SENT:
        minutes = billed_minutes(connection, line, ticket, event.at)
        if minutes:
            told["billed"] = hours_and_minutes(minutes)
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
