"""A database that is away, damaged or of another release when the line starts, or comes back later."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from data.database import Database, DatabaseUnavailableError
from data.migrations import HERE
from data.standing import Watch

Break = Callable[[Path], Callable[[], None]]
"""Spoils what is at a path; what it gives mends it."""


def _is_prepared(database: Database) -> bool:
    with database.reading() as connection:
        return "call" in inspect(connection).get_table_names()


def _junk(path: Path) -> Callable[[], None]:
    path.write_bytes(b"a letter to my aunt, and no database at all\n" * 100)
    return path.unlink


def _torn(path: Path) -> Callable[[], None]:
    whole = Database(f"sqlite:///{path}")
    whole.migrate()
    whole.leave_no_remains()
    whole.close()
    good = path.read_bytes()
    path.write_bytes(good[:100] + b"\xff" * 8000 + good[8100:])
    return lambda: _replace(path, good)


def _folder(path: Path) -> Callable[[], None]:
    path.mkdir()
    return path.rmdir


def _no_folder(path: Path) -> Callable[[], None]:
    path.parent.rmdir()
    path.parent.write_text("a file where the folder should be")
    return path.parent.unlink


def _locked(path: Path) -> Callable[[], None]:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    return other.close


def _newer(path: Path) -> Callable[[], None]:
    newer = Database(f"sqlite:///{path}")
    newer.migrate()
    _stands_at(newer, "9999")

    def mend() -> None:
        _stands_at(newer, _newest())
        newer.close()

    return mend


def _newest() -> str:
    return max(file.name[:4] for file in (HERE / "versions").glob("[0-9]*.py"))


def _stands_at(database: Database, revision: str) -> None:
    with database.transaction() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :it"), {"it": revision})


def _replace(path: Path, content: bytes) -> None:
    good = path.with_suffix(".good")
    good.write_bytes(content)
    good.replace(path)


BROKEN = {
    "junk": (_junk, "damaged", "is damaged: file is not a database"),
    "torn": (_torn, "damaged", "is damaged: "),
    "a folder": (_folder, "away", "is no file"),
    "no folder": (_no_folder, "away", "cannot be made"),
    "locked": (_locked, "away", "database is locked"),
    "newer": (_newer, "away", "of a newer release (revision 9999)"),
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    folder = tmp_path / "var"
    folder.mkdir()
    return folder / "line.sqlite"


@pytest.mark.parametrize("how", BROKEN)
def test_a_database_that_is_not_there_at_the_start_is_prepared_when_it_is(
    path: Path, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("data.database.LOCK_WAIT_SECONDS", 0.05)
    spoil, state, why = BROKEN[how]
    mend = spoil(path)
    before = path.read_bytes() if path.is_file() else b""
    database = Database(f"sqlite:///{path}")
    prepared: list[str] = []

    def prepare() -> None:
        database.migrate()
        prepared.append("once")

    database.prepare_by(prepare)
    for _ in range(2):
        standing = database.recover()
        assert (standing.state, why in standing.why) == (state, True), standing
        with pytest.raises(DatabaseUnavailableError, match="not there yet"), database.reading():
            pass
    assert (path.read_bytes() if path.is_file() else b"") == before
    mend()
    assert database.recover().state == "up"
    assert database.recover().state == "up"
    assert prepared == ["once"]
    assert _is_prepared(database)
    database.close()


def test_a_database_is_made_without_touching_anything(path: Path) -> None:
    path.parent.rmdir()
    Database(f"sqlite:///{path}").close()
    assert not path.parent.exists()


def test_nobody_else_uses_a_database_while_it_is_being_prepared(path: Path) -> None:
    database = Database(f"sqlite:///{path}")
    refused: list[str] = []

    def look() -> None:
        try:
            with database.reading():
                pass
        except DatabaseUnavailableError as error:
            refused.append(str(error))

    def prepare() -> None:
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
        database.migrate()

    database.prepare_by(prepare)
    assert database.recover().state == "up"
    assert refused == ["the database was not there yet since the line was started"]
    database.close()


def test_two_processes_that_migrate_at_once_migrate_once(path: Path) -> None:
    both = [Database(f"sqlite:///{path}") for _ in range(2)]
    with ThreadPoolExecutor(2) as threads:
        for done in [threads.submit(each.migrate) for each in both]:
            done.result()
    for each in both:
        assert _is_prepared(each)
        each.close()


def test_how_long_a_database_is_away_is_counted_from_the_first_trouble() -> None:
    now = [0.0]
    watch = Watch(lambda: now[0])
    now[0] = 5.0
    watch.suspect()
    now[0] = 7.0
    watch.away("it is gone", writing=False)
    watch.suspect()
    now[0] = 9.0
    assert (watch.standing().state, watch.standing().seconds) == ("away", 4.0)
    watch.good(writing=False)
    now[0] = 10.0
    assert (watch.standing().state, watch.standing().seconds) == ("up", 1.0)


def test_what_cannot_be_written_is_not_well_because_it_can_be_read() -> None:
    watch = Watch()
    watch.away("the disk is full", writing=True)
    watch.good(writing=False)
    assert watch.standing().state == "away"
    watch.good(writing=True)
    assert watch.standing().state == "up"


def test_a_database_that_was_suspected_is_well_once_it_was_looked_at(file_database: Database) -> None:
    file_database.suspect()
    assert file_database.standing().state == "suspected"
    assert file_database.recover().state == "up"


def test_a_full_disk_is_looked_at_by_writing(file_database: Database) -> None:
    file_database._availability.watch.away("the disk is full", writing=True)
    assert file_database.recover().state == "up"
    with file_database.reading() as connection:
        assert connection.execute(text("PRAGMA user_version")).scalar() == 0
