"""``Announcements`` are those that staff made, as a process knows them: it reads them aside, and no turn asks for them.

While the database is away those that were known are heard, and end when they were to end. Announcements of a line's
files come with its version.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from data.announcements import AnnouncementRecord, lasting_announcements
from data.unavailable import DatabaseUnavailableError
from routing.announcements import Announcement

if TYPE_CHECKING:
    from data.database import Database
    from ivr.flow.line import Line


class Announcements:
    """The announcements of the database as one process knows them: none before its first look.

    One thread looks; others may ask meanwhile.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._of: Mapping[str, tuple[Announcement, ...]] = {}

    def refresh(self, now: datetime) -> None:
        """Look at what is announced at ``now`` (aware) or later. Where the database is away, what was known stays."""
        if self._database.standing().state != "up":
            return
        try:
            with self._database.autocommit() as connection:
                records = lasting_announcements(connection, now)
        except DatabaseUnavailableError:
            return
        self._of = {line: tuple(map(announcement_of, records)) for line in {each.line for each in records}}

    def of(self, line: str) -> tuple[Announcement, ...]:
        """Return those of the line; some may not have begun, or be over."""
        return self._of.get(line, ())


def announcement_of(record: AnnouncementRecord) -> Announcement:
    """Return a stored announcement as calls hear it; its name is no name that a file may give."""
    return Announcement(f"#{record.id}", record.scope, record.text, record.since, record.until)


def known_announcements(line: Line, records: Iterable[AnnouncementRecord]) -> list[Announcement]:
    """Return those of the line's files, and those of ``records`` that staff made on it."""
    written = [each.announcement for each in line.prompts.announcements.values()]
    return [*written, *(announcement_of(each) for each in records if each.line == line.name)]
