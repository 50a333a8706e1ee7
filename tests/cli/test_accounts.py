"""Staff see which accounts wrong passwords have locked, and give one its tries back; no document is repeated."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from data.attempts import LoginAttempt, begin_attempt, finish_attempt
from data.budgets import DAY, Budgets
from data.company import save_company
from data.database import Database
from data.staff import save_staff, staff_account, staff_hash
from data.vault import Cost, Vault
from ivr.cli import ivr
from routing.documents import parse_document
from tests.cli.conftest import Ivr
from tests.conftest import Now
from tests.line_server import PADARIA
from tests.lines import TUESDAY

KEY = "a key of the tests, 32 bytes....."
VAULT = Vault(KEY.encode(), Cost.rehearsal())
UNKNOWN = "98765432000198"

LOCKED = "Padaria Pão Quente Ltda, document ending in 81: 5 wrong passwords, free at 2026-03-11 13:30 UTC"


@pytest.fixture(autouse=True)
def database(tmp_path: Path, _filled_file: Path, monkeypatch: pytest.MonkeyPatch, now: Now) -> Iterator[Database]:
    """A database of the commands, with the demo data."""
    url = f"sqlite:///{tmp_path / 'accounts.sqlite'}"
    monkeypatch.setenv("IVR_DATABASE_URL", url)
    monkeypatch.setenv("IVR_SECRET_KEY", KEY)
    monkeypatch.delenv("IVR_GUESSES", raising=False)
    monkeypatch.chdir(tmp_path)
    shutil.copyfile(_filled_file, tmp_path / "accounts.sqlite")
    kept = Database(url)
    yield kept
    kept.close()


def _guess(database: Database, account: str, times: int = 5, *, staff: bool = False) -> None:
    """Wrong passwords, one a minute."""
    with database.transaction() as connection:
        known = connection.exec_driver_sql("SELECT count(*) FROM attempt").scalar_one()
        for each, sid in enumerate(itertools.islice(itertools.count(known), times)):
            attempt = LoginAttempt(f"CA{sid:032x}", 3, None, TUESDAY + timedelta(minutes=each))
            begin_attempt(connection, Budgets(), attempt, account, staff=staff)
            finish_attempt(connection, attempt.call_sid, attempt.turn, matched=False)


def _lock(database: Database, document: str = PADARIA) -> None:
    _guess(database, VAULT.keypad_digest(document))


def _asked(document: str, *arguments: str) -> Result:
    """``ivr accounts unlock``, with the document keyed where it is asked for."""
    return CliRunner().invoke(ivr, ["accounts", "unlock", *arguments], input=f"{document}\n")


def test_no_account_is_locked_before_anybody_guesses(ivr: Ivr) -> None:
    assert ivr("accounts") == (
        0,
        "no account is locked\nwrong passwords: 0 in the last hour, 0 compared in the last 24 hours\n",
        "",
    )


def test_a_locked_account_is_told_with_its_company_and_when_it_is_free(ivr: Ivr, database: Database) -> None:
    _lock(database)
    _guess(database, VAULT.keypad_digest("52998224725"), times=4)
    code, out, err = ivr("accounts")
    assert (code, err) == (0, "")
    assert out.splitlines() == [LOCKED, "wrong passwords: 9 in the last hour, 9 compared in the last 24 hours"]


def test_an_account_is_listed_until_the_moment_that_was_told(ivr: Ivr, database: Database, now: Now) -> None:
    _lock(database)
    now.moment = TUESDAY + DAY - timedelta(seconds=1)
    assert LOCKED in ivr("accounts")[1]
    now.moment = TUESDAY + DAY
    assert "no account is locked" in ivr("accounts")[1]


def test_guessed_documents_that_nobody_has_are_counted_only(ivr: Ivr, database: Database) -> None:
    _lock(database, UNKNOWN)
    _lock(database, "39053344705")
    assert ivr("accounts")[1].splitlines()[0] == "documents that no customer has: 2"


def test_every_company_that_shares_the_keys_is_named(ivr: Ivr, database: Database) -> None:
    twin = parse_document("12ABC34501DE35")
    with database.transaction() as connection:
        other = save_company(connection, VAULT, parse_document("39053344705"), {"name": "Outra"})
        keyed = VAULT.keypad_digest(twin.number)
        connection.exec_driver_sql(f"UPDATE company SET keyed = '{keyed}' WHERE id = {other}")
    _lock(database, twin.number)
    named = [line.split(",")[0] for line in ivr("accounts")[1].splitlines()[:-1]]
    assert len(named) == 2
    assert "Outra" in named


def test_people_are_told_where_no_password_is_taken_any_more(
    ivr: Ivr, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IVR_GUESSES", "all:5")
    _lock(database)
    assert ivr("accounts")[2] == (
        "no password is taken by telephone until there are fewer a day; IVR_GUESSES sets how many\n"
    )


def test_an_account_is_unlocked_by_a_document_that_is_not_shown(ivr: Ivr, database: Database) -> None:
    _lock(database)
    unlocked = _asked("11.222.333/0001-81")
    assert unlocked.exit_code == 0
    assert "the account whose document ends in 81 is unlocked: 5 wrong passwords" in unlocked.output
    assert "11222333" not in unlocked.output.replace(".", "")
    assert "no account is locked" in ivr("accounts")[1]
    with database.reading() as connection:
        cleared = connection.exec_driver_sql("SELECT count(*) FROM attempt WHERE cleared_at IS NOT NULL").scalar_one()
    assert cleared == 5


def test_a_document_may_be_given_too(ivr: Ivr, database: Database) -> None:
    _lock(database)
    code, out, err = ivr("accounts", "unlock", PADARIA)
    assert (code, err) == (0, "")
    assert PADARIA not in out


def test_an_account_that_is_not_locked_is_told(ivr: Ivr) -> None:
    assert ivr("accounts", "unlock", PADARIA) == (
        1,
        "",
        "the account whose document ends in 81 is not locked; ivr accounts lists those that are\n",
    )


def test_a_document_that_nobody_has_is_told_locked_or_not(ivr: Ivr, database: Database) -> None:
    _lock(database, UNKNOWN)
    assert ivr("accounts", "unlock", UNKNOWN) == (
        1,
        "",
        "the account whose document ends in 98 is nobody's; compare it with the contract\n",
    )


def test_a_document_that_is_none_is_told_without_repeating_it(ivr: Ivr) -> None:
    code, out, err = ivr("accounts", "unlock", "11222333000182")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "its check digits do not match" in err
    assert "1122233300018" not in err


def test_a_number_of_the_staff_is_listed_and_unlocked_by_itself(ivr: Ivr, database: Database, now: Now) -> None:
    now.moment = TUESDAY + timedelta(minutes=20)
    with database.transaction() as connection:
        save_staff(connection, "101", "Bia", staff_hash(VAULT, "101", "48151623"))
    _guess(database, staff_account(VAULT, "101"), Budgets().staff, staff=True)
    assert ivr("accounts")[1].startswith("staff 101, Bia: 20 wrong passwords")
    assert ivr("accounts", "unlock", "--staff", "102")[0] == 1
    code, out, _ = ivr("accounts", "unlock", "--staff", "101")
    assert (code, out.startswith("the staff number 101 is unlocked")) == (0, True)
    assert ivr("accounts", "unlock", "--staff", "101")[0] == 1
    assert ivr("accounts", "unlock", PADARIA, "--staff", "101")[0] == 2
