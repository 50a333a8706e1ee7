"""A server whose database can be taken away."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from data.database import Database
from tests.conftest import MakeServer
from tests.line_server import LineServer

Locked = Callable[[], AbstractContextManager[object]]


@pytest.fixture
def database(tmp_path: Path, _filled_file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    monkeypatch.setattr("data.database.LOCK_WAIT_SECONDS", 0.02)
    shutil.copyfile(_filled_file, tmp_path / "ivr.db")
    database = Database(f"sqlite:///{tmp_path / 'ivr.db'}")
    yield database
    database.close()


@pytest.fixture
def away(database: Database, tmp_path: Path) -> Iterator[Locked]:
    """Another connection holds the database as long as this is entered."""
    other = Database(f"sqlite:///{tmp_path / 'ivr.db'}")
    yield other.transaction
    other.close()


@pytest.fixture
def served(make_server: MakeServer, database: Database) -> LineServer:
    return make_server(database=database)
