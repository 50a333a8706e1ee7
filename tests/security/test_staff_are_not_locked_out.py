"""The number under which staff close desks: nobody locks its holder out from far away, and nobody guesses it either."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from data.attempts import LoginAttempt
from data.budgets import Budgets
from data.database import Database
from data.locked_accounts import locked_accounts, unlock
from data.staff import identify_staff, save_staff, staff_account, staff_hash
from data.vault import Vault
from ivr.call.attempt_limiter import AttemptLimiter
from tests.databases import one_of_both
from tests.lines import TUESDAY
from tests.security.guessing import compared_in, tell

RIGHT, OWN, OTHER = "48151623", "+5511987650001", "+5511987650002"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class StaffAccount:
    """Bia's number 101, tried from any telephone."""

    def __init__(self, database: Database, vault: Vault, sids: Iterator[str], budgets: Budgets | None = None) -> None:
        self.database, self.vault, self._sids = database, vault, sids
        self.budgets = budgets or Budgets()
        with database.transaction() as connection:
            save_staff(connection, "101", "Bia", staff_hash(vault, "101", RIGHT))

    def keys(self, password: str, at: datetime, telephone: str | None) -> bool:
        attempt = LoginAttempt(next(self._sids), 1, self.vault.caller_digest(telephone) if telephone else None, at)
        limiter = AttemptLimiter(self.database, self.budgets, attempt)
        found = identify_staff(self.database, self.vault, "101", password, limit=limiter)
        tell(self.database, attempt, limiter)
        return found is not None

    def guess(self, count: int, at: datetime, *, every: timedelta = timedelta(seconds=20)) -> None:
        """From so many telephones, one wrong password each."""
        for number in range(count):
            assert not self.keys(f"{number:08}", at + number * every, f"+55219{number:08}")

    def locked(self, at: datetime) -> bool:
        with self.database.reading() as connection:
            return bool(locked_accounts(connection, self.budgets, at, [staff_account(self.vault, "101")]))


@pytest.fixture
def account(server_database: Database, server_vault: Vault, sids: Iterator[str]) -> StaffAccount:
    return StaffAccount(server_database, server_vault, sids)


@pytest.mark.parametrize("telephone", [OWN, None])
def test_five_spoofed_wrong_tries_lock_no_member_of_the_staff_out(account: StaffAccount, telephone: str | None) -> None:
    account.guess(5, TUESDAY)
    assert not account.locked(TUESDAY + 5 * MINUTE)
    assert account.keys(RIGHT, TUESDAY + 5 * MINUTE, telephone)


def test_a_telephone_that_was_right_before_is_taken_through_any_attack(account: StaffAccount) -> None:
    assert account.keys(RIGHT, TUESDAY - 20 * DAY, OWN)
    account.guess(40, TUESDAY)
    late = TUESDAY + 15 * MINUTE
    assert account.locked(late)
    assert not account.keys(RIGHT, late, OTHER)
    assert not account.keys(RIGHT, late, None)
    assert account.keys(RIGHT, late, OWN)


def test_the_lock_on_telephones_that_are_not_known_lasts_an_hour(account: StaffAccount) -> None:
    account.guess(20, TUESDAY)
    assert not account.keys(RIGHT, TUESDAY + 10 * MINUTE, OTHER)
    assert account.keys(RIGHT, TUESDAY + HOUR + 10 * MINUTE, OTHER)


def test_staff_whose_number_is_attacked_are_given_their_tries_back(account: StaffAccount) -> None:
    account.guess(20, TUESDAY)
    late = TUESDAY + 10 * MINUTE
    with account.database.transaction() as connection:
        assert unlock(connection, [staff_account(account.vault, "101")], late) == 20
    assert account.keys(RIGHT, late, OTHER)


def test_whoever_spoofs_the_telephone_of_staff_has_five_tries_there(account: StaffAccount) -> None:
    assert account.keys(RIGHT, TUESDAY - DAY, OWN)
    for number in range(9):
        assert not account.keys(f"{number:08}", TUESDAY, OWN)
    assert compared_in(account.database) == 1 + 5
    assert not account.keys(RIGHT, TUESDAY, OWN)
    assert account.keys(RIGHT, TUESDAY, OTHER)
    assert account.keys(RIGHT, TUESDAY + DAY, OWN)


def test_a_telephone_that_was_right_long_ago_is_one_like_others(account: StaffAccount) -> None:
    assert account.keys(RIGHT, TUESDAY - 31 * DAY, OWN)
    account.guess(20, TUESDAY)
    assert not account.keys(RIGHT, TUESDAY + 10 * MINUTE, OWN)


@one_of_both("sqlite")
def test_a_day_of_guesses_from_new_telephones_compares_twenty_an_hour(account: StaffAccount) -> None:
    account.guess(12 * 30, TUESDAY, every=timedelta(minutes=2))
    assert compared_in(account.database) == 12 * 20


def test_passwords_of_customers_that_are_used_up_keep_no_known_staff_out(
    server_database: Database, server_vault: Vault, sids: Iterator[str]
) -> None:
    account = StaffAccount(server_database, server_vault, sids, Budgets(all=3))
    assert account.keys(RIGHT, TUESDAY - DAY, OWN)
    account.guess(4, TUESDAY)
    assert not account.keys(RIGHT, TUESDAY + 5 * MINUTE, OTHER)
    assert account.keys(RIGHT, TUESDAY + 5 * MINUTE, OWN)
