"""``TicketView`` is all that the page of a ticket shows at one moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, tzinfo

from sqlalchemy import Connection

from data.appointments import AppointmentRecord, appointments_of
from data.recorded_talks import kept_recordings
from data.remote_access import RemoteAccessRecord, accesses_of
from data.roles import MAY, Act
from data.ticket_attachments import AttachmentName, attachments_of
from data.ticket_events import TicketEventRecord, events_of
from data.ticket_people import TicketCustomer, ticket_customer
from data.tickets import TicketRecord
from data.users import User, all_users
from ivr.flow.line import Line
from ivr.languages import language_of
from ivr.service_desk.appointments import appointment_rules
from ivr.service_desk.billing import bills_of
from ivr.service_desk.history import history_of
from ivr.service_desk.minutes import counted_minutes
from ivr.service_desk.services import services_to_offer
from ivr.tickets.acceptance import Deadline, deadline
from ivr.tickets.billing_words import tell_bill
from ivr.tickets.events import CLOSED, EventKind, TicketState
from ivr.tickets.forecast import ForecastError, forecast
from ivr.tickets.forecast_words import ForecastTold, tell_forecast
from ivr.tickets.machine import IN_SERVICE, may, on_the_way
from ivr.tickets.remote_access import ACCESS_WORDS, AccessState, access_state, answer_told
from ivr.web.tickets.event_words import did, notes_of, other_ticket, said_in
from value_class import value_class
from wording import reason


@value_class
class ShownEvent:
    """An event as the page shows it; ``notes`` are what came with it, ``ticket`` is another one that it names.

    ``minutes`` are those that count of it, None where it took none; ``recording`` is the sid of what was said, where
    that is kept and who looks may ask to hear it.
    """

    record: TicketEventRecord
    did: str
    notes: tuple[str, ...]
    ticket: str | None
    files: tuple[AttachmentName, ...]
    minutes: int | None
    recording: str | None


@value_class
class ShownAccess:
    """A remote access with where it stands now, in words, and how it was answered; one that ``lasts`` can be ended."""

    record: RemoteAccessRecord
    told: str
    given: str | None
    lasts: bool


@value_class
class TicketView:
    """A ticket with its history. ``told`` explains the forecast; None where it cannot be computed, and ``wrong`` says
    why. ``ends`` is until when the customer has time. ``possible`` are the acts that the state takes.
    ``service`` is the name of the one under which it is billed, ``bills`` what is charged if it is accepted now,
    ``services`` those that may be offered, by their names.
    """

    ticket: TicketRecord
    state: TicketState
    zone: tzinfo
    customer: TicketCustomer | None
    events: tuple[ShownEvent, ...]
    told: ForecastTold | None
    wrong: str
    ends: Deadline | None
    is_late: bool
    minutes: int
    staff: Mapping[int, str]
    analysts: Mapping[int, str]
    accesses: tuple[ShownAccess, ...]
    tools: tuple[str, ...]
    possible: frozenset[EventKind]
    service: str
    bills: tuple[str, ...]
    services: Mapping[str, str]
    appointments: tuple[AppointmentRecord, ...]
    takes_appointments: bool

    @property
    def is_closed(self) -> bool:
        """Return whether nothing leads out of its state."""
        return self.state in CLOSED

    @property
    def access_goes_on(self) -> bool:
        """Return whether a remote access waits or lasts."""
        return any(access.lasts for access in self.accesses)


def read_ticket_view(
    connection: Connection,
    line: Line | None,
    ticket: TicketRecord,
    now: datetime,
    *,
    portuguese: bool,
    hears: bool = False,
) -> TicketView:
    """Read what the page of a ticket shows at ``now`` (aware); moments are written for readers of Portuguese, or as
    2026-03-10. ``line`` is None where the ticket's is not served any more: then it can only be read. Who looks
    ``hears`` recordings, or knows of none.
    """
    state = TicketState(ticket.state)
    records = events_of(connection, ticket.number)
    counted = counted_minutes(records)
    heard = _recordings(connection, records) if hears else {}
    files = attachments_of(connection, ticket.number)
    users = all_users(connection)
    staff = {user.id: user.name for user in users}
    rules = line.routing.tickets if line else None
    told, wrong, ends = None, "", None
    if rules is not None:
        history = history_of(records)
        ends = deadline(history, rules.desk_hours(ticket.calendar).zone, rules.days)
        try:
            found = forecast(history, rules.calendars, rules.severities)
        except ForecastError as error:
            wrong = reason(error)
        else:
            told = tell_forecast(
                found, state, lambda at: moment_told(at, portuguese), lambda on: day_told(on, portuguese)
            )
    accesses = [(each, access_state(each, now)) for each in accesses_of(connection, ticket.number)]
    lasting = (AccessState.WAITING, AccessState.ALLOWED)
    return TicketView(
        ticket,
        state,
        line.header.zone if line else UTC,
        ticket_customer(connection, ticket.company_id, ticket.contact_id),
        tuple(
            ShownEvent(
                each,
                did(each),
                tuple(notes_of(each, staff)),
                other_ticket(each),
                tuple(file for file in files if file.position == each.position),
                counted.get(each.position),
                heard.get(said_in(each) or ""),
            )
            for each in records
        ),
        told,
        wrong,
        ends,
        is_late(ticket, now),
        sum(counted.values()),
        staff,
        analysts_of(users),
        tuple(
            ShownAccess(each, ACCESS_WORDS[at], answer_told(each.channel, each.protocol), at in lasting)
            for each, at in accesses
        ),
        rules.remote_access.tools if rules else (),
        frozenset(kind for kind in EventKind if may(state, kind) or on_the_way(state, kind)) if rules else frozenset(),
        _service(line, ticket),
        _bills(connection, line, ticket, now) if line and rules else (),
        {each.name: each.name_for_customers for each in services_to_offer(line, ticket)} if line and rules else {},
        tuple(appointments_of(connection, ticket.number)),
        line is not None and appointment_rules(line, ticket.service) is not None,
    )


def _recordings(connection: Connection, records: Sequence[TicketEventRecord]) -> Mapping[str, str]:
    said = {name for each in records if (name := said_in(each))}
    sids = {name for name in said if name.startswith("RE")}
    return kept_recordings(connection, sids, said - sids)


def _service(line: Line | None, ticket: TicketRecord) -> str:
    service = line.routing.table.services.get(ticket.service) if line and ticket.service else None
    return service.name_for_customers if service else ticket.service or ""


def _bills(connection: Connection, line: Line, ticket: TicketRecord, now: datetime) -> tuple[str, ...]:
    money = language_of(line.header.language).money
    return tuple(tell_bill(each.service, each.bill, money) for each in bills_of(connection, line, ticket, now))


def analysts_of(users: list[User]) -> dict[int, str]:
    """Return the names of those users who work on tickets, by their ids."""
    return {user.id: user.name for user in users if user.disabled_at is None and Act.WORK_TICKETS in MAY[user.role]}


def is_late(ticket: TicketRecord, now: datetime) -> bool:
    """Return whether the staff have a ticket whose forecast is over at ``now`` (aware)."""
    return TicketState(ticket.state) in IN_SERVICE and ticket.forecast_at is not None and ticket.forecast_at < now


def moment_told(at: datetime, portuguese: bool) -> str:
    """Return an instant, in its own zone, as people write it."""
    return f"{at:%d/%m/%Y %H:%M}" if portuguese else f"{at:%Y-%m-%d %H:%M}"


def day_told(on: date, portuguese: bool) -> str:
    """Return a date as people write it."""
    return f"{on:%d/%m/%Y}" if portuguese else f"{on:%Y-%m-%d}"
