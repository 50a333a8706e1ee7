"""What is promised here holds on SQLite and on PostgreSQL."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from tests.databases import database_kind, database_url, house_database
from tests.house import House
from tests.security.guessing import attacker, caller, sids
from tests.security.signing import content

__all__ = ["attacker", "caller", "database_kind", "database_url", "house_database", "sids"]


@pytest.fixture
def untouched(house: House, caplog: pytest.LogCaptureFixture) -> Iterator[House]:
    """A house of which no row may change, and in which nothing may break, whatever the test does to it."""
    before = content(house.database)
    yield house
    assert content(house.database) == before
    broken = [record for record in caplog.records if record.levelno >= logging.ERROR or record.exc_info]
    assert broken == []
