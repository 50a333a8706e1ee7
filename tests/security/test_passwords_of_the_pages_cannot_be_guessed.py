"""The login of the pages: strangers guess no password, learn no name, and keep no user out, not from here either."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import pytest
from argon2.low_level import hash_secret
from sqlalchemy import event, select

from data.browser_tries import KNOWN_FOR, ReservedTry
from data.budgets import HOUR, Budgets
from data.logins import (
    LOGIN,
    LOGIN_TRIES,
    delete_user,
    give_tries_back,
    identify_user,
    locked_until,
)
from data.sweep import sweep
from tests.conftest import Now
from tests.databases import one_of_both, only
from tests.line_server import LineServer
from tests.security.canary import Traces
from tests.web.browsing import PASSWORD, VAULT, Browser, give_code, make_user

STRANGERS = Budgets().staff
OWN = Budgets().account
CODE = "K7QXW-2M4HD-9PNRT-VB3CA"


class Door:
    """The login of one user, below its page: a browser is a word, and an argon2 the smallest there is."""

    def __init__(self, server: LineServer, clock: Now) -> None:
        self.server = server
        self.clock = clock
        self.user = make_user(server, "bia")

    def opens(self, browser: str, password: str = PASSWORD, login: str = "bia") -> bool:
        """Whether the password is taken from that browser."""
        found = identify_user(self.server.database, VAULT, Budgets(), self.clock(), login, password, browser, browser)
        return found is not None

    def hammer(self, times: int, login: str = "bia") -> list[bool]:
        """What strangers get who come each time with another browser."""
        return [self.opens(f"stranger {number} {self.clock()}", f"guess {number}", login) for number in range(times)]

    def rows(self) -> int:
        with self.server.database.reading() as connection:
            return len(connection.execute(select(LOGIN)).all())


@pytest.fixture
def door(server: LineServer, clock: Now) -> Door:
    return Door(server, clock)


def test_strangers_use_their_hour_up_and_keep_no_known_browser_out(door: Door) -> None:
    assert door.opens("bia's own")
    assert not any(door.hammer(STRANGERS))
    assert not door.opens("another of bia's")
    assert door.opens("bia's own")
    door.clock.moment += HOUR
    assert door.opens("another of bia's")


@one_of_both("sqlite")
def test_a_known_browser_has_five_wrong_ones_of_its_own_a_day(door: Door) -> None:
    assert door.opens("bia's own")
    assert not any(door.opens("bia's own", "guess") for _ in range(OWN))
    assert not door.opens("bia's own")
    # That one cannot lock its user out elsewhere.
    assert door.opens("another of bia's")
    door.clock.moment += timedelta(days=1)
    assert door.opens("bia's own")


@one_of_both("sqlite")
def test_a_browser_is_known_for_thirty_days(door: Door) -> None:
    assert door.opens("bia's own")
    door.clock.moment += KNOWN_FOR - timedelta(seconds=1)
    door.hammer(STRANGERS)
    assert door.opens("bia's own")
    door.clock.moment += KNOWN_FOR
    door.hammer(STRANGERS)
    assert not door.opens("bia's own")


@only("sqlite")
def test_a_browser_of_a_user_who_is_gone_is_not_known_to_the_next_one(door: Door) -> None:
    assert door.opens("gone")
    with door.server.database.transaction() as connection:
        delete_user(connection, door.user)
    assert make_user(door.server, "rui") == door.user, "the id is given again"
    door.hammer(STRANGERS, "rui")
    assert not door.opens("gone", login="rui")


@one_of_both("sqlite")
def test_a_day_of_hammering_compares_twenty_an_hour_and_fills_no_disk(door: Door, clock: Now) -> None:
    for _ in range(3):
        assert not any(door.hammer(2 * STRANGERS))
        assert not any(door.hammer(STRANGERS, f"nobody-{clock()}"))
        clock.moment += HOUR
    # Of names that no user has all together leave no more than one user's.
    assert door.rows() == 2 * 3 * STRANGERS
    clock.moment += KNOWN_FOR
    sweep(door.server.database, clock.moment)
    assert door.rows() == 0


def test_a_person_at_the_console_gives_tries_back(door: Door, clock: Now) -> None:
    door.hammer(STRANGERS)
    with door.server.database.transaction() as connection:
        until = locked_until(connection, Budgets(), clock())
        assert until == {door.user: clock() + HOUR}
        assert give_tries_back(connection, door.user, clock()) == STRANGERS
        assert locked_until(connection, Budgets(), clock()) == {}
    assert door.opens("another of bia's")


@one_of_both("sqlite")
def test_a_code_of_the_console_opens_whatever_strangers_do(door: Door, clock: Now) -> None:
    door.hammer(STRANGERS)
    give_code(door.server, door.user, CODE)
    browser = Browser(door.server)
    form = {"name": "bia", "code": CODE, "new": PASSWORD, "again": PASSWORD}
    assert browser.post("/login/code", form).status_code == 303
    assert browser.is_logged_in()
    door.hammer(STRANGERS)
    # And the browser that chose it is known from then on.
    browser.post("/logout")
    assert browser.log_in("bia").status_code == 303


def test_a_try_that_never_ended_counts_as_wrong(door: Door, clock: Now) -> None:
    for _ in range(STRANGERS):
        with door.server.database.transaction() as connection:
            assert isinstance(LOGIN_TRIES.reserve(connection, Budgets(), door.user, "killed", clock()), ReservedTry)
    assert not door.opens("another of bia's")


CASES = {
    "a wrong password": ("bia", "guess guess guess"),
    "a name that no user has": ("nobody", PASSWORD),
    "a name that none can have": ("Não é nome!", PASSWORD),
    "a name with a sign that no database takes": ("no\0body", PASSWORD),
    "a user without a password": ("code-only", PASSWORD),
    "a disabled user": ("gone", PASSWORD),
    "nothing": ("", ""),
}


@one_of_both("sqlite")
def test_who_is_a_user_is_told_by_no_word_and_no_statement(
    server: LineServer, clock: Now, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_user(server, "bia")
    make_user(server, "code-only", password=None)
    gone = make_user(server, "gone")
    with server.database.transaction() as connection:
        connection.exec_driver_sql(f"UPDATE staff_user SET disabled_at = '2026-01-01 00:00:00' WHERE id = {gone}")
    heard: dict[str, tuple[object, ...]] = {}
    said: list[str] = []
    hashed: list[str] = []

    def counted(**kwargs: Any) -> bytes:
        hashed.append("argon2")
        return hash_secret(**kwargs)

    monkeypatch.setattr("data.vault.hash_secret", counted)

    def statement(_: object, __: object, text: str, *___: object) -> None:
        said.append(text)

    for case, (name, password) in CASES.items():
        browser = Browser(server)
        browser.get("/login")
        event.listen(server.database._engine, "before_cursor_execute", statement)
        answer = browser.log_in(name, password)
        event.remove(server.database._engine, "before_cursor_execute", statement)
        shown = name.lower().replace("\0", "")
        text = answer.text.replace(f'value="{shown}"', 'value=""')
        text = text.replace(browser.token(), "TOKEN")
        headers = [(key, value) for key, value in answer.headers if key not in {"Content-Length", "Set-Cookie"}]
        heard[case] = (answer.status_code, text, headers, tuple(said), len(hashed))
        said.clear()
        hashed.clear()
    first = heard["a wrong password"]
    assert first[0] == 403
    assert first[-1] == 1
    assert {case: told == first for case, told in heard.items()} == dict.fromkeys(CASES, True)


@one_of_both("sqlite")
def test_a_used_up_budget_sounds_as_a_wrong_password(door: Door) -> None:
    def told() -> tuple[int, str]:
        browser = Browser(door.server)
        answer = browser.log_in("bia")
        return answer.status_code, answer.text.replace(browser.token(), "TOKEN")

    wrong = Browser(door.server)
    answer = wrong.log_in("bia", "guess guess guess")
    heard = answer.status_code, answer.text.replace(wrong.token(), "TOKEN")
    door.hammer(STRANGERS)
    assert told() == heard


@one_of_both("sqlite")
def test_people_are_told_once_that_somebody_guesses(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    door.hammer(2 * STRANGERS)
    told = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    assert told == ["alarm: many wrong passwords at the login of the pages"]


@one_of_both("sqlite")
def test_nothing_that_is_typed_at_the_login_leaves_a_trace(
    server: LineServer, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    typed = ["um canário de senha 1", "dois canários de senha 2", CODE, "nome-de-canario"]
    first, second, code, name = typed
    with caplog.at_level(logging.DEBUG):
        rui = make_user(server, "rui", password=None)
        give_code(server, rui, code)
        browser = Browser(server)
        answers = [
            browser.log_in("rui", first),
            browser.log_in(name, first),
            browser.post("/login/code", {"name": "rui", "code": code, "new": first, "again": first}),
            browser.post("/login/password", {"password": first, "new": second, "again": second}),
            browser.post("/login/password", {"password": first, "new": second, "again": first}),
            browser.post("/logout"),
            browser.log_in("rui", second),
        ]
    traces = Traces()
    traces.add_database(server.database)
    kept = "\n".join([text for _, text in traces.texts] + [repr(vars(record)) for record in caplog.records])
    shown = "\n".join(answer.text + str(answer.headers) for answer in answers)
    written = kept + "".join(capfd.readouterr())
    for secret in (first, second, code, code.replace("-", ""), *browser.cookies().values()):
        assert secret not in written
    for secret in (first, second, code):
        assert secret not in shown
    assert name not in written
