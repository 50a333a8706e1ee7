"""A ticket is billed when it closes, by what was agreed to and noted on it (seed 001, items a to f; seed 003 p. 15)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import update

from data.charges import ChargeRecord, charges_between, charges_of
from data.company import COMPANY
from data.contact import CONTACT
from data.database import Database
from data.ticket_events import events_of
from data.tickets import TicketRecord
from ivr.flow.line import Line
from ivr.languages import language_of
from ivr.service_desk.acts import TicketAct, act_on, do_what_is_due, ticket_for
from ivr.service_desk.billing import billed_minutes, bills_of
from ivr.service_desk.linking import merge_ticket
from ivr.service_desk.opening import NewTicket, open_ticket
from ivr.service_desk.services import (
    ServiceOffer,
    ServiceOfferError,
    agree_to_service,
    decline_service,
    offer_service,
    offered_service,
    services_to_offer,
    stop_service,
)
from ivr.tickets.billing_words import tell_bill
from ivr.tickets.events import EventKind, TicketParty
from routing.services import Price
from tests.service_desk.conftest import MONDAY, ZONE, days
from wording.catalogues import put

NUMBER, OTHER = "5071343114", "5071343115"
HOUR = timedelta(hours=1)
SUPPORT = "consultoria-do-suporte"
TECHNICAL = "consultoria-tecnica"


class Desk:
    """Acts on one ticket, each an hour after the one before, as people do them."""

    def __init__(self, database: Database, line: Line, new: NewTicket, number: str = NUMBER) -> None:
        self.database, self.line, self.new, self.number = database, line, new, number
        self.now = MONDAY
        assert new.contact_id is not None
        self.contact = new.contact_id
        with database.transaction() as connection:
            connection.execute(update(CONTACT).where(CONTACT.c.id == self.contact).values(consultancy=True))
            open_ticket(connection, line, new, number, MONDAY)

    def act(self, kind: EventKind, party: TicketParty = TicketParty.STAFF, **more: object) -> TicketRecord:
        made = replace(TicketAct(kind, party, "Ana", text="..."), **more)  # type: ignore[arg-type]
        return self.do(lambda ticket, connection: act_on(connection, self.line, ticket, made, self.now))

    def do(self, work: Callable[..., TicketRecord]) -> TicketRecord:
        self.now += HOUR
        with self.database.transaction() as connection:
            return work(ticket_for(connection, self.number), connection)

    def note(self, minutes: int, **details: object) -> None:
        self.act(EventKind.ACTIVITY_NOTED, minutes=minutes, details=details)

    def offer(self, service: str = SUPPORT) -> ServiceOffer:
        self.do(lambda it, connection: offer_service(connection, self.line, it, service, "Ana", None, self.now))
        found = self.offered()
        assert found is not None
        return found

    def offered(self) -> ServiceOffer | None:
        with self.database.reading() as connection:
            return offered_service(connection, self.line, self.number)

    def agree(self, offer: ServiceOffer, line: Line | None = None) -> TicketRecord:
        return self.do(
            lambda it, connection: agree_to_service(
                connection, line or self.line, it, offer.position, "Bia", self.contact, self.now
            )
        )

    def solve(self, cause: str = "other") -> None:
        self.act(EventKind.SOLUTION_SENT, details={"cause": cause})

    def accept(self) -> TicketRecord:
        return self.act(EventKind.ACCEPTED, TicketParty.CUSTOMER)

    def charges(self) -> list[ChargeRecord]:
        with self.database.reading() as connection:
            return charges_of(connection, self.number)


@pytest.fixture(name="desk")
def _desk(database: Database, line: Line, new: NewTicket) -> Desk:
    return Desk(database, line, new)


def priced(line: Line, service: str, *prices: Price) -> Line:
    table = line.routing.table
    changed = replace(table.services[service], prices=prices)
    services = {**table.services, service: changed}
    return replace(line, routing=replace(line.routing, table=replace(table, services=services)))


def test_a_ticket_of_the_free_support_has_no_charge(desk: Desk) -> None:
    desk.note(95)
    desk.solve()
    desk.accept()
    assert desk.charges() == []


def test_what_was_agreed_to_is_charged_from_the_consent_on(desk: Desk) -> None:
    desk.note(40)
    after = desk.agree(desk.offer())
    assert after.service == SUPPORT
    desk.note(25)
    desk.note(70)
    desk.solve()
    assert desk.charges() == []
    desk.accept()
    (charge,) = desk.charges()
    # 95 minutes at R$ 354 an hour: 560.50.
    assert (charge.service, charge.minutes, charge.hour_price, charge.amount) == (
        SUPPORT,
        95,
        Decimal(354),
        Decimal("560.50"),
    )
    assert (charge.company_id, charge.waived, charge.unit) == (desk.new.company_id, None, None)


def test_the_consent_keeps_text_version_and_price_that_were_shown(desk: Desk) -> None:
    offer = desk.offer()
    assert (offer.hour, offer.title) == (Decimal(354), "Consultoria do Suporte")
    assert "R$\N{NO-BREAK SPACE}354,00 a hora" in offer.text
    desk.agree(offer)
    with desk.database.reading() as connection:
        event = events_of(connection, NUMBER)[-1]
    assert (event.kind, event.party, event.text, event.contact_id) == (
        "service-changed",
        "customer",
        offer.text,
        desk.contact,
    )
    version = desk.line.prompts.texts["termo-consultoria-do-suporte"].version
    for part in (f'"version": "{version}"', '"hour": "354.00"', '"service": "consultoria-do-suporte"'):
        assert part in event.details


@pytest.mark.parametrize("cause", ["product", "other"])
def test_the_product_at_fault_waives_the_consultancy_of_the_support(desk: Desk, cause: str) -> None:
    desk.agree(desk.offer())
    desk.note(60)
    desk.solve(cause)
    desk.accept()
    (charge,) = desk.charges()
    waived = ("product-at-fault", Decimal(0)) if cause == "product" else (None, Decimal(354))
    assert (charge.waived, charge.amount) == waived


def test_the_cause_of_the_last_solution_counts(desk: Desk) -> None:
    desk.agree(desk.offer())
    desk.note(60)
    desk.solve("product")
    desk.act(EventKind.REFUSED, TicketParty.CUSTOMER)
    desk.solve("other")
    desk.accept()
    assert desk.charges()[0].waived is None


def test_a_stopped_consultancy_is_charged_until_it_was_stopped(desk: Desk) -> None:
    desk.agree(desk.offer())
    desk.note(30)
    after = desk.do(
        lambda it, connection: stop_service(
            connection, desk.line, it, "Resolvemos aqui.", TicketParty.CUSTOMER, "Bia", desk.now, desk.contact
        )
    )
    assert after.service is None
    desk.note(60)
    desk.solve()
    desk.accept()
    (charge,) = desk.charges()
    assert (charge.minutes, charge.amount) == (30, Decimal(177))


def test_a_consent_under_which_nothing_was_noted_is_void(desk: Desk) -> None:
    desk.note(40)
    desk.agree(desk.offer())
    desk.solve()
    desk.accept()
    (charge,) = desk.charges()
    assert (charge.minutes, charge.amount, charge.waived) == (0, Decimal(0), "nothing-served")


def test_two_services_of_one_ticket_are_two_charges(database: Database, line: Line, new: NewTicket) -> None:
    desk = Desk(database, line, replace(new, service=TECHNICAL))
    desk.note(15)
    desk.agree(desk.offer())
    desk.note(20)
    desk.solve("product")
    desk.accept()
    # 15 minutes of R$ 400 an hour whatever the cause; 20 of R$ 354, waived.
    told = [(each.service, each.minutes, each.amount, each.waived) for each in desk.charges()]
    assert told == [(SUPPORT, 20, Decimal(0), "product-at-fault"), (TECHNICAL, 15, Decimal(100), None)]


def test_a_franchise_pays_for_its_consultants_where_the_service_says_so(
    database: Database, line: Line, new: NewTicket
) -> None:
    with database.transaction() as connection:
        connection.execute(update(COMPANY).where(COMPANY.c.id == new.company_id).values(unit="Franquia Campinas"))
    desk = Desk(database, line, replace(new, service=TECHNICAL))
    desk.note(15)
    desk.agree(desk.offer())
    desk.note(20)
    desk.solve()
    desk.accept()
    assert {each.service: each.unit for each in desk.charges()} == {SUPPORT: None, TECHNICAL: "Franquia Campinas"}


def test_the_price_of_the_day_of_acceptance_holds(database: Database, line: Line, new: NewTicket) -> None:
    line = priced(
        line, SUPPORT, Price(date(2026, 1, 1), Decimal("354.00")), Price(date(2026, 3, 12), Decimal("370.00"))
    )
    for number, late, hour in ((NUMBER, -1, "354.00"), (OTHER, 0, "370.00")):
        desk = Desk(database, line, new, number)
        desk.agree(desk.offer())
        desk.note(60)
        desk.solve()
        desk.now = datetime(2026, 3, 12, tzinfo=ZONE) + timedelta(seconds=late) - HOUR
        desk.accept()
        (charge,) = desk.charges()
        assert (charge.hour_price, charge.amount) == (Decimal(hour), Decimal(hour))


def test_a_term_whose_price_does_not_hold_yet_is_not_offered(database: Database, line: Line, new: NewTicket) -> None:
    desk = Desk(database, priced(line, SUPPORT, Price(date(2026, 3, 11), Decimal("354.00"))), new)
    with pytest.raises(ServiceOfferError, match="no price of this service holds today"):
        desk.offer()
    assert desk.offered() is None
    desk.now = datetime(2026, 3, 11, tzinfo=ZONE) - HOUR
    assert desk.offer().hour == Decimal("354.00")


def test_silence_is_charged_at_the_price_of_the_last_day(database: Database, line: Line, new: NewTicket) -> None:
    # A solution of 9 March may be accepted until the end of the 24th.
    line = priced(
        line, SUPPORT, Price(date(2026, 1, 1), Decimal("354.00")), Price(date(2026, 3, 25), Decimal("370.00"))
    )
    desk = Desk(database, line, new)
    desk.agree(desk.offer())
    desk.note(60)
    desk.solve()
    desk.now = MONDAY + days(40)
    desk.do(lambda it, connection: do_what_is_due(connection, line, it, desk.now))
    (charge,) = desk.charges()
    assert (charge.amount, charge.accepted_at.astimezone(ZONE).date()) == (Decimal(354), date(2026, 3, 24))


def test_what_was_served_on_a_ticket_left_unanswered_is_charged(desk: Desk) -> None:
    desk.agree(desk.offer())
    desk.note(60)
    desk.act(EventKind.QUESTION_ASKED)
    desk.now = MONDAY + days(40)
    after = desk.do(lambda it, connection: do_what_is_due(connection, desk.line, it, desk.now))
    assert (after.state, [each.amount for each in desk.charges()]) == ("closed-unanswered", [Decimal(354)])


def test_a_merged_ticket_is_charged_with_the_one_that_it_went_into(
    database: Database, line: Line, new: NewTicket
) -> None:
    into, merged = Desk(database, line, new), Desk(database, line, new, OTHER)
    merged.agree(merged.offer())
    merged.note(30)
    act = TicketAct(EventKind.MERGED, TicketParty.STAFF, "Ana")
    merged.do(
        lambda it, connection: merge_ticket(connection, line, it, ticket_for(connection, NUMBER), act, merged.now)
    )
    into.now = merged.now
    into.solve()
    with database.reading() as connection:
        assert billed_minutes(connection, line, ticket_for(connection, NUMBER), into.now) == 30
    into.accept()
    assert into.charges() == []
    assert [each.amount for each in merged.charges()] == [Decimal(177)]


def test_the_hours_are_told_before_the_solution_is_accepted(desk: Desk) -> None:
    desk.agree(desk.offer())
    desk.note(95)
    desk.solve()
    with desk.database.reading() as connection:
        ticket = ticket_for(connection, NUMBER)
        (billed,) = bills_of(connection, desk.line, ticket, desk.now)
        assert billed_minutes(connection, desk.line, ticket, desk.now) == 95
    told = tell_bill(billed.service, billed.bill, language_of("pt-BR").money)
    assert put(told, "pt-BR") == (
        "1:35 de Consultoria do Suporte serão cobradas: R$\N{NO-BREAK SPACE}560,50,"
        " a R$\N{NO-BREAK SPACE}354,00 a hora, mais impostos"
    )


def test_an_offer_is_agreed_to_once_and_as_it_was_shown(desk: Desk) -> None:
    first = desk.offer()
    dearer = priced(desk.line, SUPPORT, Price(date(2026, 1, 1), Decimal("370.00")))
    with pytest.raises(ServiceOfferError, match="changed since"):
        desk.agree(first, dearer)
    second = desk.offer()
    with pytest.raises(ServiceOfferError, match="answered already"):
        desk.agree(first)
    desk.agree(second)
    assert desk.offered() is None
    with pytest.raises(ServiceOfferError, match="answered already"):
        desk.agree(second)


def test_a_declined_offer_is_gone_and_nothing_is_charged(desk: Desk) -> None:
    offer = desk.offer()
    desk.do(
        lambda it, connection: decline_service(connection, desk.line, it, offer.position, "Bia", desk.contact, desk.now)
    )
    with pytest.raises(ServiceOfferError, match="answered already"):
        desk.agree(offer)
    desk.note(60)
    desk.solve()
    desk.accept()
    assert desk.charges() == []


def test_a_contact_who_may_not_order_does_not_agree(desk: Desk) -> None:
    offer = desk.offer()
    with desk.database.transaction() as connection:
        connection.execute(update(CONTACT).where(CONTACT.c.id == desk.contact).values(consultancy=False))
    with pytest.raises(ServiceOfferError, match="does not allow"):
        desk.agree(offer)
    desk.contact = 999_999
    with pytest.raises(ServiceOfferError, match="does not allow"):
        desk.agree(offer)


def test_a_customer_puts_no_ticket_under_a_service_by_writing_of_it(desk: Desk) -> None:
    desk.act(EventKind.MESSAGE_ADDED, TicketParty.CUSTOMER, details={"offers": SUPPORT})
    assert desk.offered() is None


def test_only_services_of_the_desk_that_have_a_term_are_offered(desk: Desk) -> None:
    with desk.database.reading() as connection:
        ticket = ticket_for(connection, NUMBER)
    assert [each.name for each in services_to_offer(desk.line, ticket)] == [SUPPORT]
    assert services_to_offer(desk.line, replace(ticket, destination="datacenter")) == ()
    with pytest.raises(ServiceOfferError, match="not given by the destination"):
        desk.offer(TECHNICAL)


def test_charges_are_listed_by_the_days_of_the_line(desk: Desk) -> None:
    desk.agree(desk.offer())
    desk.note(60)
    desk.solve()
    desk.accept()
    with desk.database.reading() as connection:
        (found,) = charges_between(connection, desk.line.name, desk.now, desk.now + HOUR)
        assert (found.charge.ticket, len(found.last_two)) == (NUMBER, 2)
        assert list(charges_between(connection, desk.line.name, MONDAY, desk.now)) == []
        assert list(charges_between(connection, "internacional", MONDAY, desk.now + HOUR)) == []
