"""The working time of one day, as a calendar knows it once and every forecast counts it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Literal

from value_class import value_class

NO_TIME = timedelta()

DayOff = Literal["holiday", "special-day", "weekend", "closed"]
"""Why a day has no working time; ``closed`` is a day of the week without windows."""


@value_class
class WorkedInterval:
    """Working time that was counted on one local date, in the zone of its calendar.

    ``label`` is the calendar's version (``suporte@2026-01-01``); ``name`` the holiday or special day by whose hours it
    was counted.
    """

    begins: datetime
    ends: datetime
    label: str
    name: str | None = None

    @property
    def length(self) -> timedelta:
        """Return how long it is; a clock that is changed within does not matter."""
        return self.ends.astimezone(UTC) - self.begins.astimezone(UTC)


@value_class
class SkippedDay:
    """A local date on which the clock ran and the calendar has no working time; ``name`` is that of the holiday or
    special day.
    """

    day: date
    reason: DayOff
    name: str | None
    label: str


@value_class
class WorkDay:
    """The working time of one local date, which begins at ``begins``: its stretches in order, UTC; none of them touch.

    ``label`` names the version of the calendar that holds on it. ``name`` is the holiday or special day that it is,
    where its hours follow from one. ``whole`` is what counts where all of it does, one interval a stretch; ``skipped``
    tells of a day without working time.
    """

    day: date
    begins: datetime
    label: str
    stretches: tuple[tuple[datetime, datetime], ...]
    total: timedelta
    name: str | None
    whole: tuple[WorkedInterval, ...]
    skipped: SkippedDay | None
