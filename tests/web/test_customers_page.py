"""Assessoria's page lets the administrator of a company in; the document is posted, and no address is shown whole."""

from __future__ import annotations

import re

import pytest

from data.audit import audit_since
from data.outbox import recent_rows
from data.roles import Role
from tests.conftest import MakeServer
from tests.line_server import LineServer
from tests.web.browsing import Browser, make_user

ANDORINHA = "34.190.256/0001-20"


@pytest.fixture
def staffed(make_server: MakeServer) -> LineServer:
    return make_server(auth_token="a token of the tests")


@pytest.fixture
def agent(staffed: LineServer) -> Browser:
    make_user(staffed, "rui", Role.AGENT)
    browser = Browser(staffed)
    browser.log_in("rui")
    return browser


def _form(told: str, action: str) -> dict[str, str]:
    """The fields of the first form that is sent to ``action``."""
    found = re.search(rf'action="{action}".*?</form>', told, re.DOTALL)
    assert found
    return dict(re.findall(r'name="(company|contact)" value="(\d+)"', found[0]))


def test_an_agent_finds_a_company_and_lets_its_administrator_in(staffed: LineServer, agent: Browser) -> None:
    told = agent.post("/customers", {"document": ANDORINHA}).text
    assert "Transportes Andorinha Ltda" in told
    assert "h…@transportes-andorinha.example" in told
    assert "helena@" not in told
    answer = agent.post("/customers/let-in", _form(told, "/customers/let-in"))
    assert "um convite vai para o e-mail cadastrado" in answer.text
    with staffed.database.reading() as connection:
        (row,) = recent_rows(connection, 5)
        acts = [
            (each.who, each.act, each.subject) for each in audit_since(connection, staffed.clock().replace(year=2000))
        ]
    assert row.kind == "mail"
    assert acts[-1][:2] == ("rui", "let customers in")
    assert re.fullmatch(r"let into the portal: contact \d+ of company \d+", acts[-1][2])


def test_who_left_is_replaced_by_another_contact(staffed: LineServer, agent: Browser) -> None:
    told = agent.post("/customers", {"document": ANDORINHA}).text
    answer = agent.post("/customers/administrator", _form(told, "/customers/administrator"))
    assert "Helena → Igor: quem administra agora." in answer.text
    with staffed.database.reading() as connection:
        assert "Helena → Igor" in audit_since(connection, staffed.clock().replace(year=2000))[-1].subject


@pytest.mark.parametrize("document", ["", "x", "11222333000182", "00000000000191", "9" * 500])
def test_a_document_that_finds_nobody_is_told_and_not_repeated(agent: Browser, document: str) -> None:
    answer = agent.post("/customers", {"document": document})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert len(document) < 2 or document not in answer.text


@pytest.mark.parametrize("form", [{}, {"contact": "0", "company": "0"}, {"contact": "x" * 99, "company": "-1"}])
def test_forms_that_name_nobody_let_nobody_in(staffed: LineServer, agent: Browser, form: dict[str, str]) -> None:
    for path in ("/customers/let-in", "/customers/administrator"):
        assert agent.post(path, form).status_code == 422
    with staffed.database.reading() as connection:
        assert recent_rows(connection, 5) == []


def test_testers_and_people_without_a_login_do_not_see_customers(staffed: LineServer) -> None:
    make_user(staffed, "teo", Role.TESTER)
    tester = Browser(staffed)
    tester.log_in("teo")
    assert tester.get("/customers").status_code == 403
    assert Browser(staffed).get("/customers").status_code == 303
