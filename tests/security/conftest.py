"""What is promised here holds on SQLite and on PostgreSQL."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from tests.databases import database_kind, database_url, server_database
from tests.line_server import LineServer
from tests.security.carrier_of_recordings import carrier, rehearsal
from tests.security.guessing import attacker, caller, sids
from tests.security.remembered_customer import customer
from tests.security.signing import content
from tests.security.watching import traces, watched

__all__ = [
    "attacker",
    "caller",
    "carrier",
    "customer",
    "database_kind",
    "database_url",
    "rehearsal",
    "server_database",
    "sids",
    "traces",
    "watched",
]


@pytest.fixture
def untouched(server: LineServer, caplog: pytest.LogCaptureFixture) -> Iterator[LineServer]:
    """A server of which no row may change, and in which nothing may break, whatever the test does to it."""
    before = content(server.database)
    yield server
    assert content(server.database) == before
    broken = [record for record in caplog.records if record.levelno >= logging.ERROR or record.exc_info]
    assert broken == []
