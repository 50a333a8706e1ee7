"""What a caller hears of a ticket is how it stands at that moment; what the caller does is written with the turn."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from data.audit import AUDIT
from data.contact import CONTACT
from data.database import Database
from data.recordings import RECORDING
from data.ticket_events import TicketEventRecord, events_of
from data.tickets import TICKET, TicketRecord, find_ticket
from ivr.call.acts_on_tickets import act_on_ticket
from ivr.call.effects import PhonePasswordChanged, TicketActed, TicketMoved
from ivr.call.facts import TicketFacts
from ivr.call.facts_changed import FactsChangedError
from ivr.call.new_passwords import change_phone_password
from ivr.call.ticket_effects import move_ticket
from ivr.call.ticket_facts import load_ticket
from ivr.flow.line import Line
from ivr.service_desk.acts import TicketAct, act_on, ticket_for
from ivr.service_desk.opening import NewTicket, open_ticket
from ivr.tickets.events import Area, EventKind, Severity, TicketParty, TicketState
from tests.call.ticket_line import ticket_line
from tests.conftest import MakeServer
from tests.line_server import PADARIA, SID, LineServer, said
from tests.lines import TUESDAY

NUMBER, LINKED = "5071343114", "5071343115"
SPOKEN = {"RecordingSid": "RE" + "0" * 32, "RecordingUrl": "https://x.test/r", "RecordingDuration": "9"}
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Line:
    return ticket_line(tmp_path_factory.mktemp("flows"))


@dataclass(frozen=True)
class Desk:
    """The ticket of a contact of the demo data, opened by telephone for the desk of RM."""

    database: Database
    line: Line
    company_id: int
    contact_id: int

    def staff(self, kind: EventKind, now: datetime = TUESDAY) -> None:
        self._act(TicketAct(kind, TicketParty.STAFF, "Rita"), now)

    def customer(self, kind: EventKind, now: datetime = TUESDAY) -> None:
        self._act(TicketAct(kind, TicketParty.CUSTOMER, "Ana", self.contact_id, text="Ok."), now)

    def _act(self, act: TicketAct, now: datetime) -> None:
        with self.database.transaction() as connection:
            act_on(connection, self.line, ticket_for(connection, NUMBER), act, now)

    def facts(
        self,
        now: datetime = TUESDAY,
        number: str = NUMBER,
        company_id: int | None = None,
        contact_id: int | None = None,
    ) -> TicketFacts | None:
        contact_id = self.contact_id if contact_id is None else contact_id
        with self.database.reading() as connection:
            company = self.company_id if company_id is None else company_id
            return load_ticket(connection, self.line, number, company, contact_id, now, iter([NUMBER, LINKED]))

    def by_telephone(self, acted: TicketActed, now: datetime = TUESDAY) -> None:
        with self.database.transaction() as connection:
            act_on_ticket(connection, self.line, SID, acted, now)

    def acted(self, kind: EventKind, **more: object) -> TicketActed:
        return replace(TicketActed(NUMBER, self.company_id, self.contact_id, kind, "mesa.rm"), **more)  # type: ignore[arg-type]

    def ticket(self, number: str = NUMBER) -> TicketRecord:
        with self.database.reading() as connection:
            found = find_ticket(connection, number)
        assert found is not None
        return found

    def events(self, number: str = NUMBER) -> list[TicketEventRecord]:
        with self.database.reading() as connection:
            return events_of(connection, number)


@pytest.fixture
def desk(server_database: Database, line: Line) -> Desk:
    with server_database.transaction() as connection:
        contact = connection.execute(select(CONTACT).where(CONTACT.c.name.like("Ana%")).order_by(CONTACT.c.id)).first()
        assert contact is not None
        new = NewTicket(
            contact.company_id,
            contact.id,
            "telephone",
            Area.SUSTENTACAO,
            "comercial",
            Severity.MEDIUM,
            TicketParty.LINE,
            line.name,
            "Nota",
            destination="mesa.rm",
        )
        open_ticket(connection, line, new, NUMBER, TUESDAY)
    return Desk(server_database, line, contact.company_id, contact.id)


@pytest.fixture
def server(make_server: MakeServer, line: Line, desk: Desk) -> LineServer:
    """A call of Ana that is asked for the number of a ticket, in its turn 5."""
    server = make_server(line, database=desk.database)
    server.keys("4", PADARIA, "1234", "1")
    return server


def test_a_ticket_is_told_as_it_stands(server: LineServer, desk: Desk) -> None:
    desk.staff(EventKind.SOLUTION_SENT)
    told = said(server.turn(5, Digits=NUMBER))
    assert "solution-sent. Para aceitar, 1. Para recusar, 2. Para mais prazo, 3. Para um recado, 4." in told


def test_an_acceptance_that_comes_twice_is_one(server: LineServer, desk: Desk) -> None:
    desk.staff(EventKind.SOLUTION_SENT)
    server.turn(5, Digits=NUMBER)
    assert "O prazo é" in said(server.turn(6, Digits="1"))
    for _ in range(2):
        assert "Está feito." in said(server.turn(7, Digits="1"))
    *_, accepted = desk.events()
    assert [each.kind for each in desk.events()].count(EventKind.ACCEPTED) == 1
    assert (accepted.kind, accepted.party, accepted.contact_id) == ("accepted", "customer", desk.contact_id)
    assert json.loads(accepted.details) == {"channel": "telephone"}
    assert desk.ticket().state == TicketState.ACCEPTED


def test_a_refusal_keeps_its_recording(server: LineServer, desk: Desk) -> None:
    desk.staff(EventKind.SOLUTION_SENT)
    server.turn(5, Digits=NUMBER)
    server.turn(6, Digits="2")
    assert "Está feito." in said(server.turn(7, **SPOKEN))
    refused = desk.events()[-1]
    assert json.loads(refused.details) == {"channel": "telephone", "recording": SPOKEN["RecordingSid"], "seconds": 9}
    with desk.database.reading() as connection:
        (kept,) = connection.execute(select(RECORDING)).all()
    assert (kept.sid, kept.call_sid, kept.destination) == (SPOKEN["RecordingSid"], SID, "mesa.rm")


def test_what_an_analyst_does_meanwhile_is_heard_in_the_same_turn(server: LineServer, desk: Desk) -> None:
    desk.staff(EventKind.SOLUTION_SENT)
    server.turn(5, Digits=NUMBER)
    server.turn(6, Digits="1")
    desk.customer(EventKind.REFUSED)
    assert "refused." in said(server.turn(7, Digits="1"))
    assert desk.ticket().state == TicketState.REFUSED


def test_a_message_to_a_closed_ticket_opens_a_linked_one(server: LineServer, desk: Desk) -> None:
    desk.staff(EventKind.SOLUTION_SENT)
    desk.customer(EventKind.ACCEPTED)
    server.turn(5, Digits=NUMBER)
    server.turn(6, Digits="4")
    assert "Abri o chamado" in said(server.turn(7, **SPOKEN))
    with desk.database.reading() as connection:
        numbers = connection.scalars(select(TICKET.c.number).where(TICKET.c.number != NUMBER)).all()
    (number,) = numbers
    assert desk.events(number)[0].kind == EventKind.OPENED
    assert desk.ticket().state == TicketState.ACCEPTED, "nothing reopens a closed ticket"


def test_a_password_keyed_twice_is_the_contact_s(server: LineServer, desk: Desk) -> None:
    server.turn(5, Digits="*")
    server.turn(6, Digits="2")
    server.turn(7, Digits="82637415")
    assert "Está feito." in said(server.turn(8, Digits="82637415"))
    with desk.database.reading() as connection:
        changed = connection.execute(select(AUDIT).where(AUDIT.c.act == "phone password")).one()
        found = connection.scalars(select(CONTACT.c.password_hash).where(CONTACT.c.id == desk.contact_id)).one()
    assert changed.who == changed.subject
    assert "82637415" not in found
    assert said(server.keys("4", PADARIA, "82637415", sid="CA" + "2" * 32)).startswith("Para RM, 1.")


def test_the_administrator_of_the_company_is_told(server: LineServer, desk: Desk) -> None:
    server.turn(5, Digits="*")
    assert said(server.turn(6, Digits="3")).startswith("É ")


def test_another_company_and_a_number_of_nobody_are_told_alike(desk: Desk) -> None:
    assert desk.facts(company_id=desk.company_id + 1) is None
    assert desk.facts(number=LINKED) is None
    assert replace(desk, line=replace(desk.line, name="outra")).facts() is None


def test_a_ticket_that_is_open_takes_a_message_alone(desk: Desk) -> None:
    facts = desk.facts()
    assert facts is not None
    assert facts.state == TicketState.OPENED
    assert facts.possible == {EventKind.MESSAGE_ADDED}
    assert facts.forecast_at == desk.ticket().forecast_at
    assert (facts.last_day, facts.postponed_day, facts.linked, facts.billed) == (None, None, None, None)


def test_more_time_is_taken_once_and_within_the_first_days(desk: Desk) -> None:
    desk.staff(EventKind.SOLUTION_SENT)
    facts, last = desk.facts(), desk.facts(TUESDAY + 15 * DAY)
    assert facts is not None
    assert last is not None
    assert (facts.last_day, facts.postponed_day) == (date(2026, 3, 25), date(2026, 4, 24))
    assert EventKind.POSTPONED in facts.possible & last.possible
    desk.customer(EventKind.POSTPONED)
    postponed = desk.facts()
    assert postponed is not None
    assert postponed.possible == {EventKind.ACCEPTED, EventKind.REFUSED, EventKind.MESSAGE_ADDED}
    assert postponed.last_day == date(2026, 4, 24)


def test_what_fell_due_counts_though_nobody_has_written_it(desk: Desk) -> None:
    desk.staff(EventKind.SOLUTION_SENT)
    facts = desk.facts(TUESDAY + 20 * DAY)
    assert facts is not None
    assert facts.state == TicketState.ACCEPTED_BY_SILENCE
    assert facts.possible == {EventKind.MESSAGE_ADDED}
    assert facts.linked == LINKED, "the first number that no ticket has"
    assert desk.ticket().state == TicketState.SOLUTION_SENT


def test_who_may_open_no_ticket_leaves_no_message_on_a_closed_one(desk: Desk) -> None:
    desk.staff(EventKind.SOLUTION_SENT)
    with desk.database.reading() as connection:
        davi = connection.execute(select(CONTACT.c.id).where(CONTACT.c.name == "Davi")).scalars().first()
    while_open, closed = desk.facts(contact_id=davi), desk.facts(TUESDAY + 20 * DAY, contact_id=davi)
    assert while_open is not None
    assert closed is not None
    assert EventKind.MESSAGE_ADDED in while_open.possible
    assert (closed.possible, closed.linked) == (frozenset(), None)


def test_an_act_that_is_not_possible_any_more_asks_for_the_turn_anew(desk: Desk) -> None:
    desk.staff(EventKind.SOLUTION_SENT)
    desk.customer(EventKind.ACCEPTED)
    before = desk.events()
    with pytest.raises(FactsChangedError):
        desk.by_telephone(desk.acted(EventKind.REFUSED))
    assert desk.events() == before


@pytest.mark.parametrize("other", [{"number": LINKED}, {"company_id": 10**6}])
def test_a_ticket_that_is_gone_asks_for_the_turn_anew(desk: Desk, other: dict[str, object]) -> None:
    with pytest.raises(FactsChangedError):
        desk.by_telephone(desk.acted(EventKind.MESSAGE_ADDED, **other))


def test_a_password_that_a_colleague_took_meanwhile_asks_anew(desk: Desk) -> None:
    with desk.database.reading() as connection:
        taken = connection.scalars(
            select(CONTACT.c.password_hash).where(
                CONTACT.c.company_id == desk.company_id, CONTACT.c.id != desk.contact_id
            )
        ).first()
    assert taken is not None
    changed = PhonePasswordChanged(desk.contact_id, desk.company_id, taken)
    with pytest.raises(FactsChangedError), desk.database.transaction() as connection:
        change_phone_password(connection, changed, TUESDAY)
    with desk.database.reading() as connection:
        assert connection.execute(select(AUDIT).where(AUDIT.c.act == "phone password")).all() == []


@pytest.mark.parametrize("case", ["closed", "gone", "of another company", "a desk without tickets"])
def test_a_ticket_that_cannot_go_to_another_desk_stays(desk: Desk, case: str) -> None:
    moved = TicketMoved(NUMBER, desk.company_id, "mesa.rm")
    with desk.database.transaction() as connection:
        act = TicketAct(EventKind.TRANSFERRED, TicketParty.STAFF, "Rita", area=Area.FABRICA)
        act_on(connection, desk.line, ticket_for(connection, NUMBER), act, TUESDAY)
    match case:
        case "closed":
            desk.staff(EventKind.SOLUTION_SENT)
            desk.customer(EventKind.ACCEPTED)
        case "gone":
            moved = replace(moved, number=LINKED)
        case "of another company":
            moved = replace(moved, company_id=desk.company_id + 1)
        case _:
            moved = replace(moved, destination="gente")
    before = desk.events()
    with desk.database.transaction() as connection:
        move_ticket(connection, desk.line, moved, TUESDAY)
    assert desk.events() == before


def test_a_ticket_of_another_area_goes_to_the_desk_that_is_rung(desk: Desk) -> None:
    with desk.database.transaction() as connection:
        act = TicketAct(EventKind.TRANSFERRED, TicketParty.STAFF, "Rita", area=Area.FABRICA)
        act_on(connection, desk.line, ticket_for(connection, NUMBER), act, TUESDAY)
        move_ticket(connection, desk.line, TicketMoved(NUMBER, desk.company_id, "mesa.rm"), TUESDAY)
    assert desk.events()[-1].party == TicketParty.LINE
    assert desk.ticket().area == Area.SUSTENTACAO
