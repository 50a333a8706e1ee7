"""A year of tickets in virtual time: customers and analysts act as they are drawn, and the worker is away at random.

Whatever the outages, each ticket has the same events, and the row says what follows from them.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from random import Random

import pytest
from sqlalchemy import select

from data.contact import CONTACT
from data.database import Database
from data.ticket_events import TicketEventRecord, events_of
from data.tickets import TICKET, TicketRecord
from data.vault import Vault
from ivr.call.lines import Lines
from ivr.flow.line import Line
from ivr.service_desk.acts import TicketAct, act_on, overdue, ticket_for
from ivr.service_desk.history import history_of
from ivr.service_desk.opening import NewTicket, open_ticket
from ivr.service_desk.rules_of import rules_of
from ivr.service_desk.standing import standing_of
from ivr.tickets.acceptance import deadline
from ivr.tickets.events import CLOSED, WITH_CUSTOMER, Area, EventKind, Severity, TicketEvent, TicketParty, TicketState
from ivr.tickets.machine import MOVING, SOLUTION_WITH_CUSTOMER, moved
from ivr.worker.kinds.tickets import TicketsDue
from ivr.worker.tools import Tools
from tests.databases import only

BEGINS = datetime(2026, 1, 1, tzinfo=UTC)
YEAR = timedelta(days=365)
AFTERWARDS = timedelta(days=60)
"""By then every deadline is over."""
TICKETS = 120
LOOKS = timedelta(hours=6)
DAY = timedelta(days=1)

STAFF = (
    EventKind.ANALYSIS_BEGUN, EventKind.QUESTION_ASKED, EventKind.SOLUTION_SENT, EventKind.SOLUTION_SENT,
    EventKind.SEVERITY_CHANGED, EventKind.TRANSFERRED, EventKind.ACTIVITY_NOTED,
)  # fmt: skip
CUSTOMER = (EventKind.MESSAGE_ADDED, EventKind.AUTOMATIC_REPLY, None, None)
ANSWERS = (EventKind.ACCEPTED, EventKind.REFUSED, EventKind.REFUSED, EventKind.POSTPONED)

Events = list[tuple[datetime, str, str, int | None, str | None]]


class Year:
    """One year of a seed's customers and analysts at a database of their own."""

    def __init__(self, database: Database, vault: Vault, line: Line, seed: int) -> None:
        self.database, self.line, self.seed = database, line, seed
        self.rules = rules_of(line)
        self.worker = TicketsDue(Tools(database, vault, lambda: Lines([line])))

    def pass_by(self, looks: Iterator[datetime]) -> None:
        """Let everybody act at their moments, and the worker look at its own, in the order of time."""
        drawn = Random(self.seed)
        moments: list[tuple[datetime, int, int]] = [
            (BEGINS + drawn.random() * (YEAR - 20 * DAY), ticket, 0) for ticket in range(TICKETS)
        ]
        heapq.heapify(moments)
        look = next(looks, None)
        while moments:
            at, ticket, step = heapq.heappop(moments)
            while look is not None and look < at:
                self.worker.do("", look)
                look = next(looks, None)
            again = self.act(ticket, step, at)
            if again is not None and again < BEGINS + YEAR:
                heapq.heappush(moments, (again, ticket, step + 1))
        while look is not None:
            self.worker.do("", look)
            look = next(looks, None)
        self.worker.do("", BEGINS + YEAR + AFTERWARDS)

    def act(self, ticket: int, step: int, at: datetime) -> datetime | None:
        """Take the step that is drawn for a ticket; return when its next one is."""
        drawn = Random(f"{self.seed}-{ticket}-{step}")
        number = f"{ticket:010d}"
        with self.database.transaction() as connection:
            if step == 0:
                open_ticket(connection, self.line, self.new(connection, drawn), number, at)
            else:
                history = list(history_of(events_of(connection, number)))
                history += overdue(history, self.rules, at)
                act = self.drawn_act(history, drawn, at)
                if act is not None:
                    act_on(connection, self.line, ticket_for(connection, number), act, at)
                elif _state(history) in CLOSED:
                    return None
        return at + drawn.expovariate(1 / 4) * DAY

    def new(self, connection: object, drawn: Random) -> NewTicket:
        contacts = connection.execute(select(CONTACT.c.company_id, CONTACT.c.id).order_by(CONTACT.c.id)).all()  # type: ignore[attr-defined]
        company, contact = drawn.choice(contacts)
        area = drawn.choice([Area.SUSTENTACAO, Area.CONSULTORIA])
        calendar = self.rules.calendar_of(area)
        assert calendar is not None
        return NewTicket(
            company, contact, "portal", area, calendar, Severity(drawn.randint(1, 4)), TicketParty.CUSTOMER, "C", "S"
        )

    def drawn_act(self, history: list[TicketEvent], drawn: Random, at: datetime) -> TicketAct | None:
        state = _state(history)
        if state in CLOSED:
            return None
        if state not in WITH_CUSTOMER:
            kind = drawn.choice(STAFF)
            if kind is EventKind.ANALYSIS_BEGUN and state is TicketState.IN_ANALYSIS:
                kind = EventKind.ACTIVITY_NOTED
            severity, area = Severity(drawn.randint(1, 4)), drawn.choice(list(Area))
            return TicketAct(kind, TicketParty.STAFF, "A", text="t", severity=severity, area=area, minutes=5)
        wish: EventKind | None = drawn.choice(CUSTOMER)
        if drawn.random() < 0.4:
            wish = drawn.choice(ANSWERS) if state in SOLUTION_WITH_CUSTOMER else EventKind.ANSWERED
        if wish is EventKind.POSTPONED:
            zone = next(iter(self.rules.calendars.values())).zone
            ends = deadline(history, zone, self.rules.days)
            wish = wish if ends is not None and ends.may_postpone(at) else None
        return TicketAct(wish, TicketParty.CUSTOMER, "C", text="t") if wish else None

    def all(self) -> dict[str, tuple[TicketRecord, list[TicketEventRecord]]]:
        with self.database.reading() as connection:
            rows = [TicketRecord(*row) for row in connection.execute(select(TICKET).order_by(TICKET.c.number))]
            return {row.number: (row, events_of(connection, row.number)) for row in rows}


def _state(history: list[TicketEvent]) -> TicketState:
    state: TicketState | None = None
    for event in history:
        state = moved(state, event.kind)
    assert state is not None
    return state


def _always() -> Iterator[datetime]:
    at = BEGINS
    while at < BEGINS + YEAR + AFTERWARDS:
        at += LOOKS
        yield at


def _now_and_then(seed: int) -> Iterator[datetime]:
    """Up for some days, away for up to forty."""
    drawn, at = Random(f"outages {seed}"), BEGINS
    while at < BEGINS + YEAR + AFTERWARDS:
        for _ in range(drawn.randrange(1, 12)):
            at += LOOKS
            yield at
        at += drawn.random() * 40 * DAY


@pytest.fixture
def copies(server_database: Database) -> Iterator[list[Database]]:
    """Three databases with the demo customers."""
    made = [server_database.copy() for _ in range(3)]
    yield made
    for each in made:
        each.close()


@pytest.mark.untraced
@only("sqlite")  # that both databases write the same is asked by the tests of acts
@pytest.mark.parametrize("seed", [1])
def test_a_year_of_tickets_keeps_every_rule_whatever_the_outages(
    copies: list[Database], server_vault: Vault, shipped_line: Line, seed: int
) -> None:
    years = [Year(each, server_vault, shipped_line, seed) for each in copies]
    for year, looks in zip(years, (_always(), _now_and_then(seed), iter(())), strict=True):
        year.pass_by(looks)
    found = years[0].all()
    assert years[1].all() == found
    assert years[2].all() == found
    ends = {row.state for row, _ in found.values()}
    assert {"accepted", "accepted-by-silence", "closed-unanswered"} <= ends
    for row, records in found.values():
        _require_every_rule(years[0], row, records)


def _require_every_rule(year: Year, row: TicketRecord, records: list[TicketEventRecord]) -> None:
    history = list(history_of(records))
    assert [each.position for each in records] == list(range(row.position))
    assert all(one.at <= next_one.at for one, next_one in pairwise(history))
    standing = standing_of(history, year.rules)
    assert (row.state, row.forecast_at, row.closed_at) == (
        standing.state.value, standing.forecast_at, standing.closed_at,
    )  # fmt: skip
    state: TicketState | None = None
    asked: datetime | None = None
    postponed = reminded = 0
    zone = next(iter(year.rules.calendars.values())).zone
    for event in history:
        before = state
        state = moved(before, event.kind)
        assert before not in CLOSED or event.kind not in MOVING
        if asked is not None:
            local = asked.astimezone(zone).date() + timedelta(days=16 + 30 * postponed)
            over = datetime.combine(local, time(), zone)
            by_the_line = event.kind in (EventKind.SILENCE_ACCEPTED, EventKind.LEFT_UNANSWERED)
            assert event.at == over if by_the_line else event.at < over or before not in WITH_CUSTOMER
            if event.kind is EventKind.SILENCE_ACCEPTED:
                assert reminded == 1
        if event.kind in (EventKind.QUESTION_ASKED, EventKind.SOLUTION_SENT):
            asked, postponed, reminded = event.at, 0, 0
        elif event.kind is EventKind.POSTPONED:
            postponed, reminded = postponed + 1, 0
        elif event.kind is EventKind.REMINDED:
            reminded += 1
        assert postponed <= 1
        assert reminded <= 1
        if state not in WITH_CUSTOMER:
            asked = None
