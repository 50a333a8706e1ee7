"""The page of announcements: who may make and end one, what it refuses in words, and that the next call hears it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from data.announcements import lasting_announcements
from data.audit import audit_since
from data.roles import Role
from tests.conftest import MakeServer
from tests.line_server import LineServer, said
from tests.web.browsing import Browser, make_user

PAGE = "/announcements/ensaio"
TEXT = "Estamos com instabilidade."
UNTIL = "2026-03-10T12:00"


@pytest.fixture
def server(make_server: MakeServer) -> LineServer:
    """The small line at a desk, at half past ten."""
    return make_server(auth_token=None)


@pytest.fixture
def ana(server: LineServer) -> Browser:
    """A browser of ops."""
    make_user(server, "ana", Role.OPS)
    browser = Browser(server)
    browser.log_in("ana")
    return browser


def test_what_is_announced_on_the_page_is_heard_shown_ended_and_audited(server: LineServer, ana: Browser) -> None:
    answer = ana.post(PAGE, {"text": f" {TEXT} ", "scope": "", "since": "", "until": UNTIL})
    assert (answer.status_code, answer.location) == (303, PAGE)
    shown = ana.get(PAGE, {"Accept-Language": "pt-BR"}).text
    assert TEXT in shown
    assert "no ar, até 10/03/2026 12:00" in shown
    server.announcements.refresh(server.clock())
    assert TEXT in said(server.start())
    assert ana.post(f"{PAGE}/1/end").status_code == 303
    assert TEXT not in ana.get(PAGE).text
    server.announcements.refresh(server.clock())
    assert TEXT not in said(server.start(f"CA{2:032x}"))
    assert ana.post(f"{PAGE}/1/end").status_code == 409
    assert ana.post(f"{PAGE}/7/end").status_code == 409
    with server.database.reading() as connection:
        rows = audit_since(connection, server.clock() - timedelta(1))
    acts = [(row.who, row.act, row.subject) for row in rows if row.act == "announce"]
    assert acts == [("ana", "announce", "ensaio * #1"), ("ana", "announce", "ensaio * #1 ended")]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"until": "2026-03-10T10:00"}, "O aviso acabaria em 2026-03-10 10:00, e começaria em 2026-03-10 10:30"),
        ({"until": "amanhã"}, "&#39;amanhã&#39; não é data e hora"),
        ({"until": "9999-12-31T23:59"}, "O aviso começaria ou acabaria daqui a mais de um ano"),
        ({"since": "9999-12-31T23:59"}, "O aviso começaria ou acabaria daqui a mais de um ano"),
        ({"text": "a" * 3000}, "O aviso tem 2000 caracteres; o máximo é 400"),
        ({"text": "<script>"}, "O aviso: tem a marca &#39;&lt;script&gt;&#39;"),
        ({"text": ""}, "O aviso: não tem letra"),
        ({"scope": "mes"}, "O aviso é para &#39;mes&#39;, que a linha não tem; quis dizer &#39;mesa&#39;?"),
    ],
)
def test_what_would_not_be_heard_is_refused_and_stays_in_the_form(
    server: LineServer, ana: Browser, changed: dict[str, str], told: str
) -> None:
    ana.get("/language/pt-BR")
    answer = ana.post(PAGE, {"text": "Um texto que fica.", "scope": "", "since": "", "until": UNTIL} | changed)
    assert answer.status_code == 422
    assert told in answer.text
    assert "text" in changed or "Um texto que fica." in answer.text
    with server.database.reading() as connection:
        assert lasting_announcements(connection, server.clock()) == []


def test_who_may_only_look_sees_it_and_changes_nothing(server: LineServer, ana: Browser) -> None:
    ana.post(PAGE, {"text": TEXT, "until": UNTIL, "scope": "mesa"})
    make_user(server, "tio", Role.TESTER)
    tester = Browser(server)
    tester.log_in("tio")
    shown = tester.get(PAGE).text
    assert TEXT in shown
    assert "<textarea" not in shown
    assert "/1/end" not in shown
    assert tester.post(PAGE, {"text": TEXT, "until": UNTIL}).status_code == 403
    assert tester.post(f"{PAGE}/1/end").status_code == 403


def test_the_first_line_is_shown_and_one_that_is_not_there_is_told(ana: Browser) -> None:
    assert ana.get("/announcements").location == PAGE
    assert ana.get("/announcements/nenhuma").status_code == 404
    assert ana.post("/announcements/nenhuma", {"text": TEXT}).status_code == 404
    assert ana.post("/announcements/nenhuma/1/end").status_code == 404
