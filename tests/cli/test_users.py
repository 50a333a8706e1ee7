"""``ivr users`` and ``ivr audit`` as a person at the console uses them."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from data.budgets import Budgets
from data.database import Database
from data.first_user import make_first_user
from data.logins import identify_user
from data.staff import identify_staff
from data.users import all_users, take_code
from data.vault import Cost, Vault
from ivr.settings import Settings
from tests.cli.conftest import Ivr
from tests.conftest import Now

CODE = re.compile(r"[A-Z2-9]{5}(-[A-Z2-9]{5}){3}")
PASSWORD = "seis galinhas ruivas"


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, now: Now, _migrated_file: Path) -> None:
    """A folder and a database of its own, with nothing in it."""
    shutil.copy(_migrated_file, tmp_path / "own.sqlite")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("IVR_DATABASE_URL", f"sqlite:///{tmp_path / 'own.sqlite'}")
    monkeypatch.setattr(Cost, "production", Cost.rehearsal)
    monkeypatch.setattr("ivr.cli.console.console_user", lambda: "console-user")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'own.sqlite'}")
    yield database
    database.close()


@pytest.fixture
def vault() -> Vault:
    return Vault(Settings.from_environment(os.environ).secret_key, Cost.rehearsal())


def _types(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{text}\n"))


def _opens(database: Database, vault: Vault, now: Now, password: str = PASSWORD) -> bool:
    return identify_user(database, vault, Budgets(), now(), "bia", password, "browser", "browser") is not None


def test_a_user_is_added_with_a_code_that_is_told_once(ivr: Ivr, database: Database, vault: Vault, now: Now) -> None:
    code, out, err = ivr("users", "add", "Bia", "--role", "ops", "--full-name", "Bia Souza")
    assert (code, err) == (0, "")
    told = CODE.search(out)
    assert told
    assert ivr("users") == (
        0,
        "bia               ops         Bia Souza; has a one-time code until 2026-03-11 13:30 UTC\n",
        "",
    )
    with database.reading() as connection:
        assert take_code(connection, vault, "bia", told[0], now()) is not None
    assert told[0] not in ivr("users")[1] + ivr("audit")[1]


def test_a_password_is_read_unseen_and_ends_up_as_a_hash(
    ivr: Ivr, database: Database, vault: Vault, now: Now, monkeypatch: pytest.MonkeyPatch
) -> None:
    ivr("users", "add", "bia", "--role", "ops")
    _types(monkeypatch, PASSWORD)
    code, out, err = ivr("users", "password", "bia", "--stdin")
    assert (code, PASSWORD in out + err) == (0, False)
    assert _opens(database, vault, now)
    assert ivr("users")[1].split() == ["bia", "ops", "logs", "in"]


@pytest.mark.parametrize("password", ["", "short", "aaaaaaaaaaaaaaaa", "my name is bia so", "x" * 129])
def test_a_weak_password_is_refused_and_not_repeated(
    ivr: Ivr, database: Database, monkeypatch: pytest.MonkeyPatch, password: str
) -> None:
    ivr("users", "add", "bia", "--role", "ops")
    _types(monkeypatch, password)
    code, out, err = ivr("users", "password", "bia", "--stdin")
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert err.startswith("ivr: write a password of ")
    assert not password or password not in err
    with database.reading() as connection:
        assert not all_users(connection)[0].may_log_in


def test_a_reset_takes_the_password_away_and_gives_a_code(
    ivr: Ivr, database: Database, vault: Vault, now: Now, monkeypatch: pytest.MonkeyPatch
) -> None:
    ivr("users", "add", "bia", "--role", "ops")
    _types(monkeypatch, PASSWORD)
    ivr("users", "password", "bia", "--stdin")
    told = CODE.search(ivr("users", "reset", "bia")[1])
    assert told
    assert not _opens(database, vault, now)
    with database.reading() as connection:
        assert take_code(connection, vault, "bia", told[0], now()) is not None
        assert take_code(connection, vault, "bia", told[0][:-1], now()) is None


def test_a_disabled_user_closes_nothing_by_telephone_either(
    ivr: Ivr, database: Database, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    ivr("users", "add", "bia", "--role", "ops")
    _types(monkeypatch, "48151623")
    assert ivr("users", "number", "bia", "101", "--stdin")[0] == 0
    assert ivr("staff")[1] == "101     bia\n"
    assert identify_staff(database, vault, "101", "48151623") == "bia"
    assert ivr("users", "disable", "bia")[1] == "bia is disabled; 0 sessions were ended\n"
    assert identify_staff(database, vault, "101", "48151623") is None
    code, _, err = ivr("staff", "add", "101", "Bia", "--password", "48151623")
    assert (code, "is disabled: ivr users enable bia" in err) == (2, True)
    for nothing in (("reset", "bia"), ("number", "bia", "102", "--stdin")):
        _types(monkeypatch, "48151623")
        code, out, err = ivr("users", *nothing)
        assert (code, out, "bia is disabled; ivr users enable bia" in err) == (2, "", True)
    ivr("users", "enable", "bia")
    assert identify_staff(database, vault, "101", "48151623") == "bia"
    assert ivr("users", "number", "bia", "--none")[0] == 0
    assert identify_staff(database, vault, "101", "48151623") is None


def test_a_role_that_may_not_close_destinations_has_no_number(ivr: Ivr, monkeypatch: pytest.MonkeyPatch) -> None:
    ivr("users", "add", "ana", "--role", "agent")
    _types(monkeypatch, "48151623")
    code, _, err = ivr("users", "number", "ana", "102", "--stdin")
    assert (code, "a user who is agent may not close destinations" in err) == (2, True)
    ivr("staff", "add", "101", "Bia", "--password", "48151623")
    assert "closes destinations by telephone as 101" in ivr("users", "change", "101", "--role", "agent")[2]
    ivr("users", "change", "ana", "--role", "ops")
    _types(monkeypatch, "48151623")
    assert "the number 101 is of the user 101" in ivr("users", "number", "ana", "101", "--stdin")[2]


def test_who_was_only_a_number_gets_a_name_and_a_way_into_the_pages(ivr: Ivr) -> None:
    ivr("staff", "add", "101", "Bia Souza", "--password", "48151623")
    listed = "101               ops         Bia Souza; closes destinations as 101; does not log in (ivr users reset)\n"
    assert ivr("users")[1] == listed
    assert ivr("users", "change", "101", "--name", "bia")[1] == "101 is bia, Bia Souza, ops from now on\n"
    assert CODE.search(ivr("users", "reset", "bia")[1])
    assert ivr("staff", "remove", "101")[0] == 0
    assert ivr("users")[1].startswith("bia               ops         Bia Souza; has a one-time code")


def test_a_number_that_is_only_a_users_name_is_not_given_to_another(ivr: Ivr) -> None:
    ivr("staff", "add", "101", "Bia Souza", "--password", "48151623")
    ivr("users", "number", "101", "--none")
    code, out, err = ivr("staff", "add", "101", "Rui", "--password", "48151623")
    assert (code, out, err.startswith("ivr: 101 is the name of a user without that number")) == (2, "", True)
    ivr("users", "change", "101", "--name", "bia")
    assert ivr("staff", "add", "101", "Rui", "--password", "48151623")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("add", "bia"), "say what NAME may do: --role supervisor|ops|agent|tester"),
        (("add", "1a", "--role", "ops"), "a user's name begins with a letter"),
        (("add", "bia", "--role", "chief"), "'chief' is not one of 'supervisor', 'ops', 'agent', 'tester'"),
        (("add", "taken", "--role", "ops"), "there is a user 'taken' already"),
        (("reset", "nobody"), "there is no user 'nobody'; ivr users lists them"),
        (("change", "taken"), "say what to change"),
        (("number", "taken"), "say the number, or --none"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_line(ivr: Ivr, arguments: tuple[str, ...], told: str) -> None:
    ivr("users", "add", "taken", "--role", "tester")
    code, out, err = ivr("users", *arguments)
    assert (code, out) == (2, "")
    assert told in err


def test_each_act_at_the_console_is_in_the_audit(ivr: Ivr) -> None:
    ivr("users", "add", "bia", "--role", "ops")
    ivr("users", "unlock", "bia")
    ivr("users", "remove", "bia")
    told = [json.loads(line) for line in ivr("audit", "--json")[1].splitlines()]
    assert [(each["who"], each["act"], each["subject"], each["address"]) for each in told] == [
        ("console-user", act, subject, "console")
        for act, subject in (("add user", "bia as ops"), ("unlock user", "bia"), ("remove user", "bia"))
    ]
    assert ivr("audit", "--who", "nobody")[1] == "nothing was done in the last 7 days\n"


def test_the_first_user_is_made_once(ivr: Ivr, database: Database, vault: Vault, now: Now) -> None:
    ivr("users")
    made = [make_first_user(database, vault, now(), lambda signs: signs[-1]) for _ in range(2)]
    assert made[0] is not None
    assert (made[0].login, made[0].code, made[1]) == ("supervisor", "99999-99999-99999-99999", None)
    ivr("users", "remove", "supervisor")
    assert make_first_user(database, vault, now(), lambda signs: signs[-1]) is None
    assert ivr("users")[1] == "there is no user; ivr users add NAME --role supervisor\n"


def test_an_installation_with_users_gets_no_first_one(ivr: Ivr, database: Database, vault: Vault, now: Now) -> None:
    ivr("users", "add", "bia", "--role", "supervisor")
    assert make_first_user(database, vault, now(), lambda signs: signs[-1]) is None


def test_what_is_closed_and_opened_at_the_console_is_in_the_audit(ivr: Ivr) -> None:
    ivr("close", "ouvidoria", "--reason", "falta de luz", "--by", "Bia")
    ivr("open", "ouvidoria", "--by", "Rui")
    ivr("open", "ouvidoria")
    told = [row.split("  ", 1)[1] for row in ivr("audit")[1].splitlines()]
    assert told == [
        "Bia               close: 4003-0015 ouvidoria  from console",
        "Rui               open: 4003-0015 ouvidoria  from console",
    ]
