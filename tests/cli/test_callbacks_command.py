"""``ivr callbacks``: the list, and what is missing where calls are to be made."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from data.callbacks import CallbackRecord, ask_callback, begin_try, end_try
from data.calls import NewCall, open_call
from data.database import Database
from ivr.cli.callbacks import callbacks
from ivr.errors import SettingsError

NOON = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path, _migrated_file: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    url = f"sqlite:///{tmp_path / 'ivr.db'}"
    monkeypatch.setenv("IVR_DATABASE_URL", url)
    monkeypatch.setenv("IVR_SECRET_KEY", "a key of the tests, 32 bytes.....")
    for name in ("IVR_PUBLIC_URL", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    shutil.copyfile(_migrated_file, tmp_path / "ivr.db")
    database = Database(url)
    monkeypatch.setattr("ivr.cli.clock.now", lambda: NOON)
    return database


def _ask(database: Database, sid: str, number: str) -> None:
    with database.transaction() as connection:
        open_call(connection, NewCall(sid, "4003-0015", "v1", number, "+551140030015", NOON, "{}"))
        ask_callback(connection, CallbackRecord(sid, "4003-0015", "cst", number, NOON))


def test_the_list_says_who_waits_who_is_being_called_and_how_it_ended(database: Database) -> None:
    for number, sid in enumerate(("CA" + "1" * 32, "CA" + "2" * 32, "CA" + "3" * 32)):
        _ask(database, sid, f"+551198765432{number}")
    with database.transaction() as connection:
        begin_try(connection, "CA" + "2" * 32, "CA" + "a" * 32, NOON)
        begin_try(connection, "CA" + "3" * 32, "CA" + "b" * 32, NOON)
        end_try(connection, "CA" + "b" * 32, "busy", NOON)
    rows = CliRunner().invoke(callbacks).output.splitlines()
    assert [row.split("  ")[-2:] for row in rows] == [
        ["0 tries", "waiting"], ["1 try", "being called"], ["1 try", "not reached: busy"],
    ]  # fmt: skip
    assert all("2026-03-10 15:00:00 UTC  cst " in row for row in rows)


@pytest.mark.usefixtures("database")
def test_nobody_to_call_is_said() -> None:
    assert CliRunner().invoke(callbacks).output == "no callbacks\n"


@pytest.mark.usefixtures("database")
def test_calls_need_what_the_server_is_served_with() -> None:
    result = CliRunner().invoke(callbacks, ["--call"])
    assert isinstance(result.exception, SettingsError)
    assert str(result.exception).startswith(
        "calls cannot be made without IVR_PUBLIC_URL, TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN; set"
    )
