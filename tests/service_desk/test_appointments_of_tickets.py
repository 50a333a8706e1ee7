"""Appointments are proposed by one side, answered by the other, and lapse after 24 hours (seed 001, item d)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from data.appointments import LAPSE, AppointmentRecord, appointments_of, find_appointment
from data.database import Database
from data.due_work import DUE_WORK
from data.ticket_events import events_of
from data.users import USER
from data.vault import Cost, Vault
from ivr.call.lines import Lines
from ivr.flow.line import Line
from ivr.service_desk.acts import TicketAct, act_on, ticket_for
from ivr.service_desk.appointments import (
    AppointmentProposal,
    change_appointment,
    lapse_appointment,
    lapses,
    propose_appointment,
)
from ivr.service_desk.opening import NewTicket, open_ticket
from ivr.service_desk.services import stop_service
from ivr.tickets.appointments import AppointmentError, AppointmentState
from ivr.tickets.events import EventKind, TicketParty
from ivr.worker.kinds.appointment_lapses import AppointmentLapses
from ivr.worker.tools import Tools
from tests.line_server import KEY
from tests.service_desk.conftest import MONDAY, ZONE

NUMBER, OTHER = "5071343114", "5071343115"
APPOINTMENT = "AP" + "1" * 32
SECOND = "AP" + "2" * 32
THURSDAY = datetime(2026, 3, 12, 14, 0, tzinfo=ZONE)
DAY = timedelta(days=1)


@pytest.fixture(name="analyst")
def _analyst(database: Database) -> int:
    with database.reading() as connection:
        return int(connection.execute(select(USER.c.id).order_by(USER.c.id)).scalars().first() or 0)


class Diary:
    """Tickets under Consultoria do Suporte, and the appointments made on them."""

    def __init__(self, database: Database, line: Line, new: NewTicket, analyst: int) -> None:
        self.database, self.line, self.analyst = database, line, analyst
        with database.transaction() as connection:
            for number in (NUMBER, OTHER):
                opened = replace(new, service="consultoria-do-suporte", analyst_id=analyst)
                open_ticket(connection, line, opened, number, MONDAY)

    def propose(
        self,
        starts_at: datetime = THURSDAY,
        party: TicketParty = TicketParty.STAFF,
        number: str = NUMBER,
        appointment: str = APPOINTMENT,
        now: datetime = MONDAY,
    ) -> AppointmentRecord:
        proposal = AppointmentProposal(starts_at, 60, party, "Ana")
        with self.database.transaction() as connection:
            ticket = ticket_for(connection, number)
            return propose_appointment(connection, self.line, ticket, proposal, appointment, now)[1]

    def change(
        self,
        wanted: AppointmentState,
        party: TicketParty,
        now: datetime,
        appointment: str = APPOINTMENT,
        number: str = NUMBER,
        user_id: int | None = None,
    ) -> AppointmentRecord:
        with self.database.transaction() as connection:
            ticket = ticket_for(connection, number)
            return change_appointment(connection, self.line, ticket, appointment, wanted, party, "Bia", now, user_id)[1]

    def lapse(self, now: datetime, appointment: str = APPOINTMENT) -> bool:
        with self.database.transaction() as connection:
            return lapse_appointment(connection, self.line, appointment, now)

    def act(self, work: Callable[..., object]) -> None:
        with self.database.transaction() as connection:
            work(connection, ticket_for(connection, NUMBER))

    def states(self, number: str = NUMBER) -> list[str]:
        with self.database.reading() as connection:
            return [each.state for each in appointments_of(connection, number)]


@pytest.fixture(name="diary")
def _diary(database: Database, line: Line, new: NewTicket, analyst: int) -> Diary:
    return Diary(database, line, new, analyst)


def test_a_proposal_is_confirmed_by_the_other_side_and_held(diary: Diary) -> None:
    proposed = diary.propose()
    assert (proposed.state, proposed.user_id, proposed.service) == ("proposed", diary.analyst, "consultoria-do-suporte")
    assert lapses(diary.line, proposed) == MONDAY + DAY
    diary.change(AppointmentState.CONFIRMED, TicketParty.CUSTOMER, MONDAY + DAY - timedelta(seconds=1))
    diary.change(AppointmentState.HELD, TicketParty.STAFF, THURSDAY)
    assert diary.states() == ["held"]
    with diary.database.reading() as connection:
        told = [(each.kind, each.party) for each in events_of(connection, NUMBER)[1:]]
    assert told == [
        ("appointment-changed", "staff"),
        ("appointment-changed", "customer"),
        ("appointment-changed", "staff"),
    ]


def test_a_proposal_lapses_once_at_24_hours(diary: Diary) -> None:
    diary.propose()
    with diary.database.reading() as connection:
        due = connection.execute(select(DUE_WORK.c.at).where(DUE_WORK.c.kind == LAPSE)).scalar_one()
    assert due == MONDAY + DAY
    assert not diary.lapse(MONDAY + DAY - timedelta(microseconds=1))
    assert diary.lapse(MONDAY + DAY)
    assert not diary.lapse(MONDAY + DAY)
    assert diary.states() == ["lapsed"]
    with pytest.raises(AppointmentError, match="answered or is over"):
        diary.change(AppointmentState.CONFIRMED, TicketParty.CUSTOMER, MONDAY + DAY)


def test_a_lapse_after_an_outage_is_dated_when_it_was_due(diary: Diary) -> None:
    diary.propose()
    assert diary.lapse(MONDAY + 9 * DAY)
    with diary.database.reading() as connection:
        event = events_of(connection, NUMBER)[-1]
        appointment = find_appointment(connection, APPOINTMENT)
    assert (event.at, event.party) == (MONDAY + DAY, "line")
    assert appointment is not None
    assert appointment.answered_at == MONDAY + DAY


def test_a_confirmed_time_does_not_lapse(diary: Diary) -> None:
    diary.propose()
    diary.change(AppointmentState.CONFIRMED, TicketParty.CUSTOMER, MONDAY + timedelta(hours=1))
    assert not diary.lapse(MONDAY + 2 * DAY)
    assert diary.states() == ["confirmed"]


def test_the_worker_lets_a_proposal_lapse_and_bears_to_do_it_twice(diary: Diary) -> None:
    diary.propose()
    vault = Vault(KEY, Cost.rehearsal())
    kind = AppointmentLapses(Tools(diary.database, vault, lambda: Lines([diary.line])))
    assert kind.do(APPOINTMENT, MONDAY + DAY).outcome == "lapsed"
    assert kind.do(APPOINTMENT, MONDAY + DAY).outcome == "answered before"
    assert kind.do("AP" + "9" * 32, MONDAY + DAY).outcome == "the appointment is gone"


def test_an_analyst_has_one_appointment_at_a_time_over_all_tickets(diary: Diary) -> None:
    diary.propose()
    with pytest.raises(AppointmentError, match="another appointment"):
        diary.propose(THURSDAY + timedelta(minutes=30), number=OTHER, appointment=SECOND)
    diary.propose(THURSDAY + timedelta(minutes=60), number=OTHER, appointment=SECOND)
    diary.change(AppointmentState.REFUSED, TicketParty.CUSTOMER, MONDAY)
    diary.propose(THURSDAY, number=OTHER, appointment="AP" + "3" * 32)
    assert (diary.states(), diary.states(OTHER)) == (["refused"], ["proposed", "proposed"])


def test_a_customer_proposes_and_the_analyst_who_confirms_is_not_elsewhere(
    database: Database, line: Line, new: NewTicket, analyst: int
) -> None:
    diary = Diary(database, line, new, analyst)
    diary.propose(number=OTHER, appointment=SECOND)
    without = replace(new, service="consultoria-do-suporte")
    with database.transaction() as connection:
        ticket = open_ticket(connection, line, without, "5071343116", MONDAY)
        proposal = AppointmentProposal(THURSDAY, 30, TicketParty.CUSTOMER, "Bia")
        propose_appointment(connection, line, ticket, proposal, APPOINTMENT, MONDAY)
    with pytest.raises(AppointmentError, match="another appointment"):
        diary.change(AppointmentState.CONFIRMED, TicketParty.STAFF, MONDAY, number="5071343116", user_id=analyst)


def test_an_appointment_of_another_ticket_is_none(diary: Diary) -> None:
    diary.propose()
    with pytest.raises(AppointmentError, match="no such appointment"):
        diary.change(AppointmentState.CONFIRMED, TicketParty.CUSTOMER, MONDAY, number=OTHER)
    assert diary.states() == ["proposed"]


def test_a_ticket_of_the_free_support_has_no_appointments(database: Database, line: Line, new: NewTicket) -> None:
    proposal = AppointmentProposal(THURSDAY, 60, TicketParty.STAFF, "Ana")
    with database.transaction() as connection:
        ticket = open_ticket(connection, line, new, NUMBER, MONDAY)
        with pytest.raises(AppointmentError, match="no service"):
            propose_appointment(connection, line, ticket, proposal, APPOINTMENT, MONDAY)


def test_appointments_end_with_the_service_and_with_the_ticket(diary: Diary) -> None:
    diary.propose()
    now = MONDAY + timedelta(hours=2)
    diary.act(
        lambda connection, ticket: stop_service(connection, diary.line, ticket, None, TicketParty.CUSTOMER, "B", now)
    )
    assert diary.states() == ["cancelled"]
    with diary.database.transaction() as connection:
        diary_ticket = ticket_for(connection, OTHER)
        proposal = AppointmentProposal(THURSDAY, 60, TicketParty.STAFF, "Ana")
        ticket, _ = propose_appointment(connection, diary.line, diary_ticket, proposal, SECOND, now)
        for kind, party in ((EventKind.SOLUTION_SENT, TicketParty.STAFF), (EventKind.ACCEPTED, TicketParty.CUSTOMER)):
            ticket = act_on(connection, diary.line, ticket, TicketAct(kind, party, "Ana", text="."), now)
    assert diary.states(OTHER) == ["cancelled"]
