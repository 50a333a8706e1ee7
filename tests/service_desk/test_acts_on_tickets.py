"""Acts move a ticket as the seeds say, and none is taken twice or after its time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from data.database import Database
from data.ticket_events import events_of
from data.tickets import TicketChangedError, TicketRecord, find_ticket
from ivr.call.acts_on_tickets import act_on_ticket
from ivr.call.effects import TicketActed
from ivr.flow.line import Line
from ivr.service_desk.acts import NoTicketError, TicketAct, act_on, do_what_is_due, ticket_for
from ivr.service_desk.linking import merge_ticket, reply_to_closed, split_ticket, undo_merge
from ivr.service_desk.opening import NewTicket, open_ticket
from ivr.tickets.calendars import CalendarVersion, WorkCalendar
from ivr.tickets.events import Area, EventKind, Severity, TicketParty
from ivr.tickets.machine import TicketMoveError
from ivr.tickets.rules import TicketDesk
from routing.hours import Hours
from routing.spans import Span
from routing.windows import Window
from tests.service_desk.conftest import MONDAY, RULES, WORKDAYS, ZONE, days

NUMBER, OTHER = "5071343114", "5071343115"
HOUR = timedelta(hours=1)


def opened(database: Database, line: Line, new: NewTicket, number: str = NUMBER) -> TicketRecord:
    with database.transaction() as connection:
        return open_ticket(connection, line, new, number, MONDAY)


def do(
    database: Database,
    line: Line,
    kind: EventKind,
    now: datetime,
    number: str = NUMBER,
    *,
    party: TicketParty = TicketParty.STAFF,
    text: str | None = None,
    **more: object,
) -> TicketRecord:
    act = replace(TicketAct(kind, party, "Ana", text=text), **more)  # type: ignore[arg-type]
    with database.transaction() as connection:
        return act_on(connection, line, ticket_for(connection, number), act, now)


def by_customer(
    database: Database, line: Line, kind: EventKind, now: datetime, text: str | None = None
) -> TicketRecord:
    return do(database, line, kind, now, party=TicketParty.CUSTOMER, text=text)


def kinds(database: Database, number: str = NUMBER) -> list[str]:
    with database.reading() as connection:
        return [event.kind for event in events_of(connection, number)]


def test_a_ticket_is_opened_with_its_forecast(database: Database, line: Line, new: NewTicket) -> None:
    ticket = opened(database, line, new)
    # 30 working hours of 12 a day from Monday 10:00: 9 + 12 + 9, so Wednesday 16:00.
    assert ticket.forecast_at == datetime(2026, 3, 11, 16, tzinfo=ZONE)
    with database.reading() as connection:
        assert find_ticket(connection, NUMBER) == ticket


def test_a_question_stops_the_clock_and_its_answer_resumes_it(database: Database, line: Line, new: NewTicket) -> None:
    opened(database, line, new)
    asked = do(database, line, EventKind.QUESTION_ASKED, MONDAY + HOUR, text="Qual a versão?")
    assert (asked.state, asked.forecast_at) == ("pending-customer", None)
    answered = by_customer(database, line, EventKind.ANSWERED, MONDAY + days(1) + HOUR, "12.1.33")
    assert (answered.state, answered.forecast_at) == ("in-analysis", datetime(2026, 3, 12, 16, tzinfo=ZONE))
    assert kinds(database) == ["opened", "analysis-begun", "question-asked", "answered"]


def test_a_refusal_needs_a_reason_and_goes_back_to_service(database: Database, line: Line, new: NewTicket) -> None:
    opened(database, line, new)
    do(database, line, EventKind.SOLUTION_SENT, MONDAY + HOUR, text="Atualize o patch.")
    with pytest.raises(ValueError, match="say why"):
        by_customer(database, line, EventKind.REFUSED, MONDAY + 2 * HOUR)
    refused = by_customer(database, line, EventKind.REFUSED, MONDAY + 2 * HOUR, "Continua igual.")
    assert refused.state == "refused"
    assert refused.forecast_at is not None


def test_silence_accepts_on_the_day_it_was_due(database: Database, line: Line, new: NewTicket) -> None:
    opened(database, line, new)
    sent = do(database, line, EventKind.SOLUTION_SENT, MONDAY + HOUR, text="Atualize o patch.")
    # Two days before the last of 15 days, the 24th, is the 22nd, a Sunday: the desk's next hour is Monday's first.
    assert sent.due_at == datetime(2026, 3, 23, 7, tzinfo=ZONE)
    with database.transaction() as connection:
        late = do_what_is_due(connection, line, sent, MONDAY + days(40))
    assert (late.state, late.due_at) == ("accepted-by-silence", None)
    assert late.closed_at == datetime(2026, 3, 25, tzinfo=ZONE)
    assert kinds(database)[-2:] == ["reminded", "silence-accepted"]


def test_an_acceptance_after_the_deadline_meets_a_closed_ticket(database: Database, line: Line, new: NewTicket) -> None:
    opened(database, line, new)
    do(database, line, EventKind.SOLUTION_SENT, MONDAY + HOUR)
    with pytest.raises(TicketMoveError):
        by_customer(database, line, EventKind.ACCEPTED, datetime(2026, 3, 25, tzinfo=ZONE))
    accepted = by_customer(database, line, EventKind.ACCEPTED, datetime(2026, 3, 24, 23, 59, tzinfo=ZONE))
    assert accepted.state == "accepted"


def test_a_solution_is_postponed_once_and_in_time(database: Database, line: Line, new: NewTicket) -> None:
    opened(database, line, new)
    do(database, line, EventKind.SOLUTION_SENT, MONDAY + HOUR)
    postponed = by_customer(database, line, EventKind.POSTPONED, MONDAY + days(10))
    assert postponed.state == "postponed"
    with pytest.raises(TicketMoveError):
        by_customer(database, line, EventKind.POSTPONED, MONDAY + days(11))
    with database.transaction() as connection:
        ended = do_what_is_due(connection, line, postponed, MONDAY + days(60))
    assert ended.closed_at == datetime(2026, 4, 24, tzinfo=ZONE)  # 9 March and 45 days is 23 April


def test_an_unanswered_question_closes_for_good(database: Database, line: Line, new: NewTicket) -> None:
    opened(database, line, new)
    asked = do(database, line, EventKind.QUESTION_ASKED, MONDAY + HOUR)
    with database.transaction() as connection:
        closed = do_what_is_due(connection, line, asked, MONDAY + days(20))
    assert (closed.state, closed.closed_at) == ("closed-unanswered", datetime(2026, 3, 25, tzinfo=ZONE))
    with pytest.raises(TicketMoveError, match="closed for good"):
        by_customer(database, line, EventKind.ANSWERED, MONDAY + days(20), "12.1.33")


def test_an_answer_to_a_closed_ticket_opens_a_linked_one(database: Database, line: Line, new: NewTicket) -> None:
    opened(database, line, new)
    do(database, line, EventKind.SOLUTION_SENT, MONDAY + HOUR)
    closed = by_customer(database, line, EventKind.ACCEPTED, MONDAY + 2 * HOUR)
    reply = TicketAct(EventKind.MESSAGE_ADDED, TicketParty.CUSTOMER, "Bia", contact_id=new.contact_id, text="Voltou.")
    with database.transaction() as connection:
        linked = reply_to_closed(connection, line, closed, reply, OTHER, MONDAY + days(1))
    assert (linked.linked_to, linked.state) == (NUMBER, "opened")
    assert kinds(database)[-1] == "linked"
    with database.reading() as connection:
        first = find_ticket(connection, NUMBER)
    assert first is not None
    assert first.state == "accepted"


def test_an_answer_after_an_end_that_is_not_written_yet_is_linked(
    database: Database, line: Line, new: NewTicket
) -> None:
    opened(database, line, new)
    solved = do(database, line, EventKind.SOLUTION_SENT, MONDAY + HOUR)
    reply = TicketAct(EventKind.MESSAGE_ADDED, TicketParty.CUSTOMER, "Bia", contact_id=new.contact_id, text="Voltou.")
    with pytest.raises(ValueError, match="is open"), database.transaction() as connection:
        reply_to_closed(connection, line, solved, reply, OTHER, MONDAY + days(15))
    with database.transaction() as connection:
        linked = reply_to_closed(connection, line, solved, reply, OTHER, MONDAY + days(16))
    assert linked.linked_to == NUMBER
    assert kinds(database)[-2:] == ["silence-accepted", "linked"]


def test_an_automatic_reply_changes_no_state(database: Database, line: Line, new: NewTicket) -> None:
    opened(database, line, new)
    asked = do(database, line, EventKind.QUESTION_ASKED, MONDAY + HOUR)
    replied = by_customer(database, line, EventKind.AUTOMATIC_REPLY, MONDAY + 2 * HOUR, "Estou de férias.")
    assert (replied.state, replied.due_at) == (asked.state, asked.due_at)


def test_a_transfer_and_a_severity_are_counted_from_the_opening(database: Database, line: Line, new: NewTicket) -> None:
    opened(database, line, new)
    moved = do(database, line, EventKind.TRANSFERRED, MONDAY + HOUR, area=Area.FABRICA)
    assert (moved.state, moved.area) == ("with-another-area", "fabrica")
    urgent = do(database, line, EventKind.SEVERITY_CHANGED, MONDAY + 2 * HOUR, severity=Severity.CRITICAL)
    assert urgent.forecast_at == datetime(2026, 3, 10, 8, tzinfo=ZONE)  # 9 hours on Monday and one on Tuesday


def test_a_ticket_counts_by_its_own_desk_as_it_comes_back(database: Database, line: Line, new: NewTicket) -> None:
    shorter = Hours("contrato", ZONE, (Window(WORKDAYS, Span(time(8), time(18))),))
    calendars = {**RULES.calendars, "contrato": WorkCalendar("contrato", (CalendarVersion(date(2026, 1, 1), shorter),))}
    desks = {**RULES.desks, "suporte.rm": TicketDesk("suporte.rm", Area.SUSTENTACAO, "contrato")}
    rules = replace(RULES, calendars=calendars, desks=desks)
    line = replace(line, routing=replace(line.routing, tickets=rules))
    opened(database, line, replace(new, calendar="contrato"))
    away = do(database, line, EventKind.TRANSFERRED, MONDAY + HOUR, area=Area.FABRICA)
    back = do(database, line, EventKind.TRANSFERRED, MONDAY + 2 * HOUR, area=Area.SUSTENTACAO)
    assert (away.calendar, back.calendar) == ("suporte", "contrato")
    # 30 h from Monday 10:00 on: 8, 10, 10, and 2 of Thursday.
    assert back.forecast_at == datetime(2026, 3, 12, 10, tzinfo=ZONE)


def test_a_second_subject_is_split_off(database: Database, line: Line, new: NewTicket) -> None:
    ticket = opened(database, line, new)
    act = TicketAct(EventKind.SPLIT, TicketParty.STAFF, "Ana", user_id=1)
    with database.transaction() as connection:
        first, second = split_ticket(connection, line, ticket, act, "Relatório", "Sai em branco", OTHER, MONDAY + HOUR)
    assert (first.subject, second.subject, second.linked_to) == ("Emissão de nota", "Relatório", NUMBER)
    with database.transaction() as connection, pytest.raises(ValueError, match="subject"):
        split_ticket(connection, line, first, act, " ", "", "5071343116", MONDAY + HOUR)


def test_a_merge_can_be_undone(database: Database, line: Line, new: NewTicket) -> None:
    ticket, twin = opened(database, line, new), opened(database, line, new, OTHER)
    act = TicketAct(EventKind.MERGED, TicketParty.STAFF, "Ana", user_id=1)
    with database.transaction() as connection:
        merged = merge_ticket(connection, line, ticket, twin, act, MONDAY + HOUR)
    assert (merged.state, merged.merged_into, merged.forecast_at) == ("merged", OTHER, None)
    with database.transaction() as connection:
        again = undo_merge(connection, line, merged, act, MONDAY + 2 * HOUR)
    assert (again.state, again.merged_into, again.forecast_at) == ("in-analysis", None, ticket.forecast_at)
    with database.transaction() as connection, pytest.raises(ValueError, match="same company"):
        merge_ticket(connection, line, again, again, act, MONDAY + 3 * HOUR)


def test_nothing_is_merged_into_a_ticket_whose_end_was_due(database: Database, line: Line, new: NewTicket) -> None:
    ticket = opened(database, line, new)
    opened(database, line, new, OTHER)
    twin = do(database, line, EventKind.SOLUTION_SENT, MONDAY + HOUR, OTHER)
    act = TicketAct(EventKind.MERGED, TicketParty.STAFF, "Ana", user_id=1)
    with pytest.raises(ValueError, match="does not go on"), database.transaction() as connection:
        merge_ticket(connection, line, ticket, twin, act, MONDAY + days(20))


def test_what_is_said_about_a_merged_ticket_is_kept_where_it_goes_on(
    database: Database, line: Line, new: NewTicket
) -> None:
    ticket, twin = opened(database, line, new), opened(database, line, new, OTHER)
    act = TicketAct(EventKind.MERGED, TicketParty.STAFF, "Ana", user_id=1)
    with database.transaction() as connection:
        merge_ticket(connection, line, ticket, twin, act, MONDAY + HOUR)
    assert new.contact_id is not None
    acted = TicketActed(NUMBER, new.company_id, new.contact_id, EventKind.MESSAGE_ADDED)
    with database.transaction() as connection:
        act_on_ticket(connection, line, "CA1", acted, MONDAY + 2 * HOUR)
    assert (kinds(database)[-1], kinds(database, OTHER)[-1]) == ("merged", "message-added")
    do(database, line, EventKind.QUESTION_ASKED, MONDAY + 3 * HOUR, OTHER, text="Qual a versão?")
    with database.transaction() as connection:
        do_what_is_due(connection, line, ticket_for(connection, OTHER), MONDAY + days(20))
        act_on_ticket(connection, line, "CA1", acted, MONDAY + days(20))
    assert (kinds(database)[-1], kinds(database, OTHER)[-1]) == ("message-added", "left-unanswered")


def test_an_act_that_was_decided_on_an_older_ticket_is_refused(database: Database, line: Line, new: NewTicket) -> None:
    old = opened(database, line, new)
    do(database, line, EventKind.ACTIVITY_NOTED, MONDAY + HOUR, minutes=15)
    act = TicketAct(EventKind.ACTIVITY_NOTED, TicketParty.STAFF, "Ana", minutes=15)
    with pytest.raises(TicketChangedError), database.transaction() as connection:
        act_on(connection, line, old, act, MONDAY + HOUR)
    assert kinds(database) == ["opened", "activity-noted"]


def test_a_ticket_of_another_company_is_told_as_none(database: Database, line: Line, new: NewTicket) -> None:
    opened(database, line, new)
    with database.reading() as connection:
        for number, company in ((NUMBER, new.company_id + 1), ("5071343119", new.company_id)):
            with pytest.raises(NoTicketError, match="there is no ticket of this number"):
                ticket_for(connection, number, company)
