"""Spans of a day, days of the week and dates are read as operators write them, and placed on a zone's clock."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from value_class import value_class
from wording import message

MIDNIGHT = time(0)
"""As the end of a span this is 24:00, the end of the day."""

DAY = timedelta(days=1)
EVERY_DAY = frozenset(range(7))
DAY_NAMES = ("seg", "ter", "qua", "qui", "sex", "sab", "dom")

_SPAN = re.compile(r"\s*([0-9]{1,2}):([0-9]{2})\s*-\s*([0-9]{1,2}):([0-9]{2})\s*")
_MINUTE = timedelta(minutes=1)


@value_class
class Span:
    """A span is a stretch of local time from ``opens`` until just before ``closes``, in whole minutes.

    It belongs to the day on which it begins: one that closes earlier than it opens (22:00-06:00) ends on the
    next day. ``closes`` 00:00 is the end of the day. Raises ValueError for a span without length.
    """

    opens: time
    closes: time

    def __post_init__(self) -> None:
        if any(end.second or end.microsecond or end.tzinfo for end in (self.opens, self.closes)):
            raise ValueError(
                message("span-not-of-whole-minutes", "a window opens and closes at whole minutes of local time")
            )
        if self.opens == self.closes != MIDNIGHT:
            raise ValueError(
                message(
                    "span-without-length", "'{span}' ends when it begins; for a whole day write 00:00-24:00", span=self
                )
            )

    def __str__(self) -> str:
        end = "24:00" if self.closes == MIDNIGHT else f"{self.closes:%H:%M}"
        return f"{self.opens:%H:%M}-{end}"

    @property
    def past_midnight(self) -> bool:
        """Return whether the span ends on the day after it begins."""
        return MIDNIGHT < self.closes < self.opens

    def holds(self, moment: time, *, day_after: bool = False) -> bool:
        """Return whether the local time ``moment`` lies in the span, on the day it begins or on the day after."""
        if day_after:
            return self.past_midnight and moment < self.closes
        return self.opens <= moment and (self.closes <= self.opens or moment < self.closes)

    def minutes(self) -> tuple[int, int]:
        """Return the ends of the span in minutes from the midnight before it."""
        begin = self.opens.hour * 60 + self.opens.minute
        end = self.closes.hour * 60 + self.closes.minute
        return begin, end if end > begin else end + 1440


@value_class
class Dates:
    """Local dates from ``first`` to ``last``, both within; None is without bound. ValueError where none is left."""

    first: date | None = None
    last: date | None = None

    def __post_init__(self) -> None:
        if self.first and self.last and self.last < self.first:
            raise ValueError(
                message(
                    "dates-turned-round",
                    "{last} comes before {first}; write the earlier date first",
                    last=self.last,
                    first=self.first,
                )
            )

    def holds(self, day: date) -> bool:
        """Return whether ``day`` is one of the dates."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)

    def overlaps(self, other: Dates) -> bool:
        """Return whether some date is in both."""
        first = max(self.first or date.min, other.first or date.min)
        return first <= min(self.last or date.max, other.last or date.max)


ALWAYS = Dates()


def week_overlap(one: Span, one_days: frozenset[int], other: Span, other_days: frozenset[int]) -> int | None:
    """Return the first day of the week (0 is Monday) on which both spans hold at some moment, or None."""
    (begin, end), (other_begin, other_end) = one.minutes(), other.minutes()
    shared = [
        (max(begin + 1440 * day, other_begin + 1440 * (other_day + shift)) // 1440) % 7
        for day in one_days
        for other_day in other_days
        for shift in (-7, 0, 7)  # Sunday's night is Monday's morning
        if begin + 1440 * day < other_end + 1440 * (other_day + shift)
        and other_begin + 1440 * (other_day + shift) < end + 1440 * day
    ]
    return min(shared, default=None)


def moments(day: date, clock: Iterable[time], zone: tzinfo) -> list[datetime]:
    """Return the instants (UTC, in order) at which a clock of ``zone`` shows one of the times ``clock`` on ``day``.

    Where the clocks are put forward or back on that day, the instant of the change is one as well, and a time
    that they show twice counts twice. They are in UTC because Python compares two times of one zone as the
    clock shows them.
    """
    midnight = datetime.combine(day, MIDNIGHT, zone)
    offset = midnight.utcoffset()
    if offset is not None and offset == (midnight + DAY).utcoffset():
        return [datetime.combine(day, shown, UTC) - offset for shown in sorted(set(clock))]
    found = {
        datetime.combine(day, shown.replace(fold=fold), zone).astimezone(UTC) for shown in clock for fold in (0, 1)
    }
    found.add(_change(midnight, midnight + DAY))
    return sorted(moment for moment in found if moment.astimezone(zone).date() == day)


def _change(first: datetime, last: datetime) -> datetime:
    """The instant (UTC) between two of one zone at which its clocks are changed."""
    zone, low, high = first.tzinfo, first.astimezone(UTC) - _MINUTE, last.astimezone(UTC)
    offset = low.astimezone(zone).utcoffset()
    while high - low > _MINUTE:
        middle = low + (high - low) // 2 // _MINUTE * _MINUTE
        if middle.astimezone(zone).utcoffset() == offset:
            low = middle
        else:
            high = middle
    return high


def parse_span(text: str) -> Span:
    """Read ``08:00-12:00``, ``22:00-06:00`` or ``18:00-24:00`` as a span; ValueError for what is none."""
    found = _SPAN.fullmatch(text)
    if not found:
        raise ValueError(
            message("span-malformed", "'{text}' is no stretch of a day; write it like 08:00-12:00", text=text)
        )
    opens, closes = (_time(text, int(found[at]), int(found[at + 1])) for at in (1, 3))
    if opens is None:
        raise ValueError(
            message("span-begins-at-24", "'{text}' cannot begin at 24:00; write 00:00 and the next day", text=text)
        )
    if closes == MIDNIGHT:
        raise ValueError(
            message("span-ends-at-0", "'{text}' ends at 00:00; write 24:00 for the end of the day", text=text)
        )
    return Span(opens, closes or MIDNIGHT)


def _time(text: str, hour: int, minute: int) -> time | None:
    """None for 24:00."""
    if (hour, minute) == (24, 0):
        return None
    if hour > 23 or minute > 59:
        raise ValueError(
            message(
                "time-of-day-malformed",
                "'{text}' holds no time of day, {hour:02}:{minute:02}; write 00:00 to 24:00",
                text=text,
                hour=hour,
                minute=minute,
            )
        )
    return time(hour, minute)
