"""When a desk is open, when its staff are on call, and when it opens again."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import combinations
from typing import Literal
from zoneinfo import ZoneInfo

from routing.holidays import Calendar

LOOK_AHEAD_DAYS = 366
"""How far the next opening is looked for: a desk shut for longer has none worth telling a caller."""

MIDNIGHT = time(0)
"""As the end of a window this is 24:00, the end of the day."""

_DAYS = ("seg", "ter", "qua", "qui", "sex", "sab", "dom")
_LONG_DAYS = ("segunda", "terca", "quarta", "quinta", "sexta", "sabado", "domingo")
_SPAN = re.compile(r"\s*([0-9]{1,2}):([0-9]{2})\s*-\s*([0-9]{1,2}):([0-9]{2})\s*")

HolidayPolicy = Literal["closed", "on_call", "open"]
"""What a holiday does to a day's windows: shuts them, leaves them to the staff on call, or nothing."""

ClosedReason = Literal["night", "weekend", "break", "holiday"]


@dataclass(frozen=True, slots=True)
class Open:
    """The desk is staffed."""


@dataclass(frozen=True, slots=True)
class OnCall:
    """Only the staff on call answer. ``holiday_name`` is set where a holiday is the cause."""

    holiday_name: str | None = None


@dataclass(frozen=True, slots=True)
class Closed:
    """Nobody answers.

    ``reason`` is ``break`` between two windows of a day, ``holiday``, ``weekend`` on a Saturday or Sunday
    without windows, and ``night`` at every other time. ``opens_at`` is the first later instant at which the
    desk is open or on call, aware, in the zone of the hours; None where there is none within a year.
    """

    reason: ClosedReason
    holiday_name: str | None = None
    opens_at: datetime | None = None


Status = Open | OnCall | Closed


@dataclass(frozen=True, slots=True)
class Window:
    """One stretch of a day, on some days of the week (0 is Monday), until just before ``closes``.

    Both ends are local times of whole minutes; ``closes`` 00:00 is the end of the day. Raises ValueError for
    a window that ends before it begins: past midnight takes two.
    """

    days: frozenset[int]
    opens: time
    closes: time
    on_call: bool = False

    def __post_init__(self) -> None:
        if not self.days or not self.days <= set(range(7)):
            raise ValueError("a window needs days of the week, from 0 (Monday) to 6 (Sunday)")
        if any(end.second or end.microsecond or end.tzinfo for end in (self.opens, self.closes)):
            raise ValueError("a window opens and closes at whole minutes of local time")
        if self.closes != MIDNIGHT and self.closes <= self.opens:
            raise ValueError(
                f"the window {self} ends before it begins; past midnight, write two windows:"
                f" one until 24:00 and one from 00:00 on the next day"
            )

    def __str__(self) -> str:
        end = "24:00" if self.closes == MIDNIGHT else f"{self.closes:%H:%M}"
        return f"{self.opens:%H:%M}-{end}"

    def holds(self, moment: time) -> bool:
        """True from ``opens`` until just before ``closes``."""
        return self.opens <= moment and (self.closes == MIDNIGHT or moment < self.closes)

    def overlaps(self, other: Window) -> bool:
        """True where some moment of some day lies in both."""
        later = max(self.opens, other.opens)
        return bool(self.days & other.days) and self.holds(later) and other.holds(later)


@dataclass(frozen=True, slots=True)
class Hours:
    """A week of windows in one zone, and what holidays do to it.

    ``on_holiday`` is for national, state and extra holidays, ``on_local_holiday`` for a town's own. Windows
    of one day may not overlap (ValueError): nobody should guess which of an open and an on-call one holds.
    """

    name: str
    zone: ZoneInfo
    windows: tuple[Window, ...]
    holidays: Calendar | None = None
    on_holiday: HolidayPolicy = "closed"
    on_local_holiday: HolidayPolicy = "closed"

    def __post_init__(self) -> None:
        if not self.windows:
            raise ValueError(f"the hours '{self.name}' have no windows; give days and times: seg-sex 08:00-18:00")
        for one, other in combinations(self.windows, 2):
            if one.overlaps(other):
                day = _DAYS[min(one.days & other.days)]
                raise ValueError(
                    f"the windows {one} and {other} of the hours '{self.name}' overlap on {day};"
                    f" end one before the other begins"
                )

    @property
    def may_be_on_call(self) -> bool:
        """True where some moment can be left to the staff on call."""
        policies = (self.on_holiday, self.on_local_holiday)
        return any(window.on_call for window in self.windows) or (self.holidays is not None and "on_call" in policies)

    def at(self, instant: datetime) -> Status:
        """The desk's status at ``instant`` (aware, else ValueError)."""
        if instant.tzinfo is None:
            raise ValueError("the instant has no time zone; pass an aware datetime")
        local = instant.astimezone(self.zone)
        status = self._status(local)
        if isinstance(status, Closed):
            return Closed(status.reason, status.holiday_name, self._next_opening(local))
        return status

    def _status(self, local: datetime) -> Status:
        """As ``at``, without the next opening."""
        day = local.date()
        holiday, policy = self._holiday(day)
        if policy == "closed":
            return Closed("holiday", holiday)
        windows = self._windows(day)
        for window in windows:
            if window.holds(local.time()):
                return OnCall(holiday) if policy == "on_call" or window.on_call else Open()
        begun = [window.opens <= local.time() for window in windows]
        if any(begun) and not all(begun):
            return Closed("break")
        return Closed("weekend" if day.weekday() >= 5 and not windows else "night")

    def _holiday(self, day: date) -> tuple[str | None, HolidayPolicy]:
        name = self.holidays.name_on(day) if self.holidays else None
        if self.holidays is None or name is None:
            return None, "open"
        return name, self.on_local_holiday if self.holidays.is_local(day) else self.on_holiday

    def _windows(self, day: date) -> tuple[Window, ...]:
        return tuple(window for window in self.windows if day.weekday() in window.days)

    def _next_opening(self, local: datetime) -> datetime | None:
        now = local.astimezone(UTC)
        for offset in range(LOOK_AHEAD_DAYS + 1):
            for moment in self._beginnings(local.date() + timedelta(days=offset)):
                opens = moment.astimezone(self.zone)
                if moment > now and not isinstance(self._status(opens), Closed):
                    return opens
        return None

    def _beginnings(self, day: date) -> list[datetime]:
        """The instants (UTC, in order) at which a window of ``day`` begins, on a shut day as well.

        A local time that the clocks skip counts as the end of the gap, one that they repeat as both. They are
        in UTC because Python compares two times of one zone as the clock shows them.
        """
        return sorted(
            {
                datetime.combine(day, window.opens.replace(fold=fold), self.zone).astimezone(UTC)
                for window in self._windows(day)
                for fold in (0, 1)
            }
        )


def parse_days(text: str) -> frozenset[int]:
    """Days of the week from Portuguese words: ``seg-sex``, ``seg, qua``, ``sab-dom``, ``todos``; 0 is Monday.

    Short and long names serve, with and without accents. Raises ValueError for any other word.
    """
    plain = unicodedata.normalize("NFD", text.casefold())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    if plain.strip() == "todos":
        return frozenset(range(7))
    days: set[int] = set()
    for part in plain.split(","):
        first, dash, last = part.partition("-")
        begin = _day(first)
        end = _day(last) if dash else begin
        days.update((begin + offset) % 7 for offset in range((end - begin) % 7 + 1))
    return frozenset(days)


def _day(word: str) -> int:
    name = word.strip()
    for names in (_DAYS, _LONG_DAYS):
        if name in names:
            return names.index(name)
    raise ValueError(f"'{name}' is no day of the week; write {', '.join(_DAYS)}, seg-sex or todos")


def parse_span(text: str) -> tuple[time, time]:
    """``08:00-12:00`` as two local times; the second is 00:00 for ``24:00``. Raises ValueError."""
    found = _SPAN.fullmatch(text)
    if not found:
        raise ValueError(f"'{text}' is no stretch of a day; write it like 08:00-12:00")
    opens, closes = (_time(text, int(found[at]), int(found[at + 1])) for at in (1, 3))
    if opens is None:
        raise ValueError(f"'{text}' cannot begin at 24:00; write 00:00 and the next day")
    if closes == MIDNIGHT:
        raise ValueError(f"'{text}' ends at 00:00; write 24:00 for the end of the day")
    if closes is not None and closes <= opens:
        raise ValueError(f"'{text}' ends before it begins; past midnight, write two: until 24:00, and from 00:00 on")
    return opens, closes or MIDNIGHT


def _time(text: str, hour: int, minute: int) -> time | None:
    """None for 24:00."""
    if (hour, minute) == (24, 0):
        return None
    if hour > 23 or minute > 59:
        raise ValueError(f"'{text}' holds no time of day, {hour:02}:{minute:02}; write 00:00 to 24:00")
    return time(hour, minute)
