"""``ivr worker --show`` and ``ivr outbox``: what people see of what acts by itself, and what they may do."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from data.callbacks import CallbackLimits, CallbackRecord, ask_callback, recent_callbacks, reserve_try
from data.calls import NewCall, open_call
from data.database import Database
from data.outbox import find_row, move
from data.vault import Cost, Vault
from ivr.call.lines import Lines
from ivr.worker.tools import Tools
from ivr.worker.worker import Worker
from tests.cli.conftest import Ivr
from tests.line_server import KEY, SID

NOON = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)
CALLER = "+5511987654321"


@pytest.fixture
def database(tmp_path: Path, _migrated_file: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    url = f"sqlite:///{tmp_path / 'ivr.db'}"
    monkeypatch.setenv("IVR_DATABASE_URL", url)
    monkeypatch.setenv("IVR_SECRET_KEY", KEY.decode())
    shutil.copyfile(_migrated_file, tmp_path / "ivr.db")
    monkeypatch.setattr("ivr.cli.clock.now", lambda: NOON)
    return Database(url)


@pytest.fixture
def reservation(database: Database) -> str:
    """A call that waits in the outbox."""
    with database.transaction() as connection:
        open_call(connection, NewCall(SID, "4003-0015", "v1", CALLER, "+551140030015", NOON, "{}"))
        callback = CallbackRecord(SID, "4003-0015", "cst", CALLER, NOON)
        ask_callback(connection, callback)
        found = reserve_try(connection, callback, CallbackLimits(2, 100, timedelta(days=1)), NOON)
    assert found
    return found


def _to(database: Database, reservation: str, state: str, why: str) -> None:
    with database.transaction() as connection:
        row = find_row(connection, reservation)
        assert row
        assert move(connection, row, state, NOON, why)  # type: ignore[arg-type]


@pytest.mark.usefixtures("database")
def test_where_no_process_works_it_is_said(ivr: Ivr) -> None:
    assert ivr("worker", "--show") == (0, "no process works: start ivr serve, or ivr worker\n", "")


def test_who_works_what_is_due_and_how_it_went_is_shown(ivr: Ivr, database: Database) -> None:
    tools = Tools(database, Vault(KEY, Cost.rehearsal()), lambda: Lines([]))
    worker = Worker(tools, lambda: NOON, Random(1), "machine/77/abc")
    while not worker.step():
        pass
    code, out, err = ivr("worker", "--show")
    first, *rows = out.splitlines()
    assert (code, err, first) == (0, "", "machine/77/abc works")
    assert {row.split()[0]: row.split("  ")[-1] for row in rows} == {
        "callbacks": "2026-03-10 15:00:00 UTC: reserved none: IVR_PUBLIC_URL, TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN"
        " are not all set",
        "sweep": "2026-03-10 15:00:00 UTC: ended 0 calls and 0 tries to call back, dropped 0 statuses and 0 ways out of"
        " queues",
        "former": "not done yet",
        "purge": "not done yet",
    }


@pytest.mark.usefixtures("database")
def test_an_empty_outbox_is_told_as_such(ivr: Ivr) -> None:
    assert ivr("outbox") == (0, "nothing is to be sent\n", "")
    assert ivr("outbox", "--all") == (0, "the outbox is empty\n", "")


def test_a_row_is_listed_with_its_state_and_why(ivr: Ivr, database: Database, reservation: str) -> None:
    _to(database, reservation, "unknown", "Twilio answered HTTP 503")
    _, out, _ = ivr("outbox")
    assert out == (
        f"2026-03-10 15:00:00 UTC  {reservation}  call  {CALLER}    unknown, 0 tries, next 15:00:00:"
        " Twilio answered HTTP 503\n"
    )


def test_a_dropped_row_had_its_try_and_is_listed_no_more(ivr: Ivr, database: Database, reservation: str) -> None:
    assert ivr("outbox", "drop", reservation) == (0, f"{reservation} is dropped\n", "")
    assert ivr("outbox")[1] == "nothing is to be sent\n"
    assert "dropped, 0 tries: dropped by hand" in ivr("outbox", "--all")[1]
    with database.reading() as connection:
        (callback,) = recent_callbacks(connection, 10)
    assert (callback.note, callback.try_sid) == ("not reached: failed", None)


def test_a_dead_row_is_retried_and_a_sent_one_is_not(ivr: Ivr, database: Database, reservation: str) -> None:
    _to(database, reservation, "dead", "refused")
    assert ivr("outbox", "retry", reservation) == (0, f"{reservation} is sent by the worker, within seconds\n", "")
    assert "waiting" in ivr("outbox")[1]
    _to(database, reservation, "sent", "")
    code, out, err = ivr("outbox", "retry", reservation)
    assert (code, out) == (1, "")
    assert err == f"{reservation} stays as it is: it is sent; ivr outbox --all lists what there is\n"


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("rubbish", ["TR" + "0" * 32, "x", "'; DROP TABLE outbox; --", "é" * 200])
def test_rubbish_is_no_row_and_says_where_to_look(ivr: Ivr, rubbish: str) -> None:
    code, out, err = ivr("outbox", "retry", rubbish)
    assert (code, out) == (1, "")
    assert err == f"{rubbish} stays as it is: there is no such row; ivr outbox --all lists what there is\n"
