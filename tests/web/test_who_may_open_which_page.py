"""Pages answer under their own name, to their own pages, and let in whom the table of roles lets in."""

from __future__ import annotations

import itertools
import re
import threading
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask

from app import pages_front
from data.audit import audit_since
from data.roles import MAY, Act, Role, table
from ivr.web.guard import _RULE, PageRule, anyone, required
from ivr.web.origin import PagesAddress
from tests.behind_front import BehindFront
from tests.conftest import MakeServer
from tests.line_server import LineServer, LocalClient
from tests.web.browsing import HERE, Browser, make_user

AT = "https://pages.example.com"
SECURITY = Path(__file__).parents[2] / "docs" / "security.md"


@pytest.fixture
def desk(make_server: MakeServer) -> LineServer:
    """Pages of this machine, beside webhooks that are not signed."""
    return make_server(auth_token=None)


@pytest.fixture
def public(make_server: MakeServer) -> LineServer:
    """Pages that others open through a proxy."""
    return make_server(pages_url=AT)


def _with_acts(server: LineServer) -> Flask:
    """The pages with one more for each act, which is done by POST as well, and one that says nothing."""
    app = server.pages.application
    assert isinstance(app, Flask)
    for act in Act:
        path = f"/acts/{act.name}"
        app.add_url_rule(path, act.name, required(act)(lambda: "done"), methods=["GET", "POST"])
    app.add_url_rule("/acts/often", "often", required(Act.LOOK, audited=False)(lambda: "done"), methods=["POST"])
    app.add_url_rule("/acts/nothing", "nothing", lambda: "done")
    return app


def _done(server: LineServer) -> list[tuple[str, str, str, str]]:
    with server.database.reading() as connection:
        rows = audit_since(connection, server.clock().replace(year=2000))
    return [(row.who, row.act, row.subject, row.address) for row in rows]


def test_each_role_may_what_the_table_says_and_nothing_else(public: LineServer) -> None:
    _with_acts(public)
    may: dict[Role | None, set[Act]] = {}
    for role in (*Role, None):
        browser = Browser(public, AT)
        if role:
            make_user(public, role.value, role)
            assert browser.log_in(role.value).status_code == 303
        told = {act: browser.get(f"/acts/{act.name}").status_code for act in Act}
        assert set(told.values()) <= ({200, 403} if role else {303})
        may[role] = {act for act, status in told.items() if status == 200}
    assert may.pop(None) == set()
    assert may == {role: set(acts) for role, acts in MAY.items()}


def test_a_person_of_this_machine_may_rehearse_where_nothing_is_signed(desk: LineServer, server: LineServer) -> None:
    may = []
    for each in (desk, server):
        _with_acts(each)
        may.append({act for act in Act if Browser(each).get(f"/acts/{act.name}").status_code == 200})
    tickets = {Act.SEE_TICKETS, Act.WORK_TICKETS}
    assert may == [{Act.LOOK, Act.CALL, Act.ANSWER, Act.ANY_APP, Act.SERVE, Act.SUPERVISE} | tickets, {Act.LOOK}]


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "Via", "CF-Connecting-IP"])
def test_who_comes_through_a_tunnel_to_this_machine_may_only_look(desk: LineServer, header: str) -> None:
    _with_acts(desk)
    browser = Browser(desk)
    assert browser.get("/acts/CALL", {header: "203.0.113.9"}).status_code == 303
    assert browser.get("/acts/LOOK", {header: "203.0.113.9"}).status_code == 200


def test_a_page_that_says_nothing_of_who_may_see_it_is_refused(desk: LineServer) -> None:
    _with_acts(desk)
    assert Browser(desk).get("/acts/nothing").status_code == 403


def test_every_page_says_who_may_see_it(server: LineServer) -> None:
    app = server.pages.application
    assert isinstance(app, Flask)
    assert [
        name for name, view in app.view_functions.items() if not isinstance(getattr(view, _RULE, None), PageRule)
    ] == []


def test_the_security_page_shows_the_table_of_roles() -> None:
    assert table() in SECURITY.read_text(encoding="utf-8")


HOSTS = ["evil.test", "127.0.0.1.nip.io:5001", "pages.example.com.evil.test", "localhost.evil.test", "[::2]", "", "a b"]
PATHS = ["/", "/login", "/health", "/metrics", "/language/en"]


def test_a_name_that_was_led_to_this_address_is_refused(desk: LineServer, public: LineServer) -> None:
    for server, host, path in itertools.product((desk, public), HOSTS, PATHS):
        answer = server.pages.get(path, headers={"Host": host})
        assert (answer.status_code, "ivr_" in str(answer.headers)) == (403, False), (host, path)


def test_pages_for_others_answer_under_their_own_address_only(public: LineServer) -> None:
    assert Browser(public, AT).get("/login").status_code == 200
    assert Browser(public, f"{AT}:443").get("/login").status_code == 200
    elsewhere = public.pages.get("/login", headers={"Host": "localhost", "Via": "1.1 proxy"})
    assert (elsewhere.status_code, elsewhere.text) == (403, f"Forbidden: these pages answer at {AT} only.\n")


@pytest.mark.parametrize(
    "origin", ["http://evil.test", "null", "http://localhost:3000", "https://localhost.evil.test", "", "http://["]
)
def test_what_a_page_of_another_site_sends_is_refused(desk: LineServer, origin: str) -> None:
    browser = Browser(desk)
    sent = {"Origin": origin, "X-CSRF-Token": browser.token()}
    assert browser.client.post("/login", base_url=HERE, headers=sent).status_code == 403
    assert browser.get("/", {"Origin": origin}).status_code == 403


def test_what_is_sent_without_an_origin_or_the_pages_token_is_refused(desk: LineServer) -> None:
    _with_acts(desk)
    browser, other = Browser(desk), Browser(desk)
    tokens = ["", "0" * 64, other.token(), browser.token()[:-1]]
    for token in tokens:
        sent = {"Origin": HERE, "X-CSRF-Token": token}
        assert browser.client.post("/acts/CALL", base_url=HERE, headers=sent).status_code == 403
    with_token = {"X-CSRF-Token": browser.token()}
    assert browser.client.post("/acts/CALL", base_url=HERE, headers=with_token).status_code == 403
    assert _done(desk) == []
    whole = with_token | {"Origin": HERE}
    assert browser.client.post("/acts/CALL", base_url=HERE, headers=whole).status_code == 200
    assert browser.client.post("/acts/CALL", base_url=HERE, json={}, headers=whole).status_code == 200
    assert (
        browser.client.post(
            "/acts/CALL", base_url=HERE, data={"csrf_token": browser.token()}, headers={"Origin": HERE}
        ).status_code
        == 200
    )


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_site_may_link_to_a_page_and_have_nothing_else(desk: LineServer, site: str) -> None:
    link = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    browser = Browser(desk)
    assert browser.get("/", link).status_code == 200
    assert browser.get("/", link | {"Sec-Fetch-Dest": "iframe"}).status_code == 403
    assert (
        browser.get("/", {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}).status_code
        == 403
    )
    assert browser.get("/", {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors"}).status_code == 200


def test_a_link_of_another_site_does_not_ask_a_user_to_log_in_again(public: LineServer) -> None:
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    first = Browser(public, AT).get("/", link)
    # The cookie is not sent along with the link (SameSite=Strict), but with what the page then loads by itself.
    assert (first.status_code, 'http-equiv="refresh"' in first.text) == (200, True)


def test_who_must_log_in_is_led_there_and_back(public: LineServer) -> None:
    make_user(public, "bia")
    browser = Browser(public, AT)
    led = browser.get("/language/none?next=/x")
    assert led.status_code == 404
    led = browser.get("/?line=4003-0015")
    assert (led.status_code, led.headers["Location"]) == (303, "/login?next=%2F%3Fline%3D4003-0015")
    assert 'value="/?line=4003-0015"' in browser.get(led.headers["Location"]).text
    assert browser.log_in("bia", next="/?line=4003-0015").headers["Location"] == "/?line=4003-0015"
    asked = Browser(public, AT).client.get("/", base_url=AT, headers={"Accept": "application/json"})
    assert (asked.status_code, asked.json) == (401, {"error": "Log in first: /login", "code": "log-in"})


@pytest.mark.parametrize(
    "away", ["//evil.test", "https://evil.test/", "/\\evil.test", "javascript:alert(1)", "/\t/evil.test", "//[", "/\\["]
)
def test_the_login_leads_to_no_other_site(desk: LineServer, away: str) -> None:
    make_user(desk, "bia")
    browser = Browser(desk)
    asked = browser.get(f"/login?next={quote(away)}")
    assert (asked.status_code, f'value="{away}"' in asked.text) == (200, False)
    assert browser.get(f"/language/en?next={quote(away)}").headers["Location"] == "/"
    assert browser.log_in("bia", next=away).headers["Location"] == "/"


def test_probes_need_no_login_and_figures_none_on_this_machine(public: LineServer) -> None:
    def asked(path: str, host: str, **environ: str) -> int:
        return public.pages.get(path, headers={"Host": host}, environ_overrides=environ).status_code

    assert asked("/health", "pages.example.com", REMOTE_ADDR="203.0.113.9") == 200
    assert asked("/metrics", "127.0.0.1:5001", REMOTE_ADDR="127.0.0.1") == 200
    assert asked("/metrics", "pages.example.com", REMOTE_ADDR="127.0.0.1") == 401
    assert asked("/login", "127.0.0.1:5001", REMOTE_ADDR="127.0.0.1") == 403
    assert asked("/metrics", "127.0.0.1:5001", REMOTE_ADDR="203.0.113.9") == 403


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(public: LineServer, desk: LineServer) -> None:
    for server, at, prefix in ((public, AT, "__Host-"), (desk, HERE, "")):
        make_user(server, f"bia{len(prefix)}")
        answer = Browser(server, at).log_in(f"bia{len(prefix)}")
        set_ = answer.headers.getlist("Set-Cookie")
        assert {each.split("=")[0] for each in set_} == {f"{prefix}ivr_session", f"{prefix}ivr_browser"}
        for each in set_:
            attributes = set(re.split(r"; ", each)[1:])
            assert {"HttpOnly", "Path=/", "SameSite=Strict"} <= attributes
            assert ("Secure" in attributes) == bool(prefix)
            assert not any(attribute.startswith("Domain") for attribute in attributes)


def test_each_act_leaves_a_row_and_what_comes_often_none(public: LineServer) -> None:
    _with_acts(public)
    make_user(public, "bia")
    browser = Browser(public, AT)
    browser.log_in("bia")
    browser.get("/acts/CLOSE")
    assert browser.post("/acts/CLOSE").status_code == 200
    assert browser.post("/acts/ANY_APP").status_code == 403
    assert browser.post("/acts/often").status_code == 200
    browser.post("/logout")
    acts = [("log in", "bia"), ("close", "/acts/CLOSE"), ("log out", "bia")]
    assert _done(public) == [("bia", act, subject, "127.0.0.1") for act, subject in acts]


def test_behind_a_proxy_the_audit_has_both_addresses() -> None:
    seen = {"REMOTE_ADDR": "10.0.0.2", "HTTP_X_FORWARDED_FOR": "1.2.3.4, 203.0.113.7"}
    assert PagesAddress(AT).source(seen) == "203.0.113.7 via 10.0.0.2"
    assert PagesAddress(AT).source(seen | {"HTTP_X_FORWARDED_FOR": "<script>"}) == "10.0.0.2"
    zoned = seen | {"HTTP_X_FORWARDED_FOR": "fe80::1%\x1b[2J or any text"}
    assert PagesAddress(AT).source(zoned) == "fe80::1 via 10.0.0.2"
    assert PagesAddress(None).source(seen) == "10.0.0.2"


def test_a_mark_is_kept_whatever_stands_above_it() -> None:
    def view() -> str:
        return ""

    assert getattr(required(Act.CALL)(view), _RULE) == PageRule(Act.CALL, audited=True)
    assert getattr(anyone(view), _RULE) == PageRule(None)


def test_passwords_that_are_compared_keep_no_page_waiting(desk: LineServer, monkeypatch: pytest.MonkeyPatch) -> None:
    compared, done, waited = threading.Semaphore(0), threading.Event(), list[bool]()

    def comparing(*_: object) -> None:
        compared.release()
        waited.append(done.wait(10))

    monkeypatch.setattr("ivr.web.login.login.identify_user", comparing)
    app = desk.pages.application
    assert isinstance(app, Flask)
    front = LocalClient(BehindFront(pages_front(app)), use_cookies=False)
    browser = Browser(desk)
    browser.token()
    known = f"ivr_browser={browser.cookies()['ivr_browser']}"
    headers = {"Host": "localhost", "Origin": HERE, "X-CSRF-Token": browser.token(), "Cookie": known}
    tried = [threading.Thread(target=front.post, args=["/login"], kwargs={"headers": headers}) for _ in range(8)]
    for thread in tried:
        thread.start()
    assert compared.acquire(timeout=20)
    assert not compared.acquire(timeout=0.5), "two are compared at once"
    assert front.get("/", headers={"Host": "localhost"}).status_code == 200
    done.set()
    for thread in tried:
        thread.join(20)
    assert waited == [True] * len(tried)
