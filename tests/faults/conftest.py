"""What is promised here holds on SQLite and on PostgreSQL; and servers that may be broken."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from data.database import Database
from ivr.call.lines import Lines
from ivr.flow.line import Line
from tests.conftest import Now
from tests.databases import LEFT_OUT, database_kind, database_url, required, server_database
from tests.faults.breakable import BreakableServer
from tests.faults.company import AT
from tests.faults.disk import FaultyDisk, NoFaultyDiskError
from tests.faults.served import PUBLIC_URL, TOKEN
from tests.line_server import ACCOUNT, LineServer
from tests.postgres import NoPostgresError

__all__ = ["database_kind", "database_url", "server_database"]

MakeServer = Callable[..., BreakableServer]


@pytest.fixture
def undisturbed(shipped_line: Line, clock: Now, _filled: Database) -> Iterator[LineServer]:
    """The shipped line in this process, with a database of its own in memory, to which nothing happens."""
    clock.moment = AT
    database = _filled.copy()
    yield LineServer(
        Lines([shipped_line]), database, clock, public_url=PUBLIC_URL, auth_token=TOKEN, account_sid=ACCOUNT
    )
    database.close()


@pytest.fixture
def make_breakable() -> Iterator[MakeServer]:
    """Starts a PostgreSQL server of the test's own; where there is none, the test is left out, or fails."""
    with breakable_servers() as make:
        yield make


@contextmanager
def breakable_servers() -> Iterator[MakeServer]:
    """Starts PostgreSQL servers that end with this; where there is none, the test is left out, or fails."""
    started: list[BreakableServer] = []

    def make(**settings: str) -> BreakableServer:
        try:
            started.append(BreakableServer(**settings))
        except NoPostgresError as error:
            if required():
                pytest.fail(f"a PostgreSQL of our own is required (IVR_TEST_REQUIRE_POSTGRES): {error}", pytrace=False)
            pytest.skip(f"{LEFT_OUT}: {error}")
        return started[-1]

    try:
        yield make
    finally:
        for server in started:
            server.stop()


@contextmanager
def faulty_disk(path: str) -> Iterator[FaultyDisk]:
    """The disk of what lies at ``path``. Without a C compiler on Linux the test is left out, or fails."""
    try:
        disk = FaultyDisk(path)
    except NoFaultyDiskError as error:
        if required():
            pytest.fail(f"a disk that fails is required (IVR_TEST_REQUIRE_POSTGRES): {error}", pytrace=False)
        pytest.skip(f"left out, no disk that fails: {error}")
    try:
        yield disk
    finally:
        disk.close()
