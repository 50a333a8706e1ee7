"""An oracle of forecasts that knows nothing of windows, holidays or calendars of ours: it looks at a clock each minute.

A desk is written as a table of minutes for each day of the week and of dates that are otherwise; both the oracle and
the calendars under test are made of that table, the oracle by asking a wall clock, minute by minute.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ivr.tickets.calendars import CalendarVersion, WorkCalendar
from ivr.tickets.events import EventKind, TicketEvent
from routing.holidays import Calendar
from routing.hours import HolidayPolicy, Hours
from routing.spans import Dates, Span
from routing.windows import Kind, SpecialDay, Window

MINUTE = timedelta(minutes=1)
DAY_OF_MINUTES = 24 * 60


@dataclass(frozen=True)
class Shift:
    """From ``opens`` until before ``closes``, minutes of a day from Monday, 0, on; an earlier ``closes`` is the next
    day's.
    """

    days: tuple[int, ...]
    opens: int
    closes: int
    kind: Kind = "open"


@dataclass(frozen=True)
class Desk:
    """When a desk works: shifts of the week, dates on which it does not, and dates with shifts of their own."""

    zone: ZoneInfo
    shifts: tuple[Shift, ...]
    off: frozenset[date] = frozenset()
    """Holidays that close it."""
    half: Mapping[date, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    """Special days: the minutes that are worked on them, none of which goes past midnight."""
    holidays: Calendar | None = None
    """What the router is told of holidays; the oracle reads ``off`` alone."""
    local_on_call: bool = False

    def hours(self, name: str) -> Hours:
        """The same desk as ops would write it."""
        windows = tuple(Window(frozenset(each.days), _span(each.opens, each.closes), each.kind) for each in self.shifts)
        special = tuple(
            SpecialDay(
                "meio expediente",
                Dates(day, day),
                tuple(Window(frozenset(range(7)), _span(opens, closes)) for opens, closes in spans),
            )
            for day, spans in self.half.items()
        )
        on_local: HolidayPolicy = "on_call" if self.local_on_call else "closed"
        return Hours(name, self.zone, windows, self.holidays, "closed", on_local, special)

    def works(self, instant: datetime) -> bool:
        """Whether the desk works in the minute that begins at ``instant`` (UTC), by the clock on its wall."""
        wall = instant.astimezone(self.zone)
        minute = wall.hour * 60 + wall.minute
        today, before = wall.date(), wall.date() - timedelta(days=1)
        return any(opens <= minute < closes for opens, closes in self._spans(today)) or any(
            minute < closes - DAY_OF_MINUTES for _, closes in self._spans(before)
        )

    def _spans(self, day: date) -> Iterator[tuple[int, int]]:
        """What begins on ``day``, in minutes from its midnight."""
        if day in self.half:
            yield from self.half[day]
        elif day not in self.off:
            for shift in self.shifts:
                if day.weekday() in shift.days and shift.kind != "break":
                    yield shift.opens, shift.closes + DAY_OF_MINUTES * (shift.closes <= shift.opens)


def _span(opens: int, closes: int) -> Span:
    return Span(time(*divmod(opens, 60)), time(*divmod(closes % DAY_OF_MINUTES, 60)))


@dataclass(frozen=True)
class DatedDesk:
    """A desk whose hours change on dates; the first one held before, too."""

    name: str
    versions: tuple[tuple[date, Desk], ...]

    @property
    def zone(self) -> ZoneInfo:
        """The clock that it keeps."""
        return self.versions[0][1].zone

    def calendar(self) -> WorkCalendar:
        """The work calendar that ops would write."""
        return WorkCalendar(
            self.name,
            tuple(CalendarVersion(since, desk.hours(f"{self.name}-{since}")) for since, desk in self.versions),
        )

    def on(self, day: date) -> tuple[date, Desk]:
        """The version that holds on a date."""
        begun = [version for version in self.versions if version[0] <= day]
        return begun[-1] if begun else self.versions[0]

    def works(self, instant: datetime) -> bool:
        """Whether it works in the minute that begins at ``instant``."""
        return self.on(instant.astimezone(self.zone).date())[1].works(instant)


@dataclass
class Minutes:
    """What the oracle found, minute by minute."""

    counted: list[datetime] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    at_last_event: int = 0
    running: bool = False
    pauses: list[tuple[datetime, datetime | None]] = field(default_factory=list)
    ran_on: dict[date, bool] = field(default_factory=dict)
    """Each local date on which the clock ran before the target, and whether the desk works at all on it."""

    def reached(self, target: int) -> datetime | None:
        """The end of the minute that completes ``target``."""
        return self.counted[target - 1] + MINUTE if len(self.counted) >= target else None


def count(
    events: Sequence[TicketEvent], desks: Mapping[str, DatedDesk], targets: Mapping[int, int], most: int
) -> tuple[Minutes, int]:
    """Count the minutes of a ticket whose events lie on whole minutes; ``targets`` are in minutes by severity.

    Returns them with the target. At most ``most`` minutes are looked at after the last event.
    """
    target = [targets[event.severity] for event in events if event.severity is not None][-1]
    found = Minutes()
    waiting = list(events)
    now = events[0].at.astimezone(UTC)
    with_customer = closed = merged = False
    desk: DatedDesk | None = None
    after = 0
    while True:
        while waiting and waiting[0].at <= now:
            event = waiting.pop(0)
            if event.calendar:
                desk = desks[event.calendar]
            if event.kind in {EventKind.QUESTION_ASKED, EventKind.SOLUTION_SENT}:
                with_customer = True
                found.pauses.append((now, None))
            elif event.kind in {EventKind.ANSWERED, EventKind.REFUSED}:
                with_customer = False
                found.pauses[-1] = (found.pauses[-1][0], now)
            elif event.kind in {EventKind.ACCEPTED, EventKind.SILENCE_ACCEPTED, EventKind.LEFT_UNANSWERED}:
                closed = True
                found.pauses[-1] = (found.pauses[-1][0], now)
            elif event.kind is EventKind.MERGED:
                merged = True
            elif event.kind is EventKind.MERGE_UNDONE:
                merged = False
            if not waiting:
                found.at_last_event = len(found.counted)
        found.running = not (with_customer or closed or merged)
        if not waiting and (not found.running or len(found.counted) >= target or after >= most):
            return found, target
        if not with_customer and not closed and desk is not None:
            _look(found, desk, now, target)
        now += MINUTE
        after += not waiting


def _look(found: Minutes, desk: DatedDesk, now: datetime, target: int) -> None:
    day = now.astimezone(desk.zone).date()
    if len(found.counted) < target and day not in found.ran_on:
        found.ran_on[day] = _works_on(desk, day)
    if desk.works(now):
        found.counted.append(now)
        found.labels.append(f"{desk.name}@{desk.on(day)[0]}")


def _works_on(desk: DatedDesk, day: date) -> bool:
    """Whether the desk works in any minute whose wall clock shows ``day``."""
    noon = datetime.combine(day, time(12), desk.zone).astimezone(UTC)
    around = (noon + MINUTE * each for each in range(-15 * 60, 15 * 60))
    return any(desk.works(each) for each in around if each.astimezone(desk.zone).date() == day)
