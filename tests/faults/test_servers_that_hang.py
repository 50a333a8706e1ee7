"""A PostgreSQL server whose processes are stopped under connections that are open: nobody waits without end."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from sqlalchemy import Connection, text

from data.database import Database, DatabaseUnavailableError
from tests.faults.breakable import BreakableServer
from tests.faults.conftest import MakeServer

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
