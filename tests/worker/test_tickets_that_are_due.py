"""The worker does what the line owes tickets, each once and dated when it was due, whoever is away meanwhile."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import event, insert, select, update

from data.contact import CONTACT
from data.database import Database
from data.due_work import scheduled_work
from data.open_tickets import events_of_open, open_tickets
from data.tables import values_of
from data.ticket_events import TICKET_EVENT, TicketEventRecord, events_of
from data.tickets import TICKET, TicketRecord, find_ticket
from data.vault import Vault
from ivr.call.lines import Lines
from ivr.flow.line import Line
from ivr.service_desk.acts import TicketAct, act_on, ticket_for
from ivr.service_desk.forecasts import compute_forecasts
from ivr.service_desk.opening import NewTicket, open_ticket
from ivr.tickets.calendars import CalendarVersion, WorkCalendar
from ivr.tickets.events import Area, EventKind, Severity, TicketParty
from ivr.worker.kinds.tickets import ACTED_AT_ONCE, COMPUTED_AT_ONCE, TicketForecasts, TicketsDue
from ivr.worker.tools import Tools
from ivr.worker.work_kind import WorkDone
from ivr.worker.worker import Worker
from routing.hours import Hours
from routing.spans import Span
from routing.windows import Window
from tests.conftest import Now
from tests.service_desk.conftest import MONDAY, RULES, WORKDAYS, ZONE

NUMBER = "5071343114"
DAY = timedelta(days=1)
REMINDER = datetime(2026, 3, 23, 7, tzinfo=ZONE)
"""The 22nd of March, two days before the last one, is a Sunday: the next desk hour before the deadline."""
SILENCE = datetime(2026, 3, 25, tzinfo=ZONE)
"""Fifteen days after the ninth, at their end."""


@dataclass
class Night:
    """Workers at one database, and the line that they serve."""

    database: Database
    tools: Tools
    lines: list[Line]
    now: Now
    new: NewTicket

    def worker(self, name: str = "tests") -> Worker:
        return Worker(self.tools, self.now, Random(1), name, (TicketsDue, TicketForecasts), (), ())

    def work(self, worker: Worker, until: datetime | None = None) -> None:
        """Let the worker do all that is due, after a minute of the clock, or at ``until``."""
        self.now.moment = until or self.now.moment + timedelta(minutes=1)
        while not worker.step():
            pass

    def open(self, number: str = NUMBER) -> TicketRecord:
        with self.database.transaction() as connection:
            return open_ticket(connection, self.lines[0], self.new, number, MONDAY)

    def solve(self, number: str = NUMBER, kind: EventKind = EventKind.SOLUTION_SENT) -> None:
        with self.database.transaction() as connection:
            act = TicketAct(kind, TicketParty.STAFF, "Ana", text="Feito.")
            act_on(connection, self.lines[0], ticket_for(connection, number), act, MONDAY + timedelta(hours=1))

    def ticket(self, number: str = NUMBER) -> TicketRecord:
        with self.database.reading() as connection:
            found = find_ticket(connection, number)
        assert found is not None
        return found

    def by_the_line(self, number: str = NUMBER) -> list[tuple[str, datetime]]:
        with self.database.reading() as connection:
            events: list[TicketEventRecord] = events_of(connection, number)
        return [(each.kind, each.at) for each in events if each.party == "line" and each.position]

    def outcome(self, kind: str) -> str:
        with self.database.reading() as connection:
            return next(each.outcome or "" for each in scheduled_work(connection, 50) if each.kind == kind)


@pytest.fixture
def night(server_database: Database, server_vault: Vault, shipped_line: Line, clock: Now) -> Night:
    line = replace(shipped_line, routing=replace(shipped_line.routing, tickets=RULES))
    with server_database.reading() as connection:
        contact = connection.execute(select(CONTACT).order_by(CONTACT.c.id)).first()
    assert contact is not None
    new = NewTicket(
        contact.company_id, contact.id, "portal", Area.SUSTENTACAO, "suporte", Severity.MEDIUM,
        TicketParty.CUSTOMER, contact.name, "Emissão de nota",
    )  # fmt: skip
    lines = [line]
    clock.moment = MONDAY
    return Night(server_database, Tools(server_database, server_vault, lambda: Lines(lines)), lines, clock, new)


def test_a_solution_is_reminded_of_and_accepted_by_silence(night: Night) -> None:
    night.open()
    night.solve()
    worker = night.worker()
    night.work(worker, REMINDER - timedelta(minutes=1))
    assert night.by_the_line() == []
    night.work(worker)
    assert night.by_the_line() == [("reminded", REMINDER)]
    night.work(worker, SILENCE)
    assert night.by_the_line() == [("reminded", REMINDER), ("silence-accepted", SILENCE)]
    assert night.ticket().state == "accepted-by-silence"


def test_a_question_left_unanswered_closes_the_ticket(night: Night) -> None:
    night.open()
    night.solve(kind=EventKind.QUESTION_ASKED)
    night.work(night.worker(), SILENCE)
    assert night.by_the_line() == [("left-unanswered", SILENCE)]


def test_after_an_outage_each_act_is_dated_when_it_was_due(night: Night) -> None:
    night.open()
    night.solve()
    night.work(night.worker(), SILENCE + 40 * DAY)
    assert night.by_the_line() == [("reminded", REMINDER), ("silence-accepted", SILENCE)]
    night.work(night.worker("another"), SILENCE + 41 * DAY)
    assert len(night.by_the_line()) == 2


def test_two_processes_act_on_a_ticket_once(night: Night) -> None:
    night.open()
    night.solve()
    one, another = TicketsDue(night.tools), TicketsDue(night.tools)
    assert one.do("", SILENCE).outcome == "acted on 1 tickets"
    assert another.do("", SILENCE).outcome == "acted on 0 tickets"
    assert len(night.by_the_line()) == 2


def test_more_tickets_than_a_batch_are_done_without_a_pause(night: Night) -> None:
    numbers = [f"{number:010d}" for number in range(230)]
    for number in numbers:
        night.open(number)
        night.solve(number)
    night.work(night.worker(), SILENCE)
    assert {night.ticket(number).state for number in numbers} == {"accepted-by-silence"}


def test_a_ticket_that_cannot_be_acted_on_keeps_no_other_waiting(
    night: Night, caplog: pytest.LogCaptureFixture
) -> None:
    night.open()
    night.solve()
    night.open("5071343115")
    night.solve("5071343115")
    with night.database.transaction() as connection:
        connection.execute(update(TICKET).where(TICKET.c.number == NUMBER).values(line="gone"))
    night.work(night.worker(), SILENCE)
    assert night.by_the_line() == []
    assert len(night.by_the_line("5071343115")) == 2
    assert night.outcome("tickets") == "acted on 1 tickets; not on 1: no line gone with tickets answers here"
    assert "tickets wait for the line" in caplog.text


def test_a_ticket_that_cannot_be_read_takes_no_other_back(night: Night) -> None:
    numbers = [f"{number:010d}" for number in range(5)]
    for number in numbers:
        night.open(number)
        night.solve(number)
    with night.database.transaction() as connection:
        broken = TICKET_EVENT.c.ticket == numbers[2], TICKET_EVENT.c.position == 1
        connection.execute(update(TICKET_EVENT).where(*broken).values(kind="of another release"))
    night.work(night.worker(), SILENCE)
    assert [len(night.by_the_line(number)) for number in numbers if number != numbers[2]] == [2, 2, 2, 2]
    assert "acted on 4 tickets; not on 1: " in night.outcome("tickets")


def test_a_process_that_dies_leaves_whole_transactions(night: Night) -> None:
    numbers = [f"{number:010d}" for number in range(ACTED_AT_ONCE + 10)]
    for number in numbers:
        night.open(number)
        night.solve(number)
    written = 0

    def die(*asked: Any) -> None:
        nonlocal written
        written += asked[2].startswith("UPDATE ticket")
        if written > ACTED_AT_ONCE + 5:
            raise RuntimeError("it dies")

    event.listen(night.database._engine, "before_cursor_execute", die)
    with pytest.raises(RuntimeError, match="it dies"):
        TicketsDue(night.tools).do("", SILENCE + DAY)
    event.remove(night.database._engine, "before_cursor_execute", die)
    assert sorted(len(night.by_the_line(number)) for number in numbers) == [0] * 10 + [2] * ACTED_AT_ONCE
    TicketsDue(night.tools).do("", SILENCE + 2 * DAY)
    for number in numbers:
        assert night.by_the_line(number) == [("reminded", REMINDER), ("silence-accepted", SILENCE)]


def test_what_a_new_rule_puts_off_is_done_when_it_is_due_by_it(night: Night) -> None:
    night.open()
    night.solve()
    night.lines[0] = _with(night.lines[0], replace(RULES, days=replace(RULES.days, acceptance=20)))
    worker = night.worker()
    night.work(worker, SILENCE)
    assert night.by_the_line() == []
    assert night.ticket().due_at == datetime(2026, 3, 27, 7, tzinfo=ZONE)
    night.work(worker, SILENCE + 5 * DAY)
    assert night.by_the_line()[-1] == ("silence-accepted", SILENCE + 5 * DAY)


def test_forecasts_follow_a_calendar_that_is_edited_in_the_night(night: Night) -> None:
    night.open()
    night.open("5071343115")
    night.solve("5071343115")
    before = night.ticket("5071343115")
    shorter = Hours("suporte", ZONE, (Window(WORKDAYS, Span(time(7), time(17))),))
    calendar = WorkCalendar("suporte", (CalendarVersion(date(2026, 1, 1), shorter),))
    worker = night.worker()
    night.work(worker)
    night.lines[0] = _with(night.lines[0], replace(RULES, calendars={"suporte": calendar}))
    night.work(worker, MONDAY + DAY)
    # 30 hours of 10 a day from Monday 10:00: 7 + 10 + 10 + 3.
    assert night.ticket().forecast_at == datetime(2026, 3, 12, 10, tzinfo=ZONE)
    assert night.ticket("5071343115") == before
    assert night.outcome("ticket forecasts") == "computed 2 forecasts, 1 of them changed"
    night.work(worker, MONDAY + 2 * DAY)
    assert night.outcome("ticket forecasts") == "computed 2 forecasts, 0 of them changed"


def test_a_calendar_that_is_gone_leaves_the_forecast_and_is_told(night: Night) -> None:
    night.open()
    before = night.ticket()
    other = replace(RULES.calendars["suporte"], name="outro")
    night.lines[0] = _with(night.lines[0], replace(RULES, calendars={"outro": other}))
    worker = night.worker()
    night.work(worker)
    night.work(worker, MONDAY + DAY)
    assert night.ticket() == before
    assert "'suporte', which 'tickets' of routing.yaml does not have" in night.outcome("ticket forecasts")


def test_a_night_goes_through_all_tickets_in_slices(night: Night) -> None:
    one = night.open()
    numbers = [f"{number:010d}" for number in range(COMPUTED_AT_ONCE + 2)]
    with night.database.transaction() as connection:
        (event,) = events_of(connection, NUMBER)
        wrong = replace(one, forecast_at=MONDAY, folded="")
        connection.execute(insert(TICKET), [values_of(replace(wrong, number=number)) for number in numbers])
        connection.execute(insert(TICKET_EVENT), [values_of(replace(event, ticket=number)) for number in numbers])
    kind = TicketForecasts(night.tools)
    first = kind.do("", MONDAY)
    assert first == WorkDone(f"computed {COMPUTED_AT_ONCE} forecasts so far", MONDAY)
    last = kind.do("", MONDAY)
    assert last.outcome == f"computed {len(numbers) + 1} forecasts, {len(numbers)} of them changed"
    assert night.ticket(numbers[-1]).forecast_at == one.forecast_at


def test_a_ticket_that_closes_while_a_night_is_read_stops_no_other(night: Night) -> None:
    # Each statement of PostgreSQL sees what is committed by then: the events of what is open are read after it.
    night.open()
    night.open("5071343115")
    with night.database.reading() as connection:
        read = open_tickets(connection, "", 10)
    night.solve()
    with night.database.transaction() as connection:
        act = TicketAct(EventKind.ACCEPTED, TicketParty.CUSTOMER, "Bia")
        act_on(connection, night.lines[0], ticket_for(connection, NUMBER), act, MONDAY + timedelta(hours=2))
    with night.database.reading() as connection:
        events = dict(events_of_open(connection, read[0].number, read[-1].number))
    result = compute_forecasts(read, events, {night.lines[0].name: RULES})
    assert (len(read), result.computed, result.failed) == (2, 1, {})


def _with(line: Line, rules: object) -> Line:
    return replace(line, routing=replace(line.routing, tickets=rules))  # type: ignore[arg-type]
