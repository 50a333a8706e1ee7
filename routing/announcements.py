"""An announcement is a sentence that callers hear between two moments: of the whole line, or on the way to a
destination.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from routing.closures import EVERYTHING, in_scope
from value_class import value_class
from wording import message

MOST_AT_ONCE: Final = 3
"""Announcements that one caller may hear one after the other; more keep callers from what they called for."""


@value_class
class Announcement:
    """An announcement holds from ``since`` (None: however early) until just before ``until``, both aware.

    ``name`` tells it from others of its line. ``scope`` is a destination, a beginning of names (``suporte`` is every
    destination below it too) or ``*``, the whole line. Raises ValueError for a time without a zone and for one that
    ends before it begins.
    """

    name: str
    scope: str
    text: str
    since: datetime | None
    until: datetime

    def __post_init__(self) -> None:
        if self.until.tzinfo is None or (self.since and self.since.tzinfo is None):
            raise ValueError("an announcement begins and ends at aware datetimes; give them a time zone")
        if self.since and self.until <= self.since:
            raise ValueError(
                message("announcement-ends-before", "an announcement ends after it begins; give a later 'until'")
            )

    @property
    def is_of_line(self) -> bool:
        """Return whether every caller of the line hears it."""
        return self.scope == EVERYTHING

    def holds(self, at: datetime) -> bool:
        """Return whether callers hear it at ``at``."""
        return (self.since is None or self.since <= at) and at < self.until

    def covers(self, destination: str) -> bool:
        """Return whether it is heard on the way to that destination; one of the whole line is not, but before."""
        return in_scope(destination, self.scope)

    def meets(self, other: Announcement) -> bool:
        """Return whether some caller may hear both one after the other, could their times be the same."""
        if self.is_of_line or other.is_of_line:
            return self.scope == other.scope
        return in_scope(self.scope, other.scope) or in_scope(other.scope, self.scope)


def most_at_once(announcement: Announcement, others: Iterable[Announcement]) -> int:
    """Return how many are heard together at most, at some moment of ``announcement``, it and those of ``others``."""
    together = [announcement, *(each for each in others if each.name != announcement.name and each.meets(announcement))]
    moments = [each.since for each in together if each.since and announcement.holds(each.since)]
    if announcement.since is None:
        # Those that have no beginning are heard together until the first of them ends.
        moments.append(min(each.until for each in together if each.since is None) - datetime.resolution)
    return max(sum(each.holds(at) for each in together) for at in moments)
