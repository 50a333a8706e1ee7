"""Lists and searches of tickets are held against the same asked of every ticket in Python."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from sqlalchemy import delete, insert, select, update

from data.contact import CONTACT
from data.database import Database
from data.tables import values_of
from data.ticket_lists import TicketFilter, TicketOrder, list_tickets
from data.tickets import TICKET, TicketRecord, searchable
from ivr.tickets.events import CLOSED, WITH_CUSTOMER, TicketState
from ivr.tickets.machine import IN_SERVICE

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
WORDS = ["Emissão", "nota-fiscal", "AÇÃO", "relatório", "e", "São", "NFe", "13º", "naïve", "protheus", "Straße"]
MANY = 300


@dataclass(frozen=True)
class Desk:
    """A database with tickets, and the same tickets in memory."""

    database: Database
    tickets: list[TicketRecord]

    def pages(
        self, wanted: TicketFilter, order: TicketOrder, *, limit: int = 7, few: int = 40
    ) -> Iterator[TicketRecord]:
        """Every ticket that the pages list, one page after another."""
        after: str | None = None
        with self.database.reading() as connection:
            while True:
                page = list_tickets(connection, wanted, order, after, limit, few)
                assert len(page.tickets) == limit or page.next is None
                yield from page.tickets
                after = page.next
                if after is None:
                    return

    def expected(self, wanted: TicketFilter, order: TicketOrder) -> list[str]:
        words = searchable(wanted.text).split()
        return [
            each.number for each in sorted(filter(lambda it: _is(it, wanted, words), self.tickets), key=_KEY[order])
        ]


@cache
def _words(*texts: str | None) -> tuple[str, ...]:
    return tuple(searchable(*texts).split())


def _is(ticket: TicketRecord, wanted: TicketFilter, words: Sequence[str]) -> bool:
    equal = ("line", "company_id", "contact_id", "area", "analyst_id", "severity")
    begun = _words(ticket.number, ticket.subject, ticket.product, ticket.module, ticket.description)
    return (
        all(getattr(wanted, name) in (None, getattr(ticket, name)) for name in equal)
        and (not wanted.states or ticket.state in wanted.states)
        and (not wanted.unassigned or ticket.analyst_id is None)
        and (wanted.late_at is None or (ticket.forecast_at is not None and ticket.forecast_at < wanted.late_at))
        and all(any(one.startswith(word) for one in begun) for word in words)
    )


_LATEST = datetime.max.replace(tzinfo=UTC)
_KEY = {
    TicketOrder.NEWEST: lambda it: (-it.opened_at.timestamp(), -int(it.number)),
    TicketOrder.FORECAST: lambda it: (it.forecast_at or _LATEST, it.number),
    TicketOrder.WORK: lambda it: (it.channel != "portal", it.forecast_at or _LATEST, it.number),
}


@pytest.fixture
def desk(database: Database) -> Desk:
    """Tickets of two lines and all customers, several opened at one moment."""
    drawn = random.Random(7)
    with database.transaction() as connection:
        contacts = connection.execute(select(CONTACT.c.company_id, CONTACT.c.id).order_by(CONTACT.c.id)).all()
        tickets = [_ticket(drawn, number, *drawn.choice(contacts)) for number in range(MANY)]
        connection.execute(insert(TICKET), [values_of(each) for each in tickets])
    return Desk(database, tickets)


def _ticket(drawn: random.Random, number: int, company_id: int, contact_id: int) -> TicketRecord:
    state = drawn.choice(list(TicketState))
    opened = NOW - timedelta(days=drawn.randrange(30))
    ticket = TicketRecord(
        number=f"{drawn.randrange(100000):05d}{number:05d}",
        line=drawn.choice(["4003-0015", "internacional"]),
        company_id=company_id,
        contact_id=contact_id,
        call_sid=None,
        channel=drawn.choice(["telephone", "portal"]),
        destination=None,
        area=drawn.choice(["sustentacao", "fabrica"]),
        calendar="suporte",
        product=drawn.choice([None, "Protheus", "RM"]),
        module=None,
        subject=" ".join(drawn.choices(WORDS, k=3)),
        description=" ".join(drawn.choices(WORDS, k=5)),
        severity=drawn.randint(1, 4),
        state=state.value,
        opened_at=opened,
        state_at=opened,
        forecast_at=opened + timedelta(days=drawn.randrange(20)) if state in IN_SERVICE else None,
        due_at=None,
        closed_at=opened if state in CLOSED else None,
        last_at=opened,
        analyst_id=drawn.choice([None, 1, 2]),
        service=None,
        linked_to=None,
        merged_into=None,
        position=1,
        folded="",
    )
    texts = (ticket.number, ticket.subject, ticket.product, ticket.module, ticket.description)
    return replace(ticket, folded=searchable(*texts))


def _values(states: frozenset[TicketState]) -> frozenset[str]:
    return frozenset(each.value for each in states)


FILTERS = {
    "all": TicketFilter(),
    "a line": TicketFilter(line="internacional"),
    "closed": TicketFilter(states=_values(CLOSED)),
    "with the customer": TicketFilter(states=_values(WITH_CUSTOMER), severity=2),
    "an analyst's": TicketFilter(states=_values(IN_SERVICE), analyst_id=2),
    "nobody's": TicketFilter(unassigned=True, area="fabrica"),
    "late": TicketFilter(late_at=NOW),
    "words": TicketFilter(text="emissao NOTA"),
    "a beginning": TicketFilter(text="relat"),
    "a word in small letters": TicketFilter(text="strasse", line="4003-0015"),
    "a word that is nowhere": TicketFilter(text="elatorio"),
    "an area's words": TicketFilter(text="ação protheus", area="fabrica", late_at=NOW),
    "a wildcard": TicketFilter(text="%_*"),
    "four words and a letter": TicketFilter(text="e emissao nfe relatorio nota"),
    "a letter": TicketFilter(text="n", states=_values(IN_SERVICE)),
    "signs beyond letters": TicketFilter(text="𝐍OTA"),
}


@pytest.mark.parametrize("order", TicketOrder)
def test_pages_list_exactly_what_is_wanted_in_its_order(desk: Desk, order: TicketOrder) -> None:
    for name, wanted in FILTERS.items():
        expected = desk.expected(wanted, order)
        assert [each.number for each in desk.pages(wanted, order)] == expected, name
        assert [each.number for each in desk.pages(wanted, order, limit=MANY, few=0)] == expected, name
        assert [each.number for each in desk.pages(wanted, order, few=MANY)] == expected, name


def test_a_companys_tickets_and_a_contacts_are_its_own(desk: Desk) -> None:
    one = desk.tickets[0]
    for wanted in (TicketFilter(company_id=one.company_id), TicketFilter(contact_id=one.contact_id, text="nota")):
        expected = desk.expected(wanted, TicketOrder.NEWEST)
        assert [each.number for each in desk.pages(wanted, TicketOrder.NEWEST)] == expected


def test_a_ticket_is_found_by_the_beginning_of_its_number(desk: Desk) -> None:
    one = desk.tickets[5]
    found = [each.number for each in desk.pages(TicketFilter(text=one.number[:9]), TicketOrder.WORK)]
    assert one.number in found
    assert all(number.startswith(one.number[:9]) for number in found)


RUBBISH = [
    '"', "'", "*", "nota*", '"nota" OR 1', "NEAR(nota fiscal)", "nota AND", "NOT nota", "folded:nota", "^nota", "-nota",
    "+", "()", "\\", "nota\0fiscal", "🎫", "nota 🎫", "!!!...", "\ud800", ":* & |", "ﬁ 漢字 Ω", "a" * 10_000,
    "nota " * 2000, " ".join(f"{each:x}" for each in range(3000)), "ticket_words", "%", "_",
]  # fmt: skip


@pytest.mark.parametrize("few", [0, MANY])
def test_no_text_that_is_searched_for_is_an_error(desk: Desk, few: int) -> None:
    for text in RUBBISH:
        wanted = TicketFilter(text=text, states=_values(IN_SERVICE))
        for order in TicketOrder:
            found = list(desk.pages(wanted, order, limit=MANY, few=few))
            assert [each.number for each in found] == desk.expected(wanted, order), text


def test_the_words_of_a_ticket_are_those_that_it_has_now(desk: Desk) -> None:
    def found(text: str) -> list[str]:
        return [each.number for each in desk.pages(TicketFilter(text=text), TicketOrder.NEWEST)]

    one, other = (each.number for each in desk.tickets[:2])
    for number, folded in ((one, "hieroglifo antes"), (other, "hieroglifo"), (one, "depois")):
        with desk.database.transaction() as connection:
            connection.execute(update(TICKET).where(TICKET.c.number == number).values(folded=folded))
    assert (found("hieroglifo"), found("antes"), found("depois")) == ([other], [], [one])
    with desk.database.transaction() as connection:
        connection.execute(delete(TICKET).where(TICKET.c.number == other))
    assert found("hieroglifo") == []


@pytest.mark.parametrize("order", TicketOrder)
def test_a_page_that_no_page_gave_is_refused(desk: Desk, order: TicketOrder) -> None:
    for after in ("", "-", "1", "x-y", "1-2-3-4", "9" * 30 + "-1", "-1-1", "2-1-1", "1--1", "1-1;"):
        with desk.database.reading() as connection, pytest.raises(ValueError, match="no such page"):
            list_tickets(connection, TicketFilter(), order, after)


def test_nothing_comes_after_the_end_of_time(desk: Desk) -> None:
    with desk.database.reading() as connection:
        assert list_tickets(connection, TicketFilter(), TicketOrder.FORECAST, f"{'9' * 18}-9999999999").tickets == ()


def test_words_are_searched_without_accents_each_once() -> None:
    assert searchable("São João: são", None, "NOTA-fiscal nº 5", "a" * 50) == f"sao joao nota fiscal no 5 {'a' * 40}"
