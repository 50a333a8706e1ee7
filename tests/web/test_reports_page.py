"""The page of reports: figures with their operands, the days that were asked for, and who sees what agents did."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest

from data.agent_states import AgentState
from data.agents import add_agent, change_state
from data.roles import Role
from data.users import find_user
from data.waiting import leave, waiting_of_call
from ivr.reports.destination_rows import DestinationRow
from ivr.web.reports.chart import FOOT, HEIGHT, WIDTH, chart_of
from routing.agent_rules import ServiceTarget
from routing.metrics import ServiceFigures
from tests.conftest import MakeServer
from tests.line_server import LineServer
from tests.lines import TUESDAY
from tests.web.browsing import Browser, make_user

PAGE = "/reports/ensaio"


@pytest.fixture
def server(make_server: MakeServer) -> LineServer:
    """The small line at half past ten: three callers came into a queue, of whom two hung up after 8 and 30 seconds."""
    server = make_server(auth_token=None)
    for number, seconds in ((1, 8), (2, 30), (3, 0)):
        sid = f"CA{number:032x}"
        server.keys("#", "3", sid=sid)
        if seconds:
            with server.database.transaction() as connection:
                entry = waiting_of_call(connection, sid)
                assert entry
                leave(connection, entry.id, "abandoned", server.clock() + timedelta(seconds=seconds))
    return server


def test_a_figure_stands_beside_its_operands_and_its_formula(server: LineServer) -> None:
    text = Browser(server).get(PAGE, {"Accept-Language": "pt-BR"}).text
    assert "0 / (0 + 1 + 0 + 0) = 0,00 %" in text
    assert "2 / 3 = 66,67 %" in text
    assert "T = 20" in text
    assert "3 ligações chegaram." in text


def test_the_csv_is_of_the_days_and_the_desk_that_the_page_shows(server: LineServer) -> None:
    browser = Browser(server)
    answer = browser.get(f"{PAGE}.csv?from=2026-03-10&by=day&destination=mesa.fila")
    assert answer.mimetype == "text/csv"
    assert 'filename="ensaio-2026-03-10-2026-03-10.csv"' in answer.headers["Content-Disposition"]
    (row,) = csv.DictReader(io.StringIO(answer.text))
    assert (row["destination"], row["offered"], row["abandoned_after_target"]) == ("mesa.fila", "3", "1")
    assert browser.get(f"{PAGE}.csv?from=2026-03-11&to=2026-03-12").text.count("\n") == 1


@pytest.mark.parametrize("query", ["from=ontem", "from=2026-03-12&to=2026-03-01", "from=1999-01-01"])
def test_days_that_are_none_are_told_and_the_page_shows_today(server: LineServer, query: str) -> None:
    browser = Browser(server)
    answer = browser.get(f"{PAGE}?{query}", {"Accept-Language": "pt-BR"})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert 'value="2026-03-10"' in answer.text
    assert browser.get(f"{PAGE}.csv?{query}").status_code == 422


def test_what_agents_did_is_shown_to_who_supervises_them_and_no_other(server: LineServer) -> None:
    for login, role in (("rita", Role.AGENT), ("sofia", Role.SUPERVISOR), ("otto", Role.OPS)):
        make_user(server, login, role)
    with server.database.transaction() as connection:
        user = find_user(connection, "rita")
        add_agent(connection, user, "+551150900105", None, server.clock() - timedelta(hours=1), "rita")
        change_state(connection, user.id, AgentState.AVAILABLE, None, server.clock() - timedelta(minutes=30), "rita")
    seen = {}
    for login in ("rita", "sofia", "otto"):
        browser = Browser(server)
        browser.log_in(login)
        seen[login] = "0:30:00" in browser.get(PAGE).text
    assert seen == {"rita": False, "sofia": True, "otto": False}


def test_the_parts_of_a_bar_add_up_to_its_calls_and_stay_in_the_box() -> None:
    rows = [
        DestinationRow(
            "mesa", TUESDAY + timedelta(hours=hour),
            ServiceFigures(ServiceTarget(), 5, offered=9 + hour, answered=5, answered_within=3, abandoned=2, waiting=1),
            {}, {},
        )
        for hour in range(40)
    ]  # fmt: skip
    chart = chart_of(rows)
    assert (len(chart.bars), chart.most) == (40, 48)
    for bar, row in zip(chart.bars, rows, strict=True):
        assert bar.count == row.service.offered
        assert bar.x + bar.width <= WIDTH
        assert all(0 <= part.y <= part.y + part.height <= HEIGHT - FOOT + 0.02 for part in bar.parts)
    assert sum(bar.label for bar in chart.bars) <= 12
