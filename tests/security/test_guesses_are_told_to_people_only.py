"""A budget that is used up is not heard by whoever guesses, and people are told in time."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from argon2.low_level import hash_secret
from sqlalchemy import select

from data.attempts import ATTEMPT, failures
from data.budgets import DAY, Budgets
from data.database import Database
from ivr.call.lines import Lines
from ivr.flow.line import Line
from tests.conftest import Now
from tests.databases import one_of_both
from tests.line_server import CALLER, PADARIA, LineServer, statements
from tests.lines import TUESDAY
from tests.security.guessing import RIGHT, Attacker, Caller, compared_in, nobodys, nth_guess
from tests.security.test_unknown_and_wrong_are_alike import CPF, UNKNOWN


@one_of_both("postgresql")
def test_the_alarm_comes_before_two_hundred_accounts_were_tried(
    attacker: Attacker, server_database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """One guess at each account, a number of its own for each: no budget of an account or a caller is met."""
    tried = 0
    with caplog.at_level(logging.ERROR, "ivr.call.attempt_limiter"):
        while not caplog.records and tried < 200:
            attacker.tries(nobodys(tried), "0000", TUESDAY + timedelta(seconds=tried), number=f"+55{tried}")
            tried += 1
        assert tried == Budgets().alarm == 100
        for each in range(20):
            attacker.tries(nobodys(1000 + each), "0000", TUESDAY + timedelta(seconds=tried))
    (record,) = caplog.records
    assert record.getMessage() == "alarm: many wrong passwords"
    assert record.__dict__["wrong"] == 100


def test_the_alarm_is_told_again_while_it_lasts_once_an_hour(
    attacker: Attacker, caplog: pytest.LogCaptureFixture
) -> None:
    attacker.budgets = Budgets(alarm=3)
    for minute in range(0, 180, 10):
        attacker.tries(UNKNOWN, "0000", TUESDAY + timedelta(minutes=minute))
    assert len(caplog.records) == 3


@one_of_both("sqlite")
def test_guesses_at_any_accounts_end_at_two_thousand_a_day(
    attacker: Attacker, server_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of 10,000 accounts with passwords of six digits, not one in twenty days is taken over."""
    monkeypatch.setattr("data.vault.hash_secret", lambda **_: b"$argon2id$v=19$m=8,t=1,p=1$c2FsdA$aGFzaA")
    attacker.budgets = Budgets(all=200)
    for each in range(210):
        moment = TUESDAY + timedelta(seconds=40 * each)
        attacker.tries(nobodys(each), "000000", moment, number=f"+55{each}")
    assert compared_in(server_database) == 200
    assert Budgets().all == 2000
    assert Budgets().all / 10**6 < 0.05
    with server_database.reading() as connection:
        assert failures(connection, moment).spent(attacker.budgets)


def test_once_all_tries_are_used_every_password_is_refused_and_told(
    small_line: Line, server_database: Database, clock: Now, sids: Iterator[str], caplog: pytest.LogCaptureFixture
) -> None:
    server = LineServer(Lines([small_line]), server_database, clock, "http://ivr.test", "a token", None, Budgets(all=3))
    caller = Caller(server, sids)
    for each in range(3):
        caller.key(nobodys(each), "0000", number=f"+551190000{each:04}")
    assert not caller.enters()
    assert [record.getMessage() for record in caplog.records] == ["alarm: many wrong passwords"]
    assert "ivr_password_alarm 1" in server.pages.get("/metrics").text
    assert "A linha não aceita mais senhas por telefone" in server.pages.get("/overview").text
    clock.moment += DAY
    assert caller.enters()
    assert "ivr_password_alarm 0" in server.pages.get("/metrics").text
    assert "Alarme" not in server.pages.get("/overview").text


def test_the_pages_tell_the_alarm_while_it_lasts(
    small_line: Line, server_database: Database, clock: Now, sids: Iterator[str]
) -> None:
    server = LineServer(
        Lines([small_line]), server_database, clock, "http://ivr.test", "a token", None, Budgets(alarm=2)
    )
    caller = Caller(server, sids)
    caller.key(PADARIA, "0000")
    assert "Alarme" not in server.pages.get("/overview").text
    caller.key(UNKNOWN, "0000")
    assert "Alarme: senhas erradas na última hora: 2." in server.pages.get("/overview").text
    figures = server.pages.get("/metrics").text
    assert "ivr_password_failures_hour 2" in figures
    assert "ivr_password_alarm 1" in figures
    clock.moment += timedelta(hours=1)
    assert "Alarme" not in server.pages.get("/overview").text


@dataclass(frozen=True)
class Perceived:
    """What a caller may perceive of one password, and what it costs."""

    body: bytes
    headers: tuple[tuple[str, str], ...]
    statements: tuple[str, ...]
    hashes: int


@pytest.fixture
def perceive(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Perceived]:
    hashed: list[object] = []

    def counting(*arguments: object, **options: object) -> bytes:
        hashed.append(options["memory_cost"])
        return hash_secret(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr("data.vault.hash_secret", counting)

    def perceived(document: str, password: str, number: str = CALLER) -> Perceived:
        sid = caller.wait(document, number)
        hashed.clear()
        with statements(caller.server.database) as sent:
            answer = caller.server.turn(3, sid, Digits=password, From=number)
        return Perceived(answer.data, tuple(answer.headers), tuple(sent), len(hashed))

    return perceived


def test_a_locked_account_is_answered_as_a_wrong_password_is(
    perceive: Callable[..., Perceived], caller: Caller
) -> None:
    wrong, unknown = perceive(CPF, "0000"), perceive(UNKNOWN, "0000")
    for each in range(5):
        caller.key(PADARIA, nth_guess(each), number=f"+551190000{each:04}")
        caller.key(nobodys(0), nth_guess(each), number=f"+551190001{each:04}")
    locked = {
        "the right password": perceive(PADARIA, RIGHT),
        "the right password of a blocked contact": perceive(PADARIA, "2468"),
        "a wrong password": perceive(PADARIA, "0000"),
        "a document that nobody has": perceive(nobodys(0), "0000"),
    }
    assert wrong.hashes == 1
    assert "Os dados não conferem".encode() in wrong.body
    assert unknown == wrong
    assert {what: each == wrong for what, each in locked.items()} == dict.fromkeys(locked, True)


def test_a_caller_whose_tries_are_used_up_hears_what_everybody_hears(
    perceive: Callable[..., Perceived], caller: Caller
) -> None:
    wrong = perceive(CPF, "0000", "+5511912345678")
    for each in range(15):
        caller.key(nobodys(each), "0000")
    assert perceive(PADARIA, RIGHT) == wrong


def test_what_is_stored_of_the_calls_of_locked_and_unlocked_is_the_same(caller: Caller, server: LineServer) -> None:
    caller.key(UNKNOWN, "0000")
    for each in range(5):
        caller.key(PADARIA, nth_guess(each), number=f"+551190000{each:04}")
    caller.key(PADARIA, RIGHT)
    first, last = (server.turns(f"CA{number:032x}") for number in (1, 7))
    assert first == last


def test_a_row_tells_neither_who_called_nor_what_was_keyed(caller: Caller, server_database: Database) -> None:
    caller.key(PADARIA, "70931", number=CALLER)
    with server_database.reading() as connection:
        (row,) = connection.execute(select(ATTEMPT))
    written = repr(tuple(row))
    for secret in (PADARIA, "70931", CALLER[1:], CALLER[3:]):
        assert secret not in written
    assert len(row.account) == len(row.caller) == 64
