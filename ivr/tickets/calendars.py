"""A work calendar says when the clock of tickets runs: by which hours, from which day on.

Working time is when a desk is open, when its staff are on call, and the breaks that are kept within: the published
07:00-19:00 of Suporte, local holidays on call there included (seed 003 p. 15). Emergency closures are no part of
``Hours``, so that they stop no clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo

from ivr.tickets.work_days import NO_TIME, DayOff, SkippedDay, WorkDay, WorkedInterval
from routing.hours import LOOK_AHEAD_DAYS, Closed, Hours, OnCall, Status
from routing.spans import DAY, MIDNIGHT
from value_class import value_class
from wording import message

_KEPT_DAYS = 8 * LOOK_AHEAD_DAYS
"""Days of which a calendar keeps the working time: about 300 bytes each. A year of tickets asks for two years."""


@value_class
class CalendarVersion:
    """From the local date ``since`` on, the working time is that of ``hours``."""

    since: date
    hours: Hours


@dataclass(slots=True)
class _KnownDays:
    """Days that were worked out already, and follow from what never changes; threads at worst work one out twice."""

    days: dict[date, WorkDay] = field(default_factory=dict)


@value_class
class WorkCalendar:
    """A work calendar is a name and its versions, each from a local date on; before the first one the first holds.

    All versions keep one time zone. Raises ValueError without a version, for two of one day, and for two zones.
    """

    name: str
    versions: tuple[CalendarVersion, ...]
    _known: _KnownDays = field(default_factory=_KnownDays, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.versions:
            raise ValueError(
                message(
                    "work-calendar-without-versions",
                    "the work calendar '{name}' has no hours; write from which day on which hours count",
                    name=self.name,
                )
            )
        days = [version.since for version in self.versions]
        twice = next((day for day in days if days.count(day) > 1), None)
        if twice:
            raise ValueError(
                message(
                    "work-calendar-day-twice",
                    "two hours of the work calendar '{name}' count from {day} on; delete one",
                    name=self.name,
                    day=twice,
                )
            )
        if len({str(version.hours.zone) for version in self.versions}) > 1:
            raise ValueError(
                message(
                    "work-calendar-of-two-zones",
                    "the hours of the work calendar '{name}' keep different time zones; write hours of one zone",
                    name=self.name,
                )
            )
        object.__setattr__(self, "versions", tuple(sorted(self.versions, key=lambda version: version.since)))

    @property
    def zone(self) -> tzinfo:
        """Return the time zone whose dates and clock the calendar keeps."""
        return self.versions[0].hours.zone

    def version_on(self, day: date) -> CalendarVersion:
        """Return the version that holds on the local date ``day``."""
        held = self.versions[0]
        for version in self.versions:
            if version.since <= day:
                held = version
        return held

    def label_on(self, day: date) -> str:
        """Return the version of that date as it is printed: ``suporte@2026-01-01``."""
        return f"{self.name}@{self.version_on(day).since}"

    def local_date(self, instant: datetime) -> date:
        """Return the date that the calendar's clock shows at ``instant`` (aware)."""
        return instant.astimezone(self.zone).date()

    def on(self, day: date) -> WorkDay:
        """Return the working time of the local date ``day``."""
        known = self._known.days.get(day)
        if known is None:
            if len(self._known.days) >= _KEPT_DAYS:
                self._known.days = {}
            known = self._known.days[day] = self._day(day)
        return known

    def after(self, day: WorkDay) -> WorkDay:
        """Return the working time of the local date after ``day``."""
        return self.on(day.day + DAY)

    def opening_from(self, instant: datetime, until: datetime) -> datetime | None:
        """Return the first instant of working time from ``instant`` on and before ``until``, UTC; None for none."""
        day = self.on(self.local_date(instant))
        while day.begins < until:
            for begins, ends in day.stretches:
                if ends > instant:
                    found = max(begins, instant.astimezone(UTC))
                    return found if found < until else None
            day = self.after(day)
        return None

    def begins(self, day: date) -> datetime:
        """Return the instant, UTC, at which the local date ``day`` begins.

        Where clocks skip midnight it is the instant of the change, and where they show it twice the first time.
        """
        return datetime.combine(day, MIDNIGHT, self.zone).astimezone(UTC)

    def _day(self, day: date) -> WorkDay:
        version = self.version_on(day)
        hours = version.hours
        stretches: list[tuple[datetime, datetime]] = []
        name: str | None = None
        statuses: list[Status] = []
        midnight = self.begins(day)
        for stretch in hours.stretches(midnight, self.begins(day + DAY)):
            statuses.append(stretch.status)
            if not _is_working(stretch.status):
                continue
            if isinstance(stretch.status, OnCall):
                name = name or stretch.status.holiday_name
            begins, ends = stretch.begins.astimezone(UTC), stretch.ends.astimezone(UTC)
            if stretches and stretches[-1][1] == begins:
                stretches[-1] = (stretches[-1][0], ends)
            else:
                stretches.append((begins, ends))
        total = sum((ends - begins for begins, ends in stretches), NO_TIME)
        closed = [status for status in statuses if isinstance(status, Closed)]
        name = name or next((status.holiday_name for status in closed if status.holiday_name), None)
        label = f"{self.name}@{version.since}"
        whole = tuple(
            WorkedInterval(begins.astimezone(self.zone), ends.astimezone(self.zone), label, name)
            for begins, ends in stretches
        )
        skipped = None if total else SkippedDay(day, _why_off(closed), name, label)
        return WorkDay(day, midnight, label, tuple(stretches), total, name, whole, skipped)


WorkCalendars = Mapping[str, WorkCalendar]
"""The work calendars of a line by name."""


def _is_working(status: Status) -> bool:
    return not isinstance(status, Closed) or status.pause


def _why_off(statuses: list[Closed]) -> DayOff:
    reasons = {status.reason for status in statuses}
    if "holiday" in reasons:
        return "holiday"
    if "special-day" in reasons:
        return "special-day"
    return "weekend" if "weekend" in reasons else "closed"
