"""A ticket that counts by a calendar which ops deleted has no forecast, and everything else goes on."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from data.database import Database
from ivr.flow.line import Line
from ivr.service_desk.acts import TicketAct, act_on, do_what_is_due, ticket_for
from ivr.service_desk.opening import NewTicket, open_ticket
from ivr.tickets.events import EventKind, TicketParty
from ivr.tickets.forecast import CalendarGoneError
from tests.service_desk.conftest import MONDAY, RULES, ZONE, days

NUMBER = "5071343114"
HOUR = timedelta(hours=1)


@pytest.fixture
def without(line: Line) -> Line:
    """The same line after ops wrote its calendar under another name."""
    renamed = {"outro": replace(RULES.calendars["suporte"], name="outro")}
    return replace(line, routing=replace(line.routing, tickets=replace(RULES, calendars=renamed)))


def test_acts_are_taken_and_the_forecast_is_away(database: Database, line: Line, without: Line, new: NewTicket) -> None:
    with database.transaction() as connection:
        open_ticket(connection, line, new, NUMBER, MONDAY)
    begun = TicketAct(EventKind.ANALYSIS_BEGUN, TicketParty.STAFF, "Ana")
    with database.transaction() as connection:
        ticket = act_on(connection, without, ticket_for(connection, NUMBER), begun, MONDAY + HOUR)
    assert (ticket.state, ticket.forecast_at) == ("in-analysis", None)
    noted = TicketAct(EventKind.ACTIVITY_NOTED, TicketParty.STAFF, "Ana", text="visto", minutes=5)
    with database.transaction() as connection:
        again = act_on(connection, line, ticket_for(connection, NUMBER), noted, MONDAY + 2 * HOUR)
    # Written again, it counts as if it had never been away: 9 + 12 + 9 hours.
    assert again.forecast_at == datetime(2026, 3, 11, 16, tzinfo=ZONE)


def test_the_customer_is_waited_for_all_the_same(database: Database, line: Line, without: Line, new: NewTicket) -> None:
    with database.transaction() as connection:
        open_ticket(connection, line, new, NUMBER, MONDAY)
    solved = TicketAct(EventKind.SOLUTION_SENT, TicketParty.STAFF, "Ana", text="feito")
    with database.transaction() as connection:
        act_on(connection, line, ticket_for(connection, NUMBER), solved, MONDAY + HOUR)
    postponed = TicketAct(EventKind.POSTPONED, TicketParty.CUSTOMER, "Bruno")
    with database.transaction() as connection:
        act_on(connection, without, ticket_for(connection, NUMBER), postponed, MONDAY + days(10))
    with database.transaction() as connection:
        ticket = do_what_is_due(connection, without, ticket_for(connection, NUMBER), MONDAY + days(46))
    assert ticket.state == "accepted-by-silence"
    assert ticket.closed_at == datetime(2026, 4, 24, tzinfo=ZONE)  # 9 March and 45 days: the end of 23 April


def test_no_ticket_is_opened_by_a_calendar_that_is_not_written(
    database: Database, without: Line, new: NewTicket
) -> None:
    with pytest.raises(CalendarGoneError, match="write it there again"), database.transaction() as connection:
        open_ticket(connection, without, new, NUMBER, MONDAY)
