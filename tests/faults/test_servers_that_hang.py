"""A PostgreSQL server whose processes are stopped under connections that are open: nobody waits without end."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
import requests
from sqlalchemy import Connection, text

from data.database import Database, DatabaseUnavailableError
from tests.databases import THOROUGHLY
from tests.faults.breakable import BreakableServer
from tests.faults.conftest import MakeServer
from tests.lines import write_line
from tests.test_serve import _end, _greeted, _serve

pytestmark = [
    pytest.mark.network,
    pytest.mark.postgres,
    pytest.mark.skipif(sys.platform != "linux", reason="the server's processes are found in /proc"),
]

PATIENCE = 1.0
"""Seconds; far less than that of a turn."""

READERS = 8


@pytest.fixture
def server(make_breakable: MakeServer) -> Iterator[BreakableServer]:
    server = make_breakable(fsync="off")
    yield server
    server.thaw()


def _warm(server: BreakableServer, monkeypatch: pytest.MonkeyPatch) -> Database:
    """With as many open connections as there will be readers."""
    monkeypatch.setattr("data.database.LOCK_WAIT_SECONDS", 1)
    database = Database(server.create(), patience=PATIENCE)
    with ExitStack() as stack:
        for _ in range(READERS):
            stack.enter_context(database.reading())
    return database


def test_whoever_reads_from_a_server_that_hangs_is_told_and_none_stays(
    server: BreakableServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = _warm(server, monkeypatch)
    server.freeze()

    def read() -> str:
        try:
            with database.reading() as connection:
                connection.execute(text("SELECT 1"))
        except DatabaseUnavailableError as error:
            return str(error)
        return "read"

    with ThreadPoolExecutor(READERS) as threads:
        began = time.monotonic()
        told = [done.result(30) for done in [threads.submit(read) for _ in range(READERS)]]
        slowest = time.monotonic() - began
    print(f"the slowest of {READERS} was told after {slowest:.1f} s")
    assert "read" not in told
    assert slowest < 15
    assert database.standing().state == "away"
    # Nobody waits any more but one.
    assert database.recover().state == "away"
    server.thaw()
    assert database.recover().state == "up"
    assert read() == "read"
    database.close()


def test_a_statement_that_hangs_ends_within_its_patience(
    server: BreakableServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = _warm(server, monkeypatch)

    def hang() -> None:
        with database.transaction() as connection:
            server.freeze()
            connection.execute(text("SELECT 1"))

    with pytest.raises(DatabaseUnavailableError, match="the server did not answer within"):
        hang()
    server.thaw()
    with pytest.raises(DatabaseUnavailableError, match="statement timeout"), database.reading() as connection:
        connection.execute(text("SELECT pg_sleep(60)"))
    database.close()


def test_a_migration_takes_as_long_as_it_takes(server: BreakableServer, monkeypatch: pytest.MonkeyPatch) -> None:
    database = _warm(server, monkeypatch)

    def slowly(connection: Connection) -> None:
        connection.execute(text(f"SELECT pg_sleep({PATIENCE * 2})"))

    monkeypatch.setattr("data.migrations.upgrade", slowly)
    database.migrate()
    with database.reading() as connection:
        assert connection.execute(text("SHOW statement_timeout")).scalar() == "1s"
    database.close()


@pytest.mark.skipif(not THOROUGHLY, reason="make faults: it starts the whole line")
def test_calls_are_answered_by_a_line_whose_server_hangs_under_its_pages(
    server: BreakableServer, tmp_path: Path
) -> None:
    """Both processes of ``ivr serve``, with open connections and with clients that ask for pages all the time."""
    write_line(tmp_path / "flows" / "ensaio")
    key = {"IVR_DATABASE_URL": server.create(), "IVR_SECRET_KEY": "k" * 32}
    process = _serve(tmp_path, "--port", "0", **key)
    served = _greeted(process, tmp_path)
    over = threading.Event()

    def answered(number: int) -> float:
        """Seconds that the slower one of a call's first two turns took."""
        parties = {"CallSid": f"CA{number:032x}", "From": "+5511987654321", "To": "+551140030015"}
        seconds = []
        for path in ("voice", "turn/1"):
            answer = requests.post(f"{served.at}/twilio/{path}", data=parties | {"Digits": "2"}, timeout=30)
            assert (answer.status_code, "<Response>" in answer.text) == (200, True)
            seconds.append(answer.elapsed.total_seconds())
        return max(seconds)

    def ask(address: str) -> None:
        while not over.wait(0.5):
            with suppress(requests.RequestException):
                requests.get(address, timeout=30)

    try:
        with ThreadPoolExecutor(16) as threads:
            list(threads.map(answered, range(8)))  # as many open connections
            server.freeze()
            pages = [f"{served.at}/health", f"{served.pages}/", f"{served.pages}/metrics", f"{served.pages}/health"]
            asking = [threads.submit(ask, address) for address in pages * 2]
            slowest = max(threads.map(answered, range(100, 108)))
            health = requests.get(f"{served.at}/health", timeout=30)
            over.set()
            server.thaw()
            for each in asking:
                each.result(60)
    finally:
        over.set()
        server.thaw()
        _end(process)
    print(f"the slowest turn was answered after {slowest:.1f} s, /health after {health.elapsed.total_seconds():.2f} s")
    # Twilio waits for fifteen seconds.
    assert slowest < 10
    assert health.json()["status"] == "degraded"
    assert health.elapsed.total_seconds() < 3
