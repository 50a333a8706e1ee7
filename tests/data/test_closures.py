"""Emergency closures are kept, end by themselves, and stay behind as a record of who did what."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from data.closures import CLOSURE, ClosureRecord, NewClosure, close_destination, open_destination, standing_closures
from data.database import Database

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def _close(database: Database, scope: str = "suporte", until: datetime | None = None, line: str = "ensaio") -> None:
    with database.transaction() as connection:
        close_destination(connection, NewClosure(line, scope, "falta de luz", NOON, until, "bia"))


def _standing(database: Database, at: datetime, line: str = "ensaio") -> list[str]:
    with database.reading() as connection:
        return [closure.scope for closure in standing_closures(connection, line, at)]


def test_a_closure_holds_from_its_first_moment_until_just_before_its_last(database: Database) -> None:
    _close(database, until=NOON + HOUR)
    moments = (NOON - timedelta(seconds=1), NOON, NOON + HOUR - timedelta(seconds=1), NOON + HOUR)
    assert [_standing(database, at) for at in moments] == [[], ["suporte"], ["suporte"], []]


def test_a_closure_without_an_end_holds_until_somebody_opens(database: Database) -> None:
    _close(database)
    assert _standing(database, NOON + 10_000 * HOUR) == ["suporte"]
    with database.transaction() as connection:
        (ended,) = open_destination(connection, "ensaio", "suporte", NOON + HOUR, "caio")
    assert ended.opened_by is None, "as it stood before"
    assert _standing(database, NOON + HOUR - timedelta(seconds=1)) == ["suporte"]
    assert _standing(database, NOON + HOUR) == []


def test_only_the_closure_of_exactly_that_name_is_ended(database: Database) -> None:
    for scope in ("suporte", "suporte.rm", "*"):
        _close(database, scope)
    with database.transaction() as connection:
        assert [each.scope for each in open_destination(connection, "ensaio", "suporte", NOON + HOUR, "caio")] == [
            "suporte"
        ]
        assert open_destination(connection, "ensaio", "cst", NOON + HOUR, "caio") == []
    assert _standing(database, NOON + HOUR) == ["suporte.rm", "*"]


def test_a_closure_is_of_one_line(database: Database) -> None:
    _close(database, line="internacional")
    assert _standing(database, NOON) == []
    assert _standing(database, NOON, "internacional") == ["suporte"]


def test_nothing_is_forgotten_of_who_closed_and_who_opened(database: Database) -> None:
    _close(database)
    with database.transaction() as connection:
        open_destination(connection, "ensaio", "suporte", NOON + HOUR, "caio")
    with database.reading() as connection:
        (kept,) = (ClosureRecord(*row) for row in connection.execute(select(CLOSURE)))
    assert kept == ClosureRecord("ensaio", "suporte", "falta de luz", NOON, None, "bia", NOON + HOUR, "caio", kept.id)


def test_a_moment_without_a_zone_is_refused(database: Database) -> None:
    naive = datetime(2026, 3, 10, 12)
    with pytest.raises(Exception, match="time zone"), database.transaction() as connection:
        close_destination(connection, NewClosure("ensaio", "suporte", "falta de luz", naive, None, "bia"))
