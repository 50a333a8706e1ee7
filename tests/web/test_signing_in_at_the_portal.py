"""Contacts sign in at the portal, which is a public of its own: nothing of the staff's is on it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import cast

import pytest
from flask import Flask

from data.audit import audit_since
from data.contact import CONTACT
from data.portal_sessions import IDLE, LONGEST
from data.roles import Role
from ivr.web.portal.guard import open_to_all
from tests.conftest import MakeServer, Now
from tests.line_server import LineServer, LocalClient, statements
from tests.web.at_the_portal import HERE, PASSWORD, PORTAL, CustomerBrowser, activate, portal_of
from tests.web.browsing import Browser, make_user

ANA = "ana@padaria.example"


@pytest.fixture
def portal(server: LineServer) -> LocalClient:
    activate(server, "Ana", ANA)
    return portal_of(server)


def test_a_contact_signs_in_and_reads_who_the_administrator_is(server: LineServer, portal: LocalClient) -> None:
    activate(server, "Bruno", "bruno@padaria.example")
    browser = CustomerBrowser(portal)
    assert browser.get("/").headers["Location"] == "/entrar?next=%2F"
    answer = browser.sign_in("BRUNO@padaria.example ", next="/")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    told = browser.get("/").text
    assert "Olá, Bruno" in told
    assert "Ana: quem inclui, libera e bloqueia os contatos da sua empresa." in told
    assert "Padaria Pão Quente Ltda" in told


def test_the_portal_speaks_spanish_where_a_browser_asks_for_it(portal: LocalClient) -> None:
    browser = CustomerBrowser(portal, language="es-MX,es;q=0.9")
    assert browser.sign_in(ANA).status_code == 303
    answer = browser.get("/")
    assert "Hola, Ana" in answer.text
    assert answer.headers["Content-Language"] == "es"
    browser.get("/idioma/pt-BR")
    assert "Olá, Ana" in browser.get("/").text


def test_a_session_ends_with_the_sign_out_and_with_time(clock: Now, portal: LocalClient) -> None:
    browser = CustomerBrowser(portal)
    browser.sign_in(ANA)
    stolen = browser.cookies()["ivr_portal_session"]
    assert browser.post("/sair", page="/").headers["Location"] == "/entrar"
    browser.client.set_cookie("ivr_portal_session", stolen, domain="localhost")
    assert not browser.is_signed_in()
    browser.sign_in(ANA)
    clock.moment += IDLE
    assert not browser.is_signed_in()
    browser.sign_in(ANA)
    begun = clock.moment
    while clock.moment - begun < LONGEST - timedelta(minutes=20):
        clock.moment += timedelta(minutes=20)
        assert browser.is_signed_in()
    clock.moment += timedelta(minutes=20)
    assert not browser.is_signed_in()


def test_a_contact_who_is_blocked_is_out_with_the_next_request(server: LineServer, portal: LocalClient) -> None:
    browser = CustomerBrowser(portal)
    browser.sign_in(ANA)
    with server.database.transaction() as connection:
        connection.execute(CONTACT.update().where(CONTACT.c.name == "Ana").values(blocked=True))
    assert not browser.is_signed_in()


def test_cookies_over_https_are_this_hosts_and_read_by_no_script(server: LineServer) -> None:
    activate(server, "Ana", ANA)
    browser = CustomerBrowser(portal_of(server, PORTAL), PORTAL)
    answer = browser.sign_in(ANA)
    told = {each.split("=")[0]: each for each in answer.headers.getlist("Set-Cookie")}
    assert set(told) == {"__Host-ivr_portal_session", "__Host-ivr_portal_browser"}
    for each in told.values():
        assert "Secure" in each
        assert "HttpOnly" in each
        assert "SameSite=Strict" in each
        assert "Path=/" in each
        assert "Domain" not in each
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


@pytest.mark.parametrize(
    ("host", "origin", "status"),
    [
        ("http://evil.test", None, 403),
        (HERE, "http://evil.test", 403),
        (HERE, "null", 403),
        (HERE, None, 403),
        (HERE, HERE, 403),
    ],
)
def test_forms_of_other_sites_and_without_a_token_are_refused(
    portal: LocalClient, host: str, origin: str | None, status: int
) -> None:
    headers = {"Origin": origin} if origin else {}
    form = {"email": ANA, "password": PASSWORD}
    answer = portal.post("/entrar", base_url=host, data=form, headers=headers)
    assert answer.status_code == status
    assert "ivr_portal_session" not in answer.headers.get("Set-Cookie", "")


def test_no_planted_cookie_is_worth_anything_after_a_sign_in(portal: LocalClient) -> None:
    victim, thief = CustomerBrowser(portal), CustomerBrowser(portal)
    planted = {"ivr_portal_session": "S" * 43, "ivr_portal_browser": "B" * 43}
    for browser in (victim, thief):
        for name, value in planted.items():
            browser.client.set_cookie(name, value, domain="localhost")
    assert victim.sign_in(ANA).status_code == 303
    assert victim.is_signed_in()
    assert not set(victim.cookies().values()) & set(planted.values())
    assert not thief.is_signed_in()
    assert len({*victim.cookies().values(), *thief.cookies().values()}) == 4


def test_a_token_of_another_browser_is_none(portal: LocalClient) -> None:
    browser, other = CustomerBrowser(portal), CustomerBrowser(portal)
    browser.get("/entrar")
    form = {"email": ANA, "password": PASSWORD, "csrf_token": other.token()}
    answer = browser.client.post("/entrar", base_url=HERE, data=form, headers={"Origin": HERE})
    assert answer.status_code == 403


def test_a_link_of_a_mail_takes_no_browser_its_token(portal: LocalClient) -> None:
    browser = CustomerBrowser(portal)
    browser.get("/entrar")
    before = browser.cookies()
    led = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    stranger = LocalClient(portal.application)  # SameSite=Strict: the browser sends no cookie along
    answer = stranger.get("/entrar", base_url=HERE, headers=led | {"Accept": "text/html"})
    assert 'http-equiv="refresh"' in answer.text
    assert "Set-Cookie" not in answer.headers
    browser.get("/entrar")
    assert browser.cookies() == before


def test_no_page_of_the_staff_answers_on_the_portal_nor_the_other_way(server: LineServer, portal: LocalClient) -> None:
    staff, customers = cast(Flask, server.pages.application), cast(Flask, portal.application)
    both = {rule.rule for rule in staff.url_map.iter_rules()} & {rule.rule for rule in customers.url_map.iter_rules()}
    assert both == {"/", "/static/<release>/<page>/<file>"}
    views = {id(view) for view in staff.view_functions.values()}
    assert not [name for name, view in customers.view_functions.items() if id(view) in views]
    for mine, others in ((portal, staff), (server.pages, customers)):
        for rule in others.url_map.iter_rules():
            path = rule.rule.replace("<release>", "0" * 16).replace("<", "").replace(">", "")
            if rule.rule not in both:
                assert mine.get(path, base_url=HERE).status_code == 404, path


def test_a_session_of_the_staff_opens_nothing_here_nor_the_other_way_round(
    make_server: MakeServer,
) -> None:
    server = make_server(auth_token="a token of the tests")
    activate(server, "Ana", ANA)
    portal = portal_of(server)
    make_user(server, "bia", Role.SUPERVISOR)
    staff = Browser(server)
    assert staff.log_in("bia").status_code == 303
    customer = CustomerBrowser(portal)
    customer.sign_in(ANA)
    for name, value in staff.cookies().items():
        customer_side = CustomerBrowser(portal)
        customer_side.client.set_cookie(name, value, domain="localhost")
        customer_side.client.set_cookie("ivr_portal_session", value, domain="localhost")
        assert not customer_side.is_signed_in()
    stranger = Browser(server)
    stranger.set_cookie("ivr_session", customer.cookies()["ivr_portal_session"])
    assert not stranger.is_logged_in()


def test_a_view_that_does_not_say_who_may_see_it_is_refused(portal: LocalClient) -> None:
    app = cast(Flask, portal.application)
    app.add_url_rule("/calada", "calada", lambda: "done")
    app.add_url_rule("/aberta", "aberta", open_to_all(lambda: "done"))
    browser = CustomerBrowser(portal)
    assert browser.get("/calada").status_code == 403
    assert browser.get("/aberta").text == "done"


def test_who_signs_in_leaves_a_row_in_the_audit_with_company_and_address(
    server: LineServer, portal: LocalClient
) -> None:
    CustomerBrowser(portal).sign_in(ANA)
    with server.database.reading() as connection:
        (row,) = audit_since(connection, server.clock().replace(year=2000))
    assert row.who.startswith("Ana (company ")
    assert (row.act, row.subject, row.address) == ("sign in to the portal", "Ana", "127.0.0.1")


@pytest.mark.parametrize("kind", ["nobody", "wrong", "blocked", "never let in", "no tries left"])
def test_whatever_is_wrong_at_the_sign_in_costs_the_same_statements(server: LineServer, kind: str) -> None:
    activate(server, "Ana", ANA)
    activate(server, "Carla", "carla@padaria-pao.example")  # is blocked
    portal = portal_of(server)
    addresses = {
        "nobody": "ninguem@nada.example",
        "blocked": "carla@padaria-pao.example",
        "never let in": "bruno@padaria-pao.example",
    }
    reference, other = CustomerBrowser(portal), CustomerBrowser(portal)
    for _ in range(server.guesses.account if kind == "no tries left" else 0):
        other.sign_in(ANA, "a wrong password")
    form = {"email": ANA, "password": "a wrong password", "next": "/", "csrf_token": reference.token()}
    mine = form | {"email": addresses.get(kind, ANA), "csrf_token": other.token()}
    told = []
    for browser, typed in ((reference, form), (other, mine)):
        with statements(server.database) as sent:
            answer = browser.client.post("/entrar", base_url=HERE, data=typed, headers={"Origin": HERE})
        body = re.sub(r'value="[^"]*"', "", answer.text)
        # What had no budget leaves no row: it is deleted where the other is written.
        told.append(
            ([re.sub(r"DELETE FROM portal_attempt.*|UPDATE portal_attempt.*", "ended", each) for each in sent], body)
        )
    assert told[0] == told[1]
