"""Both databases, empty: a release fills them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from data.database import Database
from tests.databases import THOROUGHLY, Kind, database_kind
from tests.postgres import PostgresServer
from tests.upgrades.releases import RELEASES, left_by

__all__ = ["database_kind"]


@pytest.fixture(params=RELEASES if THOROUGHLY else RELEASES[-1:])
def left_behind(request: pytest.FixtureRequest, database_kind: Kind, tmp_path: Path) -> Iterator[Database]:
    """What a release left, not migrated."""
    if database_kind == "sqlite":
        url = f"sqlite:///{tmp_path / 'line.sqlite'}"
    else:
        server: PostgresServer = request.getfixturevalue("postgres_server")
        url = server.create()
    database = left_by(request.param, url)
    yield database
    database.close()
    if database_kind == "postgresql":
        server.drop(url)
