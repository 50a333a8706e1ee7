"""The wallboard shows who is on call; who may close desks puts a stand-in there until a moment, and ends it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from data.audit import audit_since
from data.roles import Role
from ivr.flow.folder import load_line
from tests.cli.conftest import FLOWS
from tests.conftest import MakeServer
from tests.line_server import LineServer
from tests.web.browsing import Browser, make_user

PAGE = "/wallboard/4003-0015"
FORM = {"person": "plantao-suporte/carla", "stand_in": "ana", "until": "2026-03-10T19:00"}


@pytest.fixture
def server(make_server: MakeServer, tmp_path: Path) -> LineServer:
    """The shipped line, on a Tuesday on which Carla and Davi are on call."""
    server = make_server(load_line(FLOWS / "4003-0015"), auth_token=None)
    make_user(server, "sofia", Role.SUPERVISOR)
    make_user(server, "rita", Role.AGENT)
    return server


def _browser(server: LineServer, login: str) -> Browser:
    browser = Browser(server)
    browser.log_in(login)
    browser.client.get("/language/pt-BR", base_url=browser.at)
    return browser


def test_a_stand_in_is_put_on_call_shown_and_taken_off(server: LineServer) -> None:
    sofia = _browser(server, "sofia")
    assert "1. carla" in sofia.get(PAGE).text
    assert sofia.post(f"{PAGE}/swap", FORM).status_code == 303
    text = sofia.get(f"{PAGE}/now").text
    assert "1. ana" in text
    assert "no lugar de carla" in text
    assert "ana no lugar de carla até 10/03 19:00" in text
    assert sofia.post(f"{PAGE}/swap/1/end").status_code == 303
    assert "1. carla" in sofia.get(PAGE).text
    gone = sofia.post(f"{PAGE}/swap/1/end")
    assert (gone.status_code, "Essa troca já acabou." in gone.text) == (409, True)
    with server.database.reading() as connection:
        acts = [row.subject for row in audit_since(connection, server.clock() - timedelta(1)) if row.act == "close"]
    assert acts == ["4003-0015 plantao-suporte swap #1", "4003-0015 plantao-suporte swap #1 ended"]


def test_a_telephone_that_stands_in_is_shown_to_those_who_may_swap(server: LineServer) -> None:
    sofia, rita = _browser(server, "sofia"), _browser(server, "rita")
    assert sofia.post(f"{PAGE}/swap", FORM | {"stand_in": "(11) 5090-0101"}).status_code == 303
    assert "+551150900101" in sofia.get(PAGE).text
    text = rita.get(PAGE).text
    assert "um telefone" in text
    assert "+551150900101" not in text
    assert f"{PAGE}/swap" not in text
    assert rita.post(f"{PAGE}/swap", FORM).status_code == 403
    assert rita.post(f"{PAGE}/swap/1/end").status_code == 403


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"person": "carla"}, "Escolha na lista"),
        ({"person": ""}, "Escolha na lista"),
        ({"stand_in": ""}, "não é ninguém da escala"),
        ({"stand_in": "<script>alert(1)</script>"}, "não é um telefone"),
        ({"stand_in": "davi"}, "está de plantão junto com"),
        ({"until": ""}, "não é data e hora"),
        ({"until": "2026-03-10T08:00"}, "Uma troca acaba depois de começar"),
        ({"until": "2027-03-10T08:00"}, "Uma troca dura no máximo 31 dias"),
    ],
)
def test_a_swap_that_is_none_is_refused_in_words(server: LineServer, changed: dict[str, str], told: str) -> None:
    sofia = _browser(server, "sofia")
    answer = sofia.post(f"{PAGE}/swap", FORM | changed)
    assert answer.status_code == 422
    assert told in answer.text
    assert "<script>alert" not in answer.text


def test_a_line_that_is_none_has_no_swaps(server: LineServer) -> None:
    sofia = _browser(server, "sofia")
    assert sofia.post("/wallboard/outra/swap", FORM).status_code == 404
    assert sofia.post("/wallboard/outra/swap/1/end").status_code == 404
