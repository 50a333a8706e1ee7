"""A remote access is asked for on a ticket, answered once by its customer, and kept as evidence."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from data.database import Database
from data.remote_access import RemoteAccessRecord, accesses_of
from data.ticket_events import events_of
from ivr.flow.line import Line
from ivr.service_desk.acts import TicketAct, act_on, ticket_for
from ivr.service_desk.opening import NewTicket, open_ticket
from ivr.service_desk.remote_access import AccessAsk, answer_access, ask_for_access, end_access, waiting_access
from ivr.tickets.events import EventKind, TicketParty
from ivr.tickets.machine import TicketMoveError
from tests.service_desk.conftest import MONDAY

NUMBER, OTHER = "5071343114", "5071343115"
ACCESS = "RA" + "1" * 32
HOUR = timedelta(hours=1)
ASK = AccessAsk("teamviewer", "Ver o erro da rotina", None, "Rita", 7)


@pytest.fixture(autouse=True)
def _ticket(database: Database, line: Line, new: NewTicket) -> None:
    with database.transaction() as connection:
        for number in (NUMBER, OTHER):
            open_ticket(connection, line, new, number, MONDAY)


def ask(database: Database, line: Line, asked: AccessAsk = ASK, now: datetime = MONDAY) -> RemoteAccessRecord:
    with database.transaction() as connection:
        return ask_for_access(connection, line, ticket_for(connection, NUMBER), asked, ACCESS, now)[1]


def answer(
    database: Database, line: Line, *, allowed: bool, now: datetime = MONDAY + HOUR, number: str = NUMBER
) -> RemoteAccessRecord:
    with database.transaction() as connection:
        ticket = ticket_for(connection, number)
        return answer_access(
            connection, line, ticket, ACCESS, allowed=allowed, author="Ana", contact_id=None, channel="portal", now=now
        )[1]


def end(database: Database, line: Line, party: TicketParty) -> None:
    with database.transaction() as connection:
        end_access(connection, line, ticket_for(connection, NUMBER), ACCESS, party=party, author="Ana", now=MONDAY)


def waits(database: Database, now: datetime) -> bool:
    with database.reading() as connection:
        return waiting_access(connection, ticket_for(connection, NUMBER), now) is not None


def test_a_permission_lasts_its_minutes_and_stays_as_evidence(database: Database, line: Line) -> None:
    asked = ask(database, line)
    assert (asked.tool, asked.approved, asked.expires_at) == ("TeamViewer", True, MONDAY + 24 * HOUR)
    assert waits(database, MONDAY)
    allowed = answer(database, line, allowed=True)
    assert (allowed.answer, allowed.channel, allowed.expires_at) == ("allowed", "portal", MONDAY + 2 * HOUR)
    assert not waits(database, MONDAY + HOUR)
    with database.reading() as connection:
        assert accesses_of(connection, NUMBER) == [allowed]
        events = events_of(connection, NUMBER)
    assert [(event.kind, event.party, event.minutes) for event in events[1:]] == [
        ("access-asked", "staff", None),
        ("access-answered", "customer", None),
    ]


def test_a_request_is_answered_once_and_in_time(database: Database, line: Line) -> None:
    ask(database, line)
    assert not waits(database, MONDAY + 24 * HOUR)
    with pytest.raises(ValueError, match="expired"):
        answer(database, line, allowed=True, now=MONDAY + 24 * HOUR)
    answer(database, line, allowed=False)
    with pytest.raises(ValueError, match="refused"):
        answer(database, line, allowed=True)


def test_preparation_is_noted_only_where_another_tool_is_allowed(database: Database, line: Line) -> None:
    ask(database, line, replace(ASK, tool="AnyDesk", preparation_minutes=45))
    with database.reading() as connection:
        assert [event.minutes for event in events_of(connection, NUMBER)] == [None, None]
    answer(database, line, allowed=True)
    with database.reading() as connection:
        last = events_of(connection, NUMBER)[-1]
    assert (last.kind, last.minutes, '"preparation": true' in last.details) == ("activity-noted", 45, True)


def test_a_request_of_another_ticket_is_not_answered(database: Database, line: Line) -> None:
    ask(database, line)
    with pytest.raises(ValueError, match="no such request"):
        answer(database, line, allowed=True, number=OTHER)
    assert waits(database, MONDAY)


def test_one_access_at_a_time_and_either_side_ends_it(database: Database, line: Line) -> None:
    ask(database, line)
    with pytest.raises(ValueError, match="already"):
        ask(database, line)
    end(database, line, TicketParty.STAFF)
    with pytest.raises(ValueError, match="ended"):
        answer(database, line, allowed=True)
    with pytest.raises(ValueError, match="over already"):
        end(database, line, TicketParty.CUSTOMER)


def test_a_permission_ends_with_its_ticket(database: Database, line: Line) -> None:
    ask(database, line)
    answer(database, line, allowed=True)
    with database.transaction() as connection:
        for kind, party in ((EventKind.SOLUTION_SENT, TicketParty.STAFF), (EventKind.ACCEPTED, TicketParty.CUSTOMER)):
            act = TicketAct(kind, party, "Ana", text="Pronto.")
            act_on(connection, line, ticket_for(connection, NUMBER), act, MONDAY + HOUR)
    with database.reading() as connection:
        assert [access.ended_at for access in accesses_of(connection, NUMBER)] == [MONDAY + HOUR]
    with pytest.raises(TicketMoveError):
        ask_again(database, line)


def ask_again(database: Database, line: Line) -> None:
    with database.transaction() as connection:
        ask_for_access(connection, line, ticket_for(connection, NUMBER), ASK, "RA" + "2" * 32, MONDAY + 2 * HOUR)
