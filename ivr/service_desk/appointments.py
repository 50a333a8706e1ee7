"""Appointments of a ticket are proposed by one side and answered by the other (seed 001, item d).

Each change is an event of its ticket as well, so that both sides see it there. The rules are those of
``ivr.tickets.appointments``; a proposal schedules its own lapse.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from data.appointments import (
    LAPSE,
    AppointmentRecord,
    add_appointment,
    appointments_of_analyst,
    find_appointment,
    move_appointment,
)
from data.due_work import schedule
from data.tickets import TicketRecord
from ivr.flow.line import Line
from ivr.service_desk.acts import TicketAct, act_on, ticket_for
from ivr.tickets.appointments import (
    AppointmentError,
    AppointmentState,
    ProposedTime,
    check_proposed,
    lapses_at,
    next_state,
    overlap,
)
from ivr.tickets.events import EventKind, TicketParty
from routing.services import CONFIRM_HOURS, AppointmentRules
from value_class import value_class
from wording import message


@value_class
class AppointmentProposal:
    """``party``, whose name ``author`` is shown, proposes ``minutes`` from ``starts_at`` (aware) on.

    ``user_id`` is the analyst, by default the ticket's; None for both: who confirms it.
    """

    starts_at: datetime
    minutes: int
    party: TicketParty
    author: str
    user_id: int | None = None
    contact_id: int | None = None


def appointment_rules(line: Line, service: str | None) -> AppointmentRules | None:
    """Return the rules of appointments of a ticket under ``service``; None where it is given without."""
    found = line.routing.table.services.get(service) if service else None
    return found.appointments if found else None


def lapses(line: Line, appointment: AppointmentRecord) -> datetime:
    """Return the instant from which a proposed appointment is confirmed no more."""
    rules = appointment_rules(line, appointment.service)
    hours = rules.confirm_hours if rules else CONFIRM_HOURS
    return lapses_at(appointment.proposed_at, appointment.starts_at, hours)


def propose_appointment(
    connection: Connection,
    line: Line,
    ticket: TicketRecord,
    proposal: AppointmentProposal,
    appointment_id: str,
    now: datetime,
) -> tuple[TicketRecord, AppointmentRecord]:
    """Propose an appointment for a ticket at ``now`` (aware). Raises AppointmentError where its service has none, the
    time is not within the service's hours, or the analyst has another one then.
    """
    rules = appointment_rules(line, ticket.service)
    if rules is None or ticket.service is None or ticket.closed_at is not None:
        raise AppointmentError(
            message("appointment-of-no-service", "this ticket is under no service that is given by appointment")
        )
    analyst = proposal.user_id if proposal.user_id is not None else ticket.analyst_id
    time = ProposedTime(proposal.starts_at, proposal.minutes)
    check_proposed(rules, time, now, _taken(connection, analyst, time))
    appointment = AppointmentRecord(
        id=appointment_id,
        ticket=ticket.number,
        company_id=ticket.company_id,
        service=ticket.service,
        starts_at=proposal.starts_at,
        minutes=proposal.minutes,
        proposed_at=now,
        proposed_by=proposal.party.value,
        user_id=analyst,
        contact_id=proposal.contact_id if proposal.contact_id is not None else ticket.contact_id,
        state=AppointmentState.PROPOSED.value,
    )
    add_appointment(connection, appointment)
    schedule(connection, LAPSE, appointment_id, lapses(line, appointment))
    user_id = proposal.user_id if proposal.party is TicketParty.STAFF else None
    return _noted(connection, line, ticket, appointment, proposal.party, proposal.author, user_id, now), appointment


def change_appointment(
    connection: Connection,
    line: Line,
    ticket: TicketRecord,
    appointment_id: str,
    wanted: AppointmentState,
    party: TicketParty,
    author: str,
    now: datetime,
    user_id: int | None = None,
    contact_id: int | None = None,
) -> tuple[TicketRecord, AppointmentRecord]:
    """Confirm, refuse or cancel an appointment of a ticket, or say that it was held. Raises AppointmentError where the
    rules do not allow it, and for one that is not the ticket's.
    """
    before = find_appointment(connection, appointment_id)
    if before is None or before.ticket != ticket.number:
        raise AppointmentError(message("appointment-unknown", "there is no such appointment on this ticket"))
    state = next_state(
        AppointmentState(before.state),
        wanted,
        by=party,
        proposed_by=TicketParty(before.proposed_by),
        now=now,
        starts_at=before.starts_at,
        lapses=lapses(line, before),
    )
    after = replace(before, state=state.value, answered_at=now)
    if state is AppointmentState.CONFIRMED and before.user_id is None and user_id is not None:
        after = replace(after, user_id=user_id)
        if any(
            overlap(after, each) for each in _taken(connection, user_id, ProposedTime(after.starts_at, after.minutes))
        ):
            raise AppointmentError(
                message("appointment-taken", "the analyst has another appointment at that time; propose another one")
            )
    if not move_appointment(connection, before, after):
        raise AppointmentError(
            message("appointment-settled", "this appointment was answered or is over already; propose another one")
        )
    return _noted(connection, line, ticket, after, party, author, user_id, now, contact_id), after


def lapse_appointment(connection: Connection, line: Line, appointment_id: str, now: datetime) -> bool:
    """Let a proposed appointment lapse that was not confirmed by ``now`` (aware), dated when it lapsed; False where it
    was answered or cancelled before, or may still be confirmed.
    """
    before = find_appointment(connection, appointment_id)
    if before is None or before.state != AppointmentState.PROPOSED.value:
        return False
    at = lapses(line, before)
    if now < at:
        return False
    ticket = ticket_for(connection, before.ticket)
    after = replace(before, state=AppointmentState.LAPSED.value, answered_at=at)
    if not move_appointment(connection, before, after):
        return False
    _noted(connection, line, ticket, after, TicketParty.LINE, line.name, None, max(at, ticket.last_at))
    return True


def _taken(connection: Connection, analyst: int | None, time: ProposedTime) -> list[AppointmentRecord]:
    if analyst is None:
        return []
    ends = time.starts_at + timedelta(minutes=time.minutes)
    return appointments_of_analyst(connection, analyst, time.starts_at, ends)


def _noted(
    connection: Connection,
    line: Line,
    ticket: TicketRecord,
    appointment: AppointmentRecord,
    party: TicketParty,
    author: str,
    user_id: int | None,
    now: datetime,
    contact_id: int | None = None,
) -> TicketRecord:
    act = TicketAct(
        EventKind.APPOINTMENT_CHANGED,
        party,
        author,
        contact_id=contact_id,
        user_id=user_id,
        details={
            "state": appointment.state,
            "starts_at": appointment.starts_at.isoformat(),
            "minutes": appointment.minutes,
        },
    )
    return act_on(connection, line, ticket, act, now)
