"""A database with tables and a vault whose argon2 is cheap; documents are read by the line's own rules."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from data import demo
from data.database import Database
from data.vault import Cost, Vault
from routing.documents import parse_document

KEY = b"a key of the tests, 32 bytes....."


@pytest.fixture(scope="session")
def vault() -> Vault:
    return Vault(KEY, Cost.rehearsal())


@pytest.fixture(scope="session")
def _empty() -> Iterator[Database]:
    database = Database("sqlite://")
    database.migrate()
    yield database
    database.close()


@pytest.fixture(scope="session")
def _demo(_empty: Database, vault: Vault) -> Iterator[Database]:
    database = _empty.copy()
    demo.load(database, vault, parse_document)
    yield database
    database.close()


@pytest.fixture
def database(_empty: Database) -> Iterator[Database]:
    """Tables and nothing in them."""
    copy = _empty.copy()
    yield copy
    copy.close()


@pytest.fixture
def demo_database(_demo: Database) -> Iterator[Database]:
    """The demo data."""
    copy = _demo.copy()
    yield copy
    copy.close()


@pytest.fixture
def file_database(tmp_path: Path) -> Iterator[Database]:
    """A SQLite file with tables, which threads share as they do when the line is served."""
    database = Database(f"sqlite:///{tmp_path / 'ivr.db'}")
    database.migrate()
    yield database
    database.close()
