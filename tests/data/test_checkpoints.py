"""What is committed comes from the log of SQLite into its file beside the turns, so that none of them waits for it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from data.database import Database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'line.sqlite'}")
    with database.transaction() as connection:
        connection.execute(text("CREATE TABLE noted (words TEXT)"))
    yield database
    database.close()


def note(database: Database, words: str) -> None:
    with database.transaction(durable=False) as connection:
        connection.execute(text("INSERT INTO noted VALUES (:words)"), {"words": words})


def noted_in(file: Path, folder: Path) -> list[str]:
    """What the file tells without the log beside it."""
    alone = Database(f"sqlite:///{shutil.copy(file, folder / 'alone.sqlite')}")
    with alone.reading() as connection:
        told = [row[0] for row in connection.execute(text("SELECT words FROM noted"))]
    alone.close()
    return told


def test_a_turn_leaves_what_it_wrote_in_the_log(database: Database, tmp_path: Path) -> None:
    database.checkpoint()
    for number in range(1500):
        note(database, f"{number}".zfill(3000))
    assert noted_in(tmp_path / "line.sqlite", tmp_path) == []


def test_a_checkpoint_brings_the_log_into_the_file(database: Database, tmp_path: Path) -> None:
    note(database, "one")
    database.checkpoint()
    assert noted_in(tmp_path / "line.sqlite", tmp_path) == ["one"]


def test_a_checkpoint_waits_for_no_writer_and_no_writer_for_it(database: Database, tmp_path: Path) -> None:
    note(database, "one")
    with database.transaction() as connection:
        connection.execute(text("INSERT INTO noted VALUES ('two')"))
        database.checkpoint()
        assert noted_in(tmp_path / "line.sqlite", tmp_path) == ["one"]
    database.checkpoint()
    assert noted_in(tmp_path / "line.sqlite", tmp_path) == ["one", "two"]


def test_a_checkpoint_makes_no_file_where_the_database_is_gone(database: Database, tmp_path: Path) -> None:
    note(database, "one")
    for file in tmp_path.glob("line.sqlite*"):
        file.unlink()
    database.checkpoint()
    assert list(tmp_path.glob("line.sqlite*")) == []
