"""The page of an agent: the own one only, the state, who calls, and what cannot be done, in words."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update
from werkzeug.test import TestResponse

from data.agent_skills import Skill, set_skill
from data.agent_states import AgentState
from data.agents import add_agent, change_state, find_agent
from data.calls import CALL
from data.offers import make_offer
from data.roles import Role
from data.tickets import ticket_of_call
from data.users import find_user
from data.waiting import waiting_of_call
from ivr.flow.folder import load_line
from ivr.flow.line import Line
from ivr.tickets.events import Area
from ivr.tickets.rules import TicketDesk
from tests.conftest import MakeServer
from tests.line_server import LineServer
from tests.lines import ROUTING, write_line
from tests.service_desk.conftest import RULES
from tests.web.browsing import Browser, make_user

FIRST, SECOND = f"CA{1:032x}", f"CA{2:032x}"
PORTUGUESE = {"Accept-Language": "pt-BR"}


@pytest.fixture
def server(make_server: MakeServer) -> LineServer:
    """The small line with the demo customers, and two agents who are available."""
    server = make_server(auth_token=None)
    for login in ("rita", "saulo"):
        make_user(server, login, Role.AGENT)
        with server.database.transaction() as connection:
            user = find_user(connection, login)
            add_agent(connection, user, f"+55115090010{user.id}", None, server.clock(), login)
            set_skill(connection, Skill(user.id, "ensaio", "mesa", 3))
            change_state(connection, user.id, AgentState.AVAILABLE, None, server.clock(), login)
    make_user(server, "otto", Role.OPS)
    return server


def _offered(server: LineServer, sid: str, *, identified: bool) -> None:
    """A caller comes into the queue, identified or not, and is offered to rita."""
    if identified:
        server.keys("2", "11222333000181#", "1234#", "0", "3", sid=sid)
    else:
        server.keys("#", "3", sid=sid)
    with server.database.transaction() as connection:
        entry = waiting_of_call(connection, sid)
        assert entry
        rita = find_user(connection, "rita")
        assert make_offer(connection, entry.id, rita.id, server.clock())
        change_state(connection, rita.id, AgentState.RINGING, None, server.clock(), "offer")


def _browser(server: LineServer, login: str) -> Browser:
    browser = Browser(server)
    browser.log_in(login)
    return browser


def _act(browser: Browser, login: str, **body: str) -> TestResponse:
    headers = {"Origin": browser.at, "X-CSRF-Token": browser.token(), "Content-Type": "application/json"} | PORTUGUESE
    return browser.client.post(f"/agent/{login}/acts", base_url=browser.at, data=json.dumps(body), headers=headers)


def test_an_agent_sees_the_own_page_and_no_other_agents(server: LineServer) -> None:
    rita = _browser(server, "rita")
    assert rita.get("/agent").location == "/agent/rita"
    assert rita.get("/agent/rita").status_code == 200
    for path in ("/agent/saulo", "/agent/saulo/now", "/agent/nobody"):
        assert rita.get(path).status_code == 404
    assert _act(rita, "saulo", do="state", to="off").status_code == 404
    assert _browser(server, "otto").get("/agent").status_code == 403


def test_without_a_login_a_person_of_this_machine_chooses_an_agent(server: LineServer) -> None:
    here = Browser(server)
    assert 'href="/agent/saulo"' in here.get("/agent").text
    assert here.get("/agent/saulo").status_code == 200


def test_an_identified_caller_is_told_with_company_contract_and_way(server: LineServer) -> None:
    _offered(server, FIRST, identified=True)
    text = _browser(server, "rita").get("/agent/rita", PORTUGUESE).text
    assert "Padaria" in text
    assert "nada em aberto" in text
    assert "principal → documento → senha → codigo → areas" in text
    assert "11222333000181" not in text
    assert "talvez" not in text


def test_a_number_alone_is_a_maybe(server: LineServer) -> None:
    server.keys("2", "11222333000181#", "1234#", sid=SECOND)
    _offered(server, FIRST, identified=False)
    text = _browser(server, "rita").get("/agent/rita", PORTUGUESE).text
    assert "talvez Ana, de Padaria" in text
    assert "Identificado" in text


@pytest.mark.parametrize("withheld", ["anonymous", "+266696687", "+86282452253"])
def test_a_caller_without_a_number_is_not_taken_for_another_one(server: LineServer, withheld: str) -> None:
    server.keys("2", "11222333000181#", "1234#", sid=SECOND)
    _offered(server, FIRST, identified=False)
    with server.database.transaction() as connection:
        connection.execute(update(CALL).values(from_number=withheld))
    text = _browser(server, "rita").get("/agent/rita", PORTUGUESE).text
    assert "talvez" not in text
    assert "Ligações anteriores" not in text
    assert withheld not in text


def test_another_agent_is_told_nothing_of_the_caller(server: LineServer) -> None:
    _offered(server, FIRST, identified=True)
    text = _browser(server, "saulo").get("/agent/saulo").text
    assert "Padaria" not in text
    assert "+5511987654321" not in text


def test_a_state_asked_for_while_it_rings_waits(server: LineServer) -> None:
    _offered(server, FIRST, identified=False)
    rita = _browser(server, "rita")
    assert _act(rita, "rita", do="state", to="paused", reason="almoço").status_code == 200
    assert "depois, em pausa: almoço" in rita.get("/agent/rita/now", PORTUGUESE).text
    with server.database.reading() as connection:
        agent = find_agent(connection, find_user(connection, "rita").id)
    assert agent
    assert agent.state is AgentState.RINGING


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"do": "state", "to": "paused", "reason": " "}, "Uma pausa precisa do motivo"),
        ({"do": "state", "to": "talking"}, "Isso não foi entendido"),
        ({"do": "dance"}, "Isso não foi entendido"),
        ({}, "Isso não foi entendido"),
        ({"do": "hold"}, "conversa"),
        ({"do": "transfer", "to": "mesa.rx"}, "conversa"),
    ],
)
def test_what_cannot_be_done_is_refused_in_words(server: LineServer, body: dict[str, str], told: str) -> None:
    answer = _act(_browser(server, "rita"), "rita", **body)
    assert answer.status_code == 409
    assert told in answer.get_json()["error"]


def test_what_is_no_act_at_all_is_refused_without_a_traceback(server: LineServer) -> None:
    rita = _browser(server, "rita")
    headers = {"Origin": rita.at, "X-CSRF-Token": rita.token(), "Content-Type": "application/json"}
    for body in ("[]", "nothing", '{"do": 7}', '{"do": "note", "notes": "%s"}' % ("x" * 3000)):
        answer = rita.client.post("/agent/rita/acts", base_url=rita.at, data=body, headers=headers)
        assert answer.status_code == 400


def test_the_page_lists_the_telephones_of_the_allow_list(make_server: MakeServer, tmp_path: Path) -> None:
    listed = "allowed:\n  numbers: ['+551150900777', '+551150900101', '+551150900105', '+551150900106']\n"
    line = load_line(write_line(tmp_path / "ensaio", routing=f"{ROUTING}{listed}  prefixes: ['+5511']\n"))
    server = make_server(line, auth_token=None)
    make_user(server, "rita", Role.AGENT)
    with server.database.transaction() as connection:
        add_agent(connection, find_user(connection, "rita"), "+551150900101", None, server.clock(), "rita")
    told = _browser(server, "rita").get("/agent/rita").text
    assert "<option>mesa.fila</option>" in told
    assert "<option>mesa.rh</option>" not in told
    assert "<option>+551150900777</option>" in told


def test_the_card_of_a_talk_shows_the_ticket_of_its_call(make_server: MakeServer, small_line: Line) -> None:
    rules = replace(RULES, desks={"mesa": TicketDesk("mesa", Area.SUSTENTACAO, "suporte")})
    line = replace(small_line, routing=replace(small_line.routing, tickets=rules))
    server = make_server(line, auth_token=None)
    make_user(server, "rita", Role.AGENT)
    with server.database.transaction() as connection:
        add_agent(connection, find_user(connection, "rita"), "+551150900101", None, server.clock(), "rita")
    _offered(server, FIRST, identified=True)
    rita = _browser(server, "rita")
    shown = rita.get("/agent/rita", PORTUGUESE).text
    with server.database.reading() as connection:
        ticket = ticket_of_call(connection, FIRST)
    assert ticket is not None
    assert f'href="/tickets/{ticket.number}"' in shown
    assert "previsão" in shown
    assert rita.get(f"/tickets/new?call={FIRST}").location == f"/tickets/{ticket.number}"


def test_a_call_without_a_ticket_leads_to_a_new_one(make_server: MakeServer, small_line: Line) -> None:
    rules = replace(RULES, desks={"mesa": TicketDesk("mesa", Area.SUSTENTACAO, "suporte")})
    line = replace(small_line, routing=replace(small_line.routing, tickets=rules))
    server = make_server(line, auth_token=None)
    make_user(server, "rita", Role.AGENT)
    with server.database.transaction() as connection:
        add_agent(connection, find_user(connection, "rita"), "+551150900101", None, server.clock(), "rita")
    _offered(server, SECOND, identified=False)
    rita = _browser(server, "rita")
    assert f'href="/tickets/new?call={SECOND}"' in rita.get("/agent/rita").text
    form = {"contact": "1", "call": SECOND, "subject": "Da ligação", "destination": "ensaio/mesa.fila", "mine": "yes"}
    opened = rita.post("/tickets/new", form)
    assert opened.status_code == 303
    with server.database.reading() as connection:
        ticket = ticket_of_call(connection, SECOND)
    assert ticket is not None
    assert (ticket.subject, ticket.call_sid) == ("Da ligação", SECOND)
    assert f'href="/tickets/{ticket.number}"' in rita.get("/agent/rita").text
