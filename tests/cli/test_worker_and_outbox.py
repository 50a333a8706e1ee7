"""``ivr worker --show`` and ``ivr outbox``: what people see of what acts by itself, and what they may do."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import update

from data.callbacks import CallbackLimits, CallbackRecord, ask_callback, recent_callbacks, reserve_try
from data.calls import NewCall, open_call
from data.database import Database
from data.due_work import DUE_WORK, schedule
from data.outbox import find_row, move
from data.texts import LineText, want_text
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
        "alarms": "2026-03-10 15:00:00 UTC: raised 0, cleared 0",
        "callbacks": "2026-03-10 15:00:00 UTC: reserved none: IVR_PUBLIC_URL (an address that Twilio reaches),"
        " TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN are not all set",
        "sweep": "2026-03-10 15:00:00 UTC: ended 0 calls and 0 tries to call back, dropped 0 statuses and 0 ways out of"
        " queues",
        "tickets": "2026-03-10 15:00:00 UTC: acted on 0 tickets",
        "ticket": "not done yet",
        "former": "not done yet",
        "purge": "not done yet",
    }


def test_work_that_takes_long_is_shown_with_who_is_at_it(ivr: Ivr, database: Database) -> None:
    claimed = {"claimed_by": "machine/77/abc", "claimed_until": NOON + timedelta(minutes=5)}
    with database.transaction() as connection:
        schedule(connection, "purge", "", NOON - timedelta(minutes=2))
        connection.execute(update(DUE_WORK).values(claimed))
    first, row = ivr("worker", "--show")[1].splitlines()
    assert first == "machine/77/abc works"
    assert row.split("  ")[-1] == "being done just now"


def test_more_work_than_is_shown_is_said(ivr: Ivr, database: Database) -> None:
    with database.transaction() as connection:
        for number in range(50):
            schedule(connection, "closure end", str(number), NOON + timedelta(days=number))
    *_, last = ivr("worker", "--show")[1].splitlines()
    assert last == "no more than 40 are shown"


def test_a_worker_of_a_database_in_memory_is_refused(ivr: Ivr, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IVR_DATABASE_URL", "sqlite://")
    monkeypatch.setenv("IVR_SECRET_KEY", KEY.decode())
    code, out, err = ivr("worker")
    assert (code, out) == (2, "")
    assert "IVR_DATABASE_URL: a database in memory is its process's own" in err


@pytest.mark.usefixtures("database")
def test_calls_whose_webhooks_are_not_reached_are_not_reserved(
    ivr: Ivr, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.transaction() as connection:
        open_call(connection, NewCall(SID, "4003-0015", "v1", CALLER, "+551140030015", NOON, "{}"))
        ask_callback(connection, CallbackRecord(SID, "4003-0015", "cst", CALLER, NOON))
    for name, value in {
        "IVR_PUBLIC_URL": "http://127.0.0.1:5000",
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
        "TWILIO_AUTH_TOKEN": "x" * 32,
    }.items():
        monkeypatch.setenv(name, value)
    code, out, err = ivr("callbacks", "--call")
    assert (code, out) == (2, "")
    assert "IVR_PUBLIC_URL: Twilio does not reach http://127.0.0.1:5000" in err
    with database.reading() as connection:
        (callback,) = recent_callbacks(connection, 10)
    assert callback.try_sid is None


@pytest.mark.usefixtures("database")
def test_a_text_is_listed_without_its_words_and_half_its_number(ivr: Ivr, database: Database) -> None:
    with database.transaction() as connection:
        open_call(connection, NewCall(SID, "4003-0015", "v1", CALLER, "+551140030015", NOON, "{}"))
        want_text(connection, SID, 3, LineText("4003-0015", CALLER, "Protocolo 4711."), NOON)
    code, out, _ = ivr("outbox")
    assert code == 0
    assert "+5511•••••4321" in out
    assert CALLER not in out
    assert "4711" not in out


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
    told = f"{reservation} is sent when a process works: start ivr serve, or ivr worker\n"
    assert ivr("outbox", "retry", reservation) == (0, told, "")
    assert "waiting" in ivr("outbox")[1]
    _to(database, reservation, "sent", "")
    code, out, err = ivr("outbox", "retry", reservation)
    assert (code, out) == (1, "")
    assert err == f"{reservation} stays as it is: it is sent; ivr outbox --all lists what there is\n"


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("rubbish", ["TR" + "0" * 32, "x", "'; DROP TABLE outbox; --", "é" * 200, "a\nb\x1b[2J"])
def test_rubbish_is_no_row_and_says_where_to_look(ivr: Ivr, rubbish: str) -> None:
    code, out, err = ivr("outbox", "retry", rubbish)
    assert (code, out) == (1, "")
    shown = rubbish if rubbish.isprintable() else repr(rubbish)
    assert err == f"{shown} stays as it is: there is no such row; ivr outbox --all lists what there is\n"
