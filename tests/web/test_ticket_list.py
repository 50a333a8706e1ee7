"""The list of tickets: those first that are served first, found by filters and words, counted for supervisors."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from data.roles import Role
from ivr.flow.line import Line
from ivr.service_desk.opening import NewTicket, open_ticket
from ivr.tickets.events import Area, EventKind, Severity, TicketParty
from tests.conftest import MakeServer, Now
from tests.line_server import LineServer
from tests.web.ticket_desk import LINE, TicketBrowser, customer_does, first_contact, ticket_of

_NUMBERS = re.compile(r'<p class="what"><a href="/tickets/(\d{10})">')


@pytest.fixture
def server(make_server: MakeServer, shipped_line: Line) -> LineServer:
    """The shipped line at a desk, on a Tuesday at half past ten."""
    return make_server(shipped_line, auth_token=None)


@pytest.fixture
def rita(server: LineServer) -> TicketBrowser:
    return TicketBrowser(server, "rita")


def listed(browser: TicketBrowser, query: str = "") -> list[str]:
    """The numbers that the list shows, in its order."""
    answer = browser.get(f"/tickets{query}")
    assert answer.status_code == 200, answer.text
    return _NUMBERS.findall(answer.text)


def from_portal(server: LineServer, number: str) -> None:
    """The customer opens a ticket by the portal."""
    line = server.lines.named(LINE)
    assert line is not None
    ticket = ticket_of(server, TicketBrowser(server, f"x{number}").open())
    new = NewTicket(
        ticket.company_id,
        first_contact(server),
        "portal",
        Area.SUSTENTACAO,
        "suporte",
        Severity.LOW,
        TicketParty.CUSTOMER,
        "Ana",
        "Pelo portal",
    )
    with server.database.transaction() as connection:
        open_ticket(connection, line, replace(new), number, server.clock())


def test_what_is_served_first_stands_first(server: LineServer, rita: TicketBrowser) -> None:
    low, critical = rita.open(severity="4"), rita.open(severity="1")
    from_portal(server, "1234567890")
    found = listed(rita)
    assert found[:2] == ["1234567890", critical]
    assert found[-1] == low


def test_filters_leave_those_that_are_meant(server: LineServer, rita: TicketBrowser, clock: Now) -> None:
    mine, nobodys, waiting = rita.open(mine="yes"), rita.open(severity="1"), rita.open(subject="Relatório de férias")
    rita.do(nobodys, "transfer", area="fabrica", text="É do produto")
    rita.do(waiting, "ask", text="Qual?")
    assert listed(rita, "?whose=me") == [mine]
    assert listed(rita, f"?whose={rita.user_id}") == [mine]
    assert listed(rita, "?whose=nobody") == [nobodys]
    assert listed(rita, "?area=fabrica") == [nobodys]
    assert listed(rita, "?severity=1") == [nobodys]
    assert listed(rita, "?show=customer") == [waiting]
    assert set(listed(rita, "?show=open")) == {mine, nobodys, waiting}
    assert listed(rita, "?show=open&text=RELATORIO+ferias") == [waiting]
    assert listed(rita, f"?show=all&text={mine}") == [mine]
    assert listed(rita, "?line=internacional") == []
    assert listed(rita, "?late=yes") == []
    clock.moment += timedelta(days=2)
    assert listed(rita, "?late=yes") == [nobodys]
    customer_does(server, waiting, EventKind.ANSWERED, clock.moment, "Esta")
    assert listed(rita, "?show=closed") == []


@pytest.mark.parametrize(
    "query",
    [
        "?show=x&whose=x&area=x&severity=9&line=x&late=x",
        "?whose=99999999999999999999",
        "?text=%27%22%3B--%25_%00",
        "?text=" + "a" * 5000,
        "?severity=%C2%B2",
    ],
)
def test_rubbish_in_the_address_is_no_fault(rita: TicketBrowser, query: str) -> None:
    rita.open()
    assert rita.get(f"/tickets{query}").status_code == 200


def test_a_page_that_there_is_not_leads_to_the_first(rita: TicketBrowser) -> None:
    number = rita.open()
    answer = rita.get("/tickets?after=x")
    assert (answer.status_code, _NUMBERS.findall(answer.text)) == (422, [number])


def test_a_long_list_comes_in_pages(rita: TicketBrowser) -> None:
    numbers = {rita.open() for _ in range(53)}
    first = rita.get("/tickets?severity=3").text
    found = re.search(r'href="([^"]+)" rel="next"', first)
    assert found is not None
    rest = rita.get(found[1].replace("&amp;", "&")).text
    shown = _NUMBERS.findall(first), _NUMBERS.findall(rest)
    assert [len(each) for each in shown] == [50, 3]
    assert set(shown[0] + shown[1]) == numbers
    assert 'rel="next"' not in rest


def test_supervisors_see_how_many_are_open_and_late(server: LineServer, rita: TicketBrowser, clock: Now) -> None:
    rita.open(mine="yes", severity="1")
    rita.open()
    rita.do(rita.open(), "ask", text="Qual?")
    clock.moment += timedelta(days=2)
    boss = TicketBrowser(server, "chefe", Role.SUPERVISOR)
    shown = " ".join(re.sub(r"<[^>]+>", " ", boss.get("/tickets").text).split())
    assert "3 tickets are open · 1 is late" in shown
    assert "Sustentação 3 2 1" in shown
    assert "Rita 1 1 1" in shown
    assert "nobody yet 2 1 0" in shown
    board = " ".join(re.sub(r"<[^>]+>", " ", boss.get(f"/wallboard/{LINE}").text).split())
    assert "3 open tickets 1 is late" in board
    assert f'href="/tickets?show=open&amp;line={LINE}"' in boss.get(f"/wallboard/{LINE}").text
    rita.log_in("rita")
    assert "tickets are open" not in rita.get("/tickets").text


def test_testers_see_no_list_and_ops_only_look(server: LineServer, rita: TicketBrowser) -> None:
    number = rita.open()
    assert TicketBrowser(server, "tio", Role.TESTER).get("/tickets").status_code == 403
    ops = TicketBrowser(server, "olga", Role.OPS)
    assert listed(ops) == [number]
    assert "/tickets/new" not in ops.get("/tickets").text


def test_a_document_that_is_looked_for_stands_in_no_link(rita: TicketBrowser) -> None:
    rita.open()
    shown = rita.get("/tickets?text=11.222.333%2F0001-81+senha%3A+totvs123").text
    assert "11.222.333" not in shown
    assert "totvs123" not in shown
