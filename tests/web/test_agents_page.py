"""The page of agents: who may open it, what it changes and refuses in words, and what it tells of a day."""

from __future__ import annotations

from datetime import timedelta

import pytest

from data.agent_skills import Skill, skills_of
from data.agent_states import AgentState
from data.agents import Agent, agent_named, change_state
from data.audit import audit_since
from data.roles import Role
from tests.conftest import MakeServer, Now
from tests.line_server import LineServer
from tests.web.browsing import Browser, make_user

PAGE = "/agents"
RITA = {"login": "rita", "telephone": "+551150900901", "hours": "seg-sex 08:00-18:00"}
SERVES = {"scope": "ensaio/mesa", "level": "3"}


@pytest.fixture
def server(make_server: MakeServer) -> LineServer:
    """The small line at a desk, at half past ten, with a user who may take calls."""
    server = make_server(auth_token=None)
    make_user(server, "rita", Role.AGENT, None)
    return server


@pytest.fixture
def ana(server: LineServer) -> Browser:
    """A browser of a supervisor, in Portuguese."""
    make_user(server, "ana", Role.SUPERVISOR)
    browser = Browser(server)
    browser.log_in("ana")
    browser.get("/language/pt-BR")
    return browser


def _rita(server: LineServer) -> Agent:
    with server.database.reading() as connection:
        found = agent_named(connection, "rita")
    assert found
    return found


def test_an_agent_is_made_serves_and_comes_on_duty_by_the_page(server: LineServer, ana: Browser) -> None:
    assert "Ainda não há atendentes." in ana.get(PAGE).text
    assert ana.post(PAGE, RITA).location == PAGE
    assert "ensaio: ninguém atende 1 mesa em que ligações esperam: mesa" in ana.get(PAGE).text
    assert ana.post(f"{PAGE}/rita/serve", SERVES).location == f"{PAGE}#rita"
    assert ana.post(f"{PAGE}/rita/state", {"state": "available"}).status_code == 303
    shown = ana.get(PAGE).text
    assert "ninguém atende" not in shown
    assert "disponível" in shown
    assert "seg-sex 08:00-18:00" in shown
    rita = _rita(server)
    assert (rita.state, rita.telephone) == (AgentState.AVAILABLE, "+551150900901")
    with server.database.reading() as connection:
        assert skills_of(connection, rita.user_id) == [Skill(rita.user_id, "ensaio", "mesa", 3)]
    assert ana.post(f"{PAGE}/rita/data", {"telephone": "+551150900902", "hours": ""}).status_code == 303
    assert ana.post(f"{PAGE}/rita/drop", {"scope": "ensaio/mesa"}).status_code == 303
    changed = _rita(server)
    assert (changed.telephone, changed.hours) == ("+551150900902", None)
    with server.database.reading() as connection:
        rows = audit_since(connection, server.clock() - timedelta(1))
    assert [(row.who, row.subject) for row in rows if row.act == "manage agents"] == [
        ("ana", "add rita at +551150900901"),
        ("ana", "rita serves ensaio mesa 3"),
        ("ana", "rita: available"),
        ("ana", "rita at +551150900902, always"),
        ("ana", "rita serves ensaio mesa no more"),
    ]


def test_what_is_asked_during_a_call_is_shown_as_what_comes_then(server: LineServer, ana: Browser, clock: Now) -> None:
    ana.post(PAGE, RITA)
    ana.post(f"{PAGE}/rita/state", {"state": "available"})
    clock.moment += timedelta(minutes=5)
    user = _rita(server).user_id
    with server.database.transaction() as connection:
        change_state(connection, user, AgentState.RINGING, None, server.clock(), "offer")
    ana.post(f"{PAGE}/rita/state", {"state": "paused", "reason": "almoço & café"})
    shown = ana.get(PAGE).text
    assert "tocando" in shown
    assert "depois, em pausa: almoço &amp; café" in shown
    clock.moment += timedelta(seconds=20)
    day = ana.get(f"{PAGE}/rita").text
    assert "10/03/2026" in day
    assert day.count("<tr><td") == 2, "off lasted no moment, and is left out"
    assert 'disponível</td><td class="number">5 min</td><td>ana</td>' in day
    assert "Não há nada a contar deste dia." in ana.get(f"{PAGE}/rita?day=2026-03-09").text
    for day_text in ("amanhã", "2026-03-11", "0001-01-01", "9999-12-31"):
        assert ana.get(f"{PAGE}/rita?day={day_text}").status_code == 200
    assert ana.get(f"{PAGE}/ritta").status_code == 404


REFUSED: list[tuple[str, dict[str, str], str]] = [
    ("", RITA | {"login": "ninguem"}, "Não há usuário &#39;ninguem&#39;"),
    ("", RITA, "Rita já é atendente"),
    ("/rita/data", {"telephone": "ramal 12", "hours": ""}, "&#39;ramal 12&#39; não é"),
    ("/rita/data", {"telephone": "+14155550132", "hours": ""}, "Ensaio: &#39;+14155550132&#39;"),
    ("/rita/data", RITA | {"hours": "<cedo>"}, "&#39;&lt;cedo&gt;&#39; não é um horário de trabalho"),
    ("/rita/data", RITA | {"hours": "9" * 5000}, "Um horário de trabalho tem no máximo 200 caracteres"),
    ("/rita/serve", SERVES | {"scope": "ensaio/mes"}, "A linha ensaio não tem mesa &#39;mes&#39;"),
    ("/rita/serve", SERVES | {"scope": "outra/mesa"}, "Não há essa linha"),
    ("/rita/serve", SERVES | {"level": "9"}, "Um nível é um número de 1 a 5"),
    ("/rita/drop", {"scope": "ensaio/nada"}, "Rita não atende &#39;nada&#39; em ensaio"),
    ("/rita/state", {"state": "paused", "reason": " "}, "Uma pausa precisa do motivo"),
    ("/rita/state", {"state": "talking"}, "Não há estado com esse nome"),
    ("/ritta/state", {"state": "off"}, "Não há atendente &#39;ritta&#39;; quis dizer &#39;rita&#39;?"),
]


def test_what_cannot_be_is_refused_in_words(server: LineServer, ana: Browser) -> None:
    ana.post(PAGE, RITA)
    ana.post(f"{PAGE}/rita/serve", SERVES)
    before = _rita(server)
    for path, sent, told in REFUSED:
        answer = ana.post(f"{PAGE}{path}", sent)
        assert (answer.status_code, told in answer.text) == (422, True), told
    assert _rita(server) == before


def test_ops_manage_agents_and_agents_testers_and_visitors_do_not(server: LineServer, ana: Browser) -> None:
    ana.post(PAGE, RITA)
    for role, status in ((Role.OPS, 200), (Role.TESTER, 403), (Role.AGENT, 403)):
        make_user(server, f"a-{role.value}", role)
        browser = Browser(server)
        browser.log_in(f"a-{role.value}")
        assert browser.get(PAGE).status_code == status
        assert (f'href="{PAGE}"' in browser.get("/announcements/ensaio").text) is (status == 200)
        assert browser.post(f"{PAGE}/rita/state", {"state": "available"}).status_code == (303 if status == 200 else 403)
    visitor = Browser(server)
    assert visitor.get(PAGE).location == "/login?next=%2Fagents"
    assert visitor.post(f"{PAGE}/rita/state", {"state": "off"}).status_code == 401
    assert _rita(server).state is AgentState.AVAILABLE
