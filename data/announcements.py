"""Announcements that staff made: what callers of a line are told between two moments, and who said so.

A row is never deleted: it is the audit of what callers were told. An announcement of a line's files has none.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, case, insert, select, update
from sqlmodel import Field

from data.personal import About, ColumnRule, Personal, columns
from data.statement import Statement
from data.tables import table_of_records, values_of
from value_class import value_class


@value_class
class NewAnnouncement:
    """``scope`` is a destination of the line, a beginning of their names, or ``*``; ``made_by`` is a person. It is
    heard from ``since`` until just before ``until``.
    """

    line: str
    scope: str
    text: str
    since: datetime
    until: datetime
    made_by: str


@value_class
class AnnouncementRecord(NewAnnouncement):
    """An announcement as it is stored. It is gone at ``until``, or when staff end it before."""

    ended_at: datetime | None
    ended_by: str | None
    id: int


ANNOUNCEMENT = table_of_records(
    AnnouncementRecord,
    "announcement",
    id=Field(primary_key=True),
    line=Field(index=True),
)

PERSONAL = Personal(
    ANNOUNCEMENT,
    columns("id", "line", "scope", "text", "since", "until", "ended_at")
    | {
        "made_by": ColumnRule(About.STAFF, becomes="", period="announcements"),
        "ended_by": ColumnRule(
            About.STAFF, becomes=case((ANNOUNCEMENT.c.ended_by.is_not(None), "")), period="announcements"
        ),
    },
)

_MAKE = insert(ANNOUNCEMENT)
_FIND = select(ANNOUNCEMENT).where(ANNOUNCEMENT.c.id == bindparam("announcement"))
_LASTING = Statement(
    select(ANNOUNCEMENT)
    .where(ANNOUNCEMENT.c.until > bindparam("at"), ANNOUNCEMENT.c.ended_at.is_(None))
    .order_by(ANNOUNCEMENT.c.since, ANNOUNCEMENT.c.id)
)
_END = (
    update(ANNOUNCEMENT)
    .where(
        ANNOUNCEMENT.c.id == bindparam("announcement"),
        ANNOUNCEMENT.c.ended_at.is_(None),
        ANNOUNCEMENT.c.until > bindparam("now"),
    )
    .values(ended_at=bindparam("now"), ended_by=bindparam("who"))
)


def make_announcement(connection: Connection, new: NewAnnouncement) -> int:
    """Write an announcement, and return its id. Each process hears of it when it looks the next time."""
    made = connection.execute(_MAKE, values_of(new)).inserted_primary_key
    assert made is not None  # noqa: S101 - one row was inserted
    return int(made[0])


def find_announcement(connection: Connection, announcement_id: int) -> AnnouncementRecord | None:
    """Return the announcement of that id, over or not."""
    row = connection.execute(_FIND, {"announcement": announcement_id}).first()
    return AnnouncementRecord(*row) if row else None


def lasting_announcements(connection: Connection, at: datetime) -> list[AnnouncementRecord]:
    """Return the announcements of all lines that are not over at ``at`` (aware), also those that have not begun: the
    one that begins first, first.
    """
    return [AnnouncementRecord(*row) for row in _LASTING.all(connection, {"at": at})]


def end_announcement(connection: Connection, announcement_id: int, now: datetime, who: str) -> bool:
    """End the announcement before its time; False where it is over already, or where there is none."""
    return connection.execute(_END, {"announcement": announcement_id, "now": now, "who": who}).rowcount == 1
