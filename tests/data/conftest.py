"""A database with tables and a vault whose argon2 is cheap; documents are read by the line's own rules."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from data.database import Database
from data.vault import Vault


@pytest.fixture(scope="session")
def vault(server_vault: Vault) -> Vault:
    return server_vault


@pytest.fixture(scope="session")
def _empty() -> Iterator[Database]:
    database = Database("sqlite://")
    database.migrate()
    yield database
    database.close()


@pytest.fixture
def database(_empty: Database) -> Iterator[Database]:
    """Tables and nothing in them."""
    copy = _empty.copy()
    yield copy
    copy.close()


@pytest.fixture
def demo_database(server_database: Database) -> Database:
    """The demo data."""
    return server_database


@pytest.fixture
def file_database(tmp_path: Path, _migrated_file: Path) -> Iterator[Database]:
    """A SQLite file with tables, which threads share as they do when the line is served."""
    shutil.copyfile(_migrated_file, tmp_path / "ivr.db")
    database = Database(f"sqlite:///{tmp_path / 'ivr.db'}")
    yield database
    database.close()
