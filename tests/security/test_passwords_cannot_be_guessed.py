"""Whoever guesses at passwords by telephone has a few tries a day, from however many lines, numbers and machines."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from data.attempts import ATTEMPT, failures
from data.budgets import DAY, Budgets
from data.database import Database
from data.locked_accounts import locked_accounts, unlock
from data.staff import save_staff, staff_account, staff_hash
from data.vault import Vault
from ivr.call.attempt_limiter import WITHHELD, shown_number
from ivr.call.lines import Lines
from tests.conftest import Now
from tests.databases import one_of_both
from tests.line_server import CALLER, NUMBER, PADARIA, LineServer, said
from tests.lines import TUESDAY, make_line
from tests.security.guessing import RIGHT, Attacker, Caller, attempts_of, compared_in, nobodys, nth_guess
from tests.security.test_unknown_and_wrong_are_alike import CPF

LETTERS, AS_KEYED, RIGHT_OF_LETTERS = "12ABC34501DE35", "12222345013335", "8520"


def _most_in_a_day(attempts: list[tuple[datetime, bool]]) -> int:
    """The most tries that were compared within any 24 hours."""
    times = [at for at, admitted in attempts if admitted]
    return max(sum(first <= at < first + DAY for at in times) for first in times)


@one_of_both("sqlite")
def test_ten_lines_that_guess_at_one_account_for_a_day_have_five_tries(
    caller: Caller, server_database: Database, clock: Now
) -> None:
    """Three guesses a call, each call from a number of its own."""
    for line, hour in itertools.product(range(10), range(0, 24, 8)):
        clock.moment = TUESDAY + timedelta(hours=hour, seconds=line)
        guesses = [nth_guess(30 * hour + 3 * line + each) for each in range(3)]
        answer = caller.key(PADARIA, *guesses, number=f"+55119{hour:02}{line:06}")
        assert "Vou chamar a Assessoria." in said(answer)
    assert len(attempts_of(server_database)) == 90
    assert compared_in(server_database) == Budgets().account == 5
    assert compared_in(server_database) / 10**4 <= 0.0005


@one_of_both("sqlite")
def test_within_any_24_hours_of_days_of_guessing_there_are_five_tries(
    attacker: Attacker, server_database: Database
) -> None:
    for minute in range(0, 3 * 24 * 60, 30):
        attacker.tries(PADARIA, nth_guess(minute), TUESDAY + timedelta(minutes=minute))
    attempts = attempts_of(server_database)
    assert len(attempts) == 144
    assert _most_in_a_day(attempts) == 5
    assert sum(admitted for _, admitted in attempts) == 15


def test_the_right_guess_does_not_help_once_the_tries_are_used_up(caller: Caller) -> None:
    for each in range(5):
        caller.key(PADARIA, nth_guess(each))
    assert not caller.enters()


@one_of_both("sqlite")
def test_the_right_guess_at_the_fifth_try_is_taken(caller: Caller) -> None:
    for each in range(4):
        caller.key(PADARIA, nth_guess(each))
    assert caller.enters()


@one_of_both("sqlite")
def test_a_right_password_gives_no_fresh_tries(caller: Caller) -> None:
    for each in range(4):
        caller.key(PADARIA, nth_guess(each))
        assert caller.enters(number="+5511900000001")
    caller.key(PADARIA, nth_guess(9))
    assert not caller.enters()


@one_of_both("sqlite")
def test_the_owner_of_a_locked_account_reaches_people(caller: Caller) -> None:
    for each in range(5):
        caller.key(PADARIA, nth_guess(each), number=f"+551190000{each:04}")
    answer = caller.key(PADARIA, RIGHT, RIGHT, RIGHT, number="+5511912345678")
    assert "Vou chamar a Assessoria." in said(answer)
    assert b"<Dial" in answer.data


@one_of_both("sqlite")
def test_other_accounts_are_open_while_one_is_locked(caller: Caller) -> None:
    for each in range(5):
        caller.key(PADARIA, nth_guess(each))
    assert caller.enters("11444777000161", "2580")


@one_of_both("sqlite")
def test_one_number_has_one_budget_however_it_is_written(caller: Caller, server_database: Database) -> None:
    ways = ["+5511987650009", "sip:+5511987650009@a.test", "sip:11987650009@b.test;x=1", "tel:+55-11-98765-0009"]
    for number in ways:
        caller.key(PADARIA, nth_guess(0), number=number)
    with server_database.reading() as connection:
        assert len(set(connection.execute(select(ATTEMPT.c.caller)).scalars())) == 1


@one_of_both("sqlite")
def test_hundreds_of_numbers_share_the_tries_of_the_account(attacker: Attacker, server_database: Database) -> None:
    for each in range(100):
        attacker.tries(PADARIA, nth_guess(each), TUESDAY + timedelta(seconds=each), number=f"+5511{each:09}")
    assert compared_in(server_database) == 5
    assert attacker.tries(PADARIA, RIGHT, number="+5511912345678") is None


@one_of_both("sqlite")
def test_a_caller_has_fifteen_tries_a_day_over_all_accounts(caller: Caller) -> None:
    for each in range(15):
        caller.key(nobodys(each), "0000")
        caller.key(CPF if each == 7 else PADARIA, "7412" if each == 7 else RIGHT)  # right ones do not count
    caller.key(CPF, "0000")
    assert not caller.enters()
    assert caller.enters(number="+5511912345678")


@pytest.mark.parametrize("number", ["", "anonymous", "sip:anonymous@anonymous.invalid", *sorted(WITHHELD)])
def test_those_who_withhold_their_number_share_no_budget(number: str) -> None:
    assert shown_number(number) is None
    assert shown_number(CALLER) == CALLER


def test_the_calls_that_we_make_use_up_nobodys_tries(caller: Caller, server_database: Database) -> None:
    caller.key(PADARIA, "0000", number=NUMBER)
    caller.key(PADARIA, "0000", number="+266696687")
    caller.key(PADARIA, "0000")
    with server_database.reading() as connection:
        callers = connection.execute(select(ATTEMPT.c.caller).order_by(ATTEMPT.c.call_sid)).scalars().all()
    assert [each is None for each in callers] == [True, True, False]


def test_the_account_is_free_24_hours_after_its_first_wrong_password(caller: Caller, clock: Now) -> None:
    for each in range(5):
        clock.moment = TUESDAY + timedelta(hours=each)
        caller.key(PADARIA, nth_guess(each))
    clock.moment = TUESDAY + DAY - timedelta(seconds=1)
    assert not caller.enters()
    clock.moment = TUESDAY + DAY
    assert caller.enters()
    caller.key(PADARIA, nth_guess(5))
    assert not caller.enters()


@one_of_both("sqlite")
def test_guesses_at_a_locked_account_do_not_keep_it_locked(caller: Caller, clock: Now) -> None:
    for hour in range(24):
        clock.moment = TUESDAY + timedelta(hours=hour)
        caller.key(PADARIA, nth_guess(hour), number=f"+551190000{hour:04}")
    clock.moment = TUESDAY + DAY + timedelta(hours=4)
    assert caller.enters()


def test_staff_give_an_account_its_tries_back_and_nobody_else(
    caller: Caller, server_database: Database, server_vault: Vault, clock: Now
) -> None:
    for each in range(5):
        caller.key(PADARIA, nth_guess(each), number="+5511900000001")
        caller.key(CPF, nth_guess(each), number="+5511900000002")
    now, account = clock.moment, server_vault.keypad_digest(PADARIA)
    with server_database.transaction() as connection:
        assert {each.account for each in locked_accounts(connection, Budgets(), now)} == {
            account,
            server_vault.keypad_digest(CPF),
        }
        assert unlock(connection, [account], now) == 5
        assert unlock(connection, [account], now) == 0
        assert [each.account for each in locked_accounts(connection, Budgets(), now)] == [
            server_vault.keypad_digest(CPF)
        ]
        assert failures(connection, now).day == 10
    assert caller.enters()
    for each in range(5):
        caller.key(PADARIA, nth_guess(each))
    assert not caller.enters()


@pytest.mark.parametrize("exactly", [False, True])
def test_a_document_with_letters_has_the_tries_of_its_keyed_number(attacker: Attacker, exactly: bool) -> None:
    for each in range(5):
        document = (LETTERS, AS_KEYED)[each % 2]
        attacker.tries(document, nth_guess(each), exactly=document == LETTERS)
    assert attacker.tries(LETTERS, RIGHT_OF_LETTERS, exactly=exactly) is None
    assert attacker.tries(AS_KEYED, RIGHT_OF_LETTERS) is None
    assert attacker.tries(LETTERS, RIGHT_OF_LETTERS, TUESDAY + DAY, exactly=exactly)


@pytest.fixture
def closing(tmp_path: Path, server_database: Database, server_vault: Vault, clock: Now) -> LineServer:
    """The small line, which Bia may close by telephone."""
    with server_database.transaction() as connection:
        save_staff(connection, "101", "Bia", staff_hash(server_vault, "101", "48151623"))
    changes = (
        ('"#": areas}', '"#": areas, "8": fechar}'),
        (
            "  desligar: {hangup: {}}\n",
            '  desligar: {hangup: {}}\n  fechar: {closure: {say: senha, desks: {"1": mesa.rm}, hours: 2,'
            " closed: tchau, opened: guardado, refused: gente}}\n",
        ),
    )
    return LineServer(
        Lines([make_line(tmp_path, *changes)]), server_database, clock, "http://ivr.test", "a token", None
    )


@one_of_both("sqlite")
def test_passwords_of_the_staff_have_five_tries_too(
    closing: LineServer, server_database: Database, server_vault: Vault, sids: Iterator[str], clock: Now
) -> None:
    refused = [closing.keys("8", f"101*1234567{each}*1", sid=next(sids)) for each in range(5)]
    locked = closing.keys("8", "101*48151623*1", sid=next(sids))
    assert {answer.data for answer in refused} == {locked.data}
    assert "Vou chamar a Assessoria." in said(locked)
    assert compared_in(server_database) == 5
    with server_database.transaction() as connection:
        assert unlock(connection, [staff_account(server_vault, "101")], clock.moment) == 5
    assert said(closing.keys("8", "101*48151623*1", sid=next(sids))) == "Até logo & obrigado."
