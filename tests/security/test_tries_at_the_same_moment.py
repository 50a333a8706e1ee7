"""However many lines, machines and deliveries try at the same moment, each try is counted before it is compared."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta
from threading import Barrier, Event
from time import sleep

import pytest
from argon2.low_level import hash_secret
from sqlalchemy import select, text

from data.attempts import ATTEMPT, LoginAttempt, begin_attempt
from data.budgets import Budgets
from data.database import Database
from data.vault import Vault
from ivr.call.attempt_limiter import AttemptLimiter
from ivr.call.lines import Lines
from ivr.flow.line import Line
from tests.conftest import Now
from tests.line_server import PADARIA, LineServer, said
from tests.lines import TUESDAY
from tests.security.guessing import RIGHT, Attacker, Caller, attempts_of, compared_in, nth_guess, tell


def test_whoever_counts_waits_for_whoever_is_about_to_reserve(
    database_url: str, attacker: Attacker, server_vault: Vault
) -> None:
    """Two machines at the last try: the second one sees the reservation of the first, which is not committed yet."""
    account = server_vault.keypad_digest(PADARIA)
    one, other = Database(database_url), Database(database_url)

    def second() -> bool:
        with other.transaction() as connection:
            return begin_attempt(
                connection, Budgets(account=1), LoginAttempt(next(attacker.sids), 3, None, TUESDAY), account
            ).admitted

    with ThreadPoolExecutor(1) as line:
        with one.transaction() as connection:
            attempt = LoginAttempt(next(attacker.sids), 3, None, TUESDAY)
            assert begin_attempt(connection, Budgets(account=1), attempt, account).admitted
            waiting = line.submit(second)
            wait([waiting], timeout=0.5)  # time enough to be let in by mistake
        assert not waiting.result()
    one.close()
    other.close()


def test_of_ten_lines_at_the_last_try_one_compares(
    database_url: str, small_line: Line, server_vault: Vault, clock: Now, sids: Iterator[str]
) -> None:
    """Each on a database of its own, as ten machines are."""
    machines = [
        LineServer(Lines([small_line]), Database(database_url), clock, "http://ivr.test", "a token", None)
        for _ in range(10)
    ]
    first = Caller(machines[0], sids)
    for each in range(4):
        first.key(PADARIA, nth_guess(each), number=f"+551190000{each:04}")
    numbers = [f"+551190001{each:04}" for each in range(10)]
    waiting = [first.wait(PADARIA, number) for number in numbers]
    barrier = Barrier(10)

    def guess(server: LineServer, sid: str, number: str, password: str) -> bytes:
        barrier.wait()
        answer: bytes = server.turn(3, sid, Digits=password, From=number).data
        return answer

    with ThreadPoolExecutor(10) as lines:
        guesses = [nth_guess(each) for each in range(10, 20)]
        answers = list(lines.map(guess, machines, waiting, numbers, guesses))
    assert len(set(answers)) == 1
    assert "Os dados não conferem".encode() in answers[0]
    assert len(attempts_of(machines[0].database)) == 14
    assert compared_in(machines[0].database) == 5
    assert not first.enters()
    for machine in machines:
        machine.database.close()


def test_a_turn_that_is_delivered_six_times_at_once_is_one_try(
    database_url: str, small_line: Line, clock: Now, sids: Iterator[str]
) -> None:
    machines = [
        LineServer(Lines([small_line]), Database(database_url), clock, "http://ivr.test", "a token", None)
        for _ in range(6)
    ]
    sid = Caller(machines[0], sids).wait(PADARIA)
    barrier = Barrier(6)

    def deliver(server: LineServer) -> bytes:
        barrier.wait()
        answer: bytes = server.turn(3, sid, Digits=RIGHT).data
        return answer

    with ThreadPoolExecutor(6) as deliveries:
        answers = list(deliveries.map(deliver, machines))
    assert len(set(answers)) == 1
    assert "Digite o código.".encode() in answers[0]
    assert len(attempts_of(machines[0].database)) == 1
    for machine in machines:
        machine.database.close()


def test_a_turn_whose_password_was_wrong_has_no_second_try(attacker: Attacker, server_database: Database) -> None:
    """Its answer may be lost with the database, and the caller asked again in the same turn."""
    sid = next(attacker.sids)
    attacker.sids = itertools.repeat(sid)
    assert attacker.tries(PADARIA, "0000") is None
    assert attacker.tries(PADARIA, RIGHT) is None
    assert len(attempts_of(server_database)) == 1


def test_a_turn_whose_password_was_right_is_right_again(attacker: Attacker, server_database: Database) -> None:
    attacker.sids = itertools.repeat(next(attacker.sids))
    assert attacker.tries(PADARIA, RIGHT)
    assert attacker.tries(PADARIA, RIGHT)
    assert len(attempts_of(server_database)) == 1


def test_a_comparison_that_never_ends_is_a_try(attacker: Attacker, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever makes the server fall over at the right moment gets nothing for it."""

    def broken(**_: object) -> bytes:
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr("data.vault.hash_secret", broken)
        for _ in range(5):
            with pytest.raises(MemoryError):
                attacker.tries(PADARIA, RIGHT)
    assert attacker.tries(PADARIA, RIGHT, TUESDAY + timedelta(minutes=1)) is None


def _meanwhile(monkeypatch: pytest.MonkeyPatch, do: Callable[[], object]) -> None:
    """Have something happen while the next password is compared."""

    def compared(**options: object) -> bytes:
        monkeypatch.undo()
        do()
        return hash_secret(**options)  # type: ignore[arg-type]

    monkeypatch.setattr("data.vault.hash_secret", compared)


def _outcomes(database: Database) -> list[bool | None]:
    with database.reading() as connection:
        return list(connection.execute(select(ATTEMPT.c.matched)).scalars())


@pytest.mark.parametrize(("password", "matched"), [(RIGHT, True), ("0000", False)], ids=["right", "wrong"])
def test_who_hangs_up_during_a_comparison_has_its_outcome_counted(
    caller: Caller, server_database: Database, monkeypatch: pytest.MonkeyPatch, password: str, matched: bool
) -> None:
    """The turn is not stored, since its call has ended: five such calls must not lock the owner out."""
    sid = caller.wait(PADARIA)
    _meanwhile(monkeypatch, lambda: caller.server.post("/twilio/status", sid=sid, CallStatus="completed"))
    assert b"<Hangup" in caller.server.turn(3, sid, Digits=password).data
    assert _outcomes(server_database) == [matched]


def test_a_wrong_password_whose_turn_was_not_stored_has_no_second_try(
    caller: Caller, server_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rename(table: str, name: str) -> None:
        with server_database.transaction() as connection:
            connection.execute(text(f"ALTER TABLE {table} RENAME TO {name}"))

    sid = caller.wait(PADARIA)
    _meanwhile(monkeypatch, lambda: rename("turn", "elsewhere"))
    caller.server.turn(3, sid, Digits="0000")
    rename("elsewhere", "turn")
    assert _outcomes(server_database) == [False]
    assert "Os dados não conferem" in said(caller.server.turn(3, sid, Digits=RIGHT))
    assert _outcomes(server_database) == [False]


def test_nobody_waits_for_ever_for_a_comparison(attacker: Attacker, server_database: Database) -> None:
    account = attacker.vault.keypad_digest(PADARIA)
    with server_database.transaction() as connection:
        for _ in range(5):
            begin_attempt(connection, Budgets(), LoginAttempt(next(attacker.sids), 3, None, TUESDAY), account)
    assert attacker.tries(PADARIA, RIGHT) is None
    assert len(attempts_of(server_database)) == 6


def test_the_people_of_a_company_may_all_call_at_once(attacker: Attacker, server_database: Database) -> None:
    """One more than there are tries, each of them right: the sixth waits until the others are known to be."""
    known = Event()

    def enters(sid: str, compare: Callable[[], str | None]) -> str | None:
        attempt = LoginAttempt(sid, 3, None, TUESDAY)
        limiter = AttemptLimiter(server_database, Budgets(), attempt)
        found = limiter("the company", compare)
        tell(server_database, attempt, limiter)
        return found

    def compare_long() -> str:
        assert known.wait(60)
        return "Ana"

    with ThreadPoolExecutor(6) as people:
        others = [people.submit(enters, next(attacker.sids), compare_long) for _ in range(5)]
        while len(attempts_of(server_database)) < 5 and not any(each.done() for each in others):
            sleep(0.01)
        sixth = people.submit(enters, next(attacker.sids), lambda: "Bruno")
        wait([sixth], timeout=0.2)  # time enough to be refused by mistake
        known.set()
    assert [each.result() for each in (*others, sixth)] == [*["Ana"] * 5, "Bruno"]
