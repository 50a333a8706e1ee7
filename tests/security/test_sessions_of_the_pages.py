"""A session is its browser's alone, ends when it should, and cannot be made of what a stolen database holds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from data.browser_sessions import SEEN_EVERY
from data.database import Database
from data.logins import ProvenUser, identify_user
from data.roles import MAY, Role
from data.sessions import IDLE, LONGEST, SESSION, end_sessions_of
from data.sweep import sweep
from data.users import CODE_FOR, USER, password_hash, set_disabled, set_password, use_code
from data.vault import Cost, Vault, WebSecret
from ivr.web.guard import Guard, Visitor
from ivr.web.origin import PagesAddress
from tests.conftest import Now
from tests.databases import one_of_both
from tests.line_server import LineServer
from tests.security.signing import content
from tests.web.browsing import PASSWORD, VAULT, Browser, give_code, make_user

OTHER = "oito tatus amarelos"
CODE = "K7QXW-2M4HD-9PNRT-VB3CA"

pytestmark = one_of_both("sqlite")


@pytest.fixture
def bia(server: LineServer) -> int:
    return make_user(server, "bia")


@pytest.fixture
def browser(server: LineServer, bia: int) -> Browser:
    """Bia's, logged in."""
    browser = Browser(server)
    assert browser.log_in("bia").status_code == 303
    return browser


def _sessions(server: LineServer) -> list[str]:
    with server.database.reading() as connection:
        return list(connection.execute(select(SESSION.c.digest)).scalars())


def _visitor(server: LineServer, browser: Browser, clock: Now) -> Visitor:
    """Who asks, as the guard knows it."""
    app = server.pages.application
    assert isinstance(app, Flask)
    cookie = f"ivr_session={browser.cookies()['ivr_session']}"
    with app.test_request_context("/", headers={"Cookie": cookie}):
        return Guard(server.database, VAULT, clock, PagesAddress(None), signed=True).visitor()


def test_a_session_that_was_planted_before_the_login_is_worth_nothing(server: LineServer, bia: int) -> None:
    victim, planted = Browser(server), "p" * 43
    victim.set_cookie("ivr_session", planted)
    victim.set_cookie("ivr_browser", planted)
    victim.log_in("bia")
    assert victim.is_logged_in()
    assert planted not in victim.cookies().values()
    attacker = Browser(server)
    attacker.set_cookie("ivr_session", planted)
    assert not attacker.is_logged_in()
    # Nor is the attacker's browser known by the token that it planted: see the tests of guessing.
    with server.database.reading() as connection:
        known = connection.exec_driver_sql("SELECT browser FROM page_login").scalars().all()
    assert VAULT.web_digest(WebSecret.BROWSER, planted) not in known


def test_each_login_has_another_token_and_ends_the_one_before(server: LineServer, browser: Browser) -> None:
    before = browser.cookies()["ivr_session"]
    browser.log_in("bia")
    assert browser.cookies()["ivr_session"] != before
    assert len(_sessions(server)) == 1
    old = Browser(server)
    old.set_cookie("ivr_session", before)
    assert not old.is_logged_in()


def test_what_a_stolen_database_holds_opens_no_page(server: LineServer, browser: Browser, bia: int) -> None:
    give_code(server, make_user(server, "rui", password=None), CODE)
    stolen = repr(content(server.database))
    for secret in (*browser.cookies().values(), browser.token(), PASSWORD, CODE, CODE.replace("-", "")):
        assert secret not in stolen
    with server.database.reading() as connection:
        (session,) = connection.execute(select(SESSION.c.digest)).all()
        users = connection.execute(select(USER.c.password_hash, USER.c.code_digest)).all()
    for value in filter(None, {str(session[0]), *(value for row in users for value in row)}):
        thief = Browser(server)
        thief.set_cookie("ivr_session", value[:43])
        assert not thief.is_logged_in()
        assert thief.log_in("bia", value).status_code == 403
        assert (
            thief.post("/login/code", {"name": "rui", "code": value, "new": OTHER, "again": OTHER}).status_code == 403
        )


def test_with_another_key_every_session_is_over(server: LineServer, browser: Browser) -> None:
    other = Vault(b"another key, of 32 bytes........", Cost.rehearsal())
    token = browser.cookies()["ivr_session"]
    assert other.web_digest(WebSecret.SESSION, token) not in _sessions(server)
    assert VAULT.web_digest(WebSecret.SESSION, token) in _sessions(server)
    digests = {VAULT.web_digest(secret, token) for secret in WebSecret} | {VAULT.document_digest(token)}
    assert len(digests) == len(WebSecret) + 1


def test_a_session_without_a_request_for_an_hour_is_over(browser: Browser, clock: Now) -> None:
    clock.moment += IDLE - timedelta(seconds=1)
    assert browser.is_logged_in()
    clock.moment += IDLE - timedelta(seconds=1)
    assert browser.is_logged_in()
    clock.moment += IDLE
    assert not browser.is_logged_in()


def test_a_session_that_is_used_all_the_time_is_over_after_twelve_hours(browser: Browser, clock: Now) -> None:
    began = clock.moment
    while clock.moment < began + LONGEST - IDLE / 2:
        clock.moment += IDLE / 2
        assert browser.is_logged_in() == (clock.moment < began + LONGEST)
    clock.moment = began + LONGEST
    assert not browser.is_logged_in()


def test_a_request_writes_that_it_was_made_once_a_minute_at_most(
    server: LineServer, browser: Browser, clock: Now
) -> None:
    before = content(server.database)
    clock.moment += SEEN_EVERY - timedelta(seconds=1)
    assert browser.is_logged_in()
    assert content(server.database) == before
    clock.moment += timedelta(seconds=1)
    assert browser.is_logged_in()
    assert content(server.database) != before


def test_a_logout_ends_the_session_for_whoever_has_its_token(server: LineServer, browser: Browser) -> None:
    copy = Browser(server)
    copy.set_cookie("ivr_session", browser.cookies()["ivr_session"])
    assert copy.is_logged_in()
    assert browser.post("/logout").status_code == 303
    assert "ivr_session" not in browser.cookies()
    assert not copy.is_logged_in()
    assert _sessions(server) == []


def test_another_password_ends_every_session_but_the_one_that_chose_it(server: LineServer, browser: Browser) -> None:
    elsewhere = Browser(server)
    elsewhere.log_in("bia")
    before = browser.cookies()["ivr_session"]
    form = {"password": PASSWORD, "new": OTHER, "again": OTHER}
    assert browser.post("/login/password", form | {"password": "wrong"}).status_code == 403
    assert browser.post("/login/password", form | {"again": PASSWORD}).status_code == 403
    assert (
        browser.post("/login/password", form | {"new": "bia bia bia bia", "again": "bia bia bia bia"}).status_code
        == 403
    )
    assert elsewhere.is_logged_in()
    assert browser.post("/login/password", form).status_code == 303
    assert (browser.is_logged_in(), elsewhere.is_logged_in()) == (True, False)
    assert browser.cookies()["ivr_session"] != before
    assert Browser(server).log_in("bia").status_code == 403
    assert Browser(server).log_in("bia", OTHER).status_code == 303


def test_a_disabled_user_is_out_at_once_and_another_role_holds_at_once(
    server: LineServer, browser: Browser, bia: int, clock: Now
) -> None:
    with server.database.transaction() as connection:
        connection.execute(USER.update().values(role=Role.AGENT.value))
    assert _visitor(server, browser, clock).acts == MAY[Role.AGENT]
    with server.database.transaction() as connection:
        connection.execute(USER.update().values(disabled_at=clock.moment))
    assert not browser.is_logged_in()
    assert Browser(server).log_in("bia").status_code == 403


@pytest.mark.parametrize("meanwhile", ["disabled", "another password"])
def test_a_password_that_was_right_a_moment_ago_begins_no_session(
    server: LineServer, bia: int, clock: Now, monkeypatch: pytest.MonkeyPatch, meanwhile: str
) -> None:
    def compared(database: Database, *asked: Any) -> ProvenUser | None:
        proven = identify_user(database, *asked)
        with database.transaction() as connection:
            if meanwhile == "disabled":
                set_disabled(connection, bia, clock.moment)
            else:
                set_password(connection, bia, password_hash(VAULT, bia, OTHER))
            end_sessions_of(connection, bia)
        return proven

    monkeypatch.setattr("ivr.web.login.login.identify_user", compared)
    assert Browser(server).log_in("bia").status_code == 403
    assert _sessions(server) == []


def test_a_stream_that_is_open_ends_with_its_session(server: LineServer, browser: Browser, clock: Now) -> None:
    guard = Guard(server.database, VAULT, clock, PagesAddress(None), signed=True)
    (row,) = _sessions(server)
    session = _visitor(server, browser, clock).session
    assert session is not None
    assert (session.digest, guard.holds(session), guard.holds(None)) == (row, True, True)
    clock.moment += IDLE - timedelta(seconds=1)
    # A stream is no use of the session.
    assert guard.holds(session)
    clock.moment += timedelta(seconds=1)
    assert not guard.holds(session)


def _choose(server: LineServer, **changed: str) -> tuple[int, Browser]:
    browser = Browser(server)
    form = {"name": "rui", "code": CODE, "new": OTHER, "again": OTHER} | changed
    return browser.post("/login/code", form).status_code, browser


def test_a_code_opens_the_pages_once_and_for_a_day(server: LineServer, clock: Now) -> None:
    rui = make_user(server, "rui", password=None)
    give_code(server, rui, CODE)
    for wrong in ({"code": CODE[:-1]}, {"name": "bia"}, {"again": PASSWORD}, {"new": "short", "again": "short"}):
        status, browser = _choose(server, **wrong)
        assert (status, browser.is_logged_in()) == (403, False)
    status, browser = _choose(server, code=CODE.lower().replace("-", " "))
    assert (status, browser.is_logged_in()) == (303, True)
    assert _choose(server)[0] == 403
    give_code(server, rui, CODE)
    clock.moment += CODE_FOR
    assert _choose(server)[0] == 403


def test_a_code_that_two_have_at_one_moment_chooses_one_password(server: LineServer) -> None:
    rui = make_user(server, "rui", password=None)
    give_code(server, rui, CODE)
    with server.database.transaction() as connection:
        assert use_code(connection, VAULT, rui, CODE, "the first hash")
        # The second one was let through too before the first one's transaction ended.
        assert not use_code(connection, VAULT, rui, CODE, "the second hash")
        assert connection.execute(select(USER.c.password_hash)).scalars().all() == ["the first hash"]


def test_the_sweep_drops_sessions_and_tries_that_are_over(server: LineServer, browser: Browser, clock: Now) -> None:
    def rows(database: Database) -> tuple[int, int]:
        count: Callable[[str], int] = lambda name: len(content(database)[name])  # noqa: E731
        return count("staff_session"), count("page_login")

    counted = [rows(server.database)]
    for days in (1, 29):
        clock.moment += timedelta(days=days)
        sweep(server.database, clock.moment)
        counted.append(rows(server.database))
    assert counted == [(1, 1), (0, 1), (0, 0)]
