"""Announcements are kept, end by themselves or by staff, and stay behind as a record of what callers were told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from data.announcements import (
    AnnouncementRecord,
    NewAnnouncement,
    end_announcement,
    find_announcement,
    lasting_announcements,
    make_announcement,
)
from data.database import Database

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def _make(database: Database, text: str = "Aviso.", since: datetime = NOON, line: str = "ensaio") -> int:
    with database.transaction() as connection:
        return make_announcement(connection, NewAnnouncement(line, "*", text, since, since + HOUR, "bia"))


def _lasting(database: Database, at: datetime) -> list[str]:
    with database.reading() as connection:
        return [each.text for each in lasting_announcements(connection, at)]


def test_all_that_is_not_over_is_found_the_first_first(database: Database) -> None:
    _make(database, "Depois.", NOON + 5 * HOUR)
    _make(database, "Agora.")
    _make(database, "Em outra linha.", NOON + HOUR, "internacional")
    assert _lasting(database, NOON) == ["Agora.", "Em outra linha.", "Depois."]
    assert _lasting(database, NOON + HOUR) == ["Em outra linha.", "Depois."]
    assert _lasting(database, NOON + 6 * HOUR) == []


def test_one_is_ended_once_and_only_before_its_end(database: Database) -> None:
    number = _make(database)
    with database.transaction() as connection:
        assert not end_announcement(connection, number + 1, NOON, "caio")
        assert not end_announcement(connection, number, NOON + HOUR, "caio"), "it is over by itself"
        assert [end_announcement(connection, number, NOON + HOUR / 2, who) for who in ("caio", "rui")] == [True, False]
        found = find_announcement(connection, number)
    assert _lasting(database, NOON) == []
    assert found == AnnouncementRecord(
        "ensaio", "*", "Aviso.", NOON, NOON + HOUR, "bia", NOON + HOUR / 2, "caio", number
    )
