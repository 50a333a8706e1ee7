"""Versions of lines: never changed, contents stored once, and which of them answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from data.database import Database
from data.versions import (
    CONTENT,
    NewVersion,
    NumberTakenError,
    PublishedMeanwhileError,
    contents_of,
    files_of,
    history,
    publish,
    published,
    roll_back,
    version_of_menu,
)

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
FILES = {"menu.yaml": b"line: ...", "audio/oi.wav": b"\x00\xff" * 50, "audio/de-novo.wav": b"\x00\xff" * 50}
NEW = NewVersion("ensaio", "0123456789ab", "00" * 32, "+551140030015", FILES)


def made(database: Database, new: NewVersion = NEW, at: datetime = NOW) -> int:
    with database.transaction() as connection:
        return publish(connection, new, at, "ana", "porque sim")


def test_a_version_holds_its_files_byte_by_byte(database: Database) -> None:
    assert made(database) == 1
    with database.reading() as connection:
        assert contents_of(connection, files_of(connection, "ensaio", 1)) == FILES
        assert version_of_menu(connection, "ensaio", "0123456789ab") == (1, "00" * 32)
        assert version_of_menu(connection, "ensaio", "ffffffffffff") is None
        assert files_of(connection, "ensaio", 2) == {}


def test_a_content_is_stored_once_whichever_files_have_it(database: Database) -> None:
    made(database)
    made(database, replace(NEW, files=FILES | {"menu.yaml": b"line: other"}))
    with database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(CONTENT)).scalar_one() == 3
        assert contents_of(connection, files_of(connection, "ensaio", 1)) == FILES


def test_the_newest_publication_answers_and_going_back_adds_one(database: Database) -> None:
    made(database)
    made(database, replace(NEW, menu_version="ba9876543210"), NOW + timedelta(hours=1))
    with database.reading() as connection:
        assert published(connection)["ensaio"].number == 2
        first = history(connection, "ensaio")[0]
    with database.transaction() as connection:
        roll_back(connection, first, NOW + timedelta(hours=2), "rui", "voltar")
    with database.reading() as connection:
        present = published(connection)["ensaio"]
        assert (present.number, present.kind, present.who, present.why) == (1, "rollback", "rui", "voltar")
        assert [each.number for each in history(connection, "ensaio")] == [1, 2, 1]
    assert made(database) == 3


def test_a_version_made_after_another_than_answers_is_refused(database: Database) -> None:
    made(database, replace(NEW, after=0))
    for after in (0, 2):
        with pytest.raises(PublishedMeanwhileError):
            made(database, replace(NEW, after=after))
    assert made(database, replace(NEW, after=1)) == 2


def test_a_number_that_another_line_answers_is_refused(database: Database) -> None:
    made(database)
    other = replace(NEW, line="outra")
    with pytest.raises(NumberTakenError, match="ensaio"):
        made(database, other)
    with database.reading() as connection:
        assert list(published(connection)) == ["ensaio"]
    assert made(database, replace(other, dialled="+551140030016")) == 1


def test_going_back_to_a_number_that_another_line_has_is_refused(database: Database) -> None:
    made(database)
    made(database, replace(NEW, dialled="+551140030017"))
    made(database, replace(NEW, line="outra"))
    with database.transaction() as connection, pytest.raises(NumberTakenError, match="outra"):
        roll_back(connection, history(connection, "ensaio")[0], NOW, "ana", "voltar")
