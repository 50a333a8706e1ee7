"""What a language must say of itself before a line can speak it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta


@dataclass(frozen=True, slots=True)
class Language:
    """One language.

    ``day`` says a date that is neither today nor tomorrow (the second date is today), ``hour`` a time of day. Signs of
    a document are told by plain words (small, without accents): ``digits`` and ``letters`` map them to the sign, less
    the letters that are called as they are written; ``phrases`` are replaced before accents are dropped; ``spelling``
    stands between a letter and its spelling word, ``joiner`` between two signs, though it may be a letter itself, and
    ``punctuation`` is heard and left out. ``last_resort`` is said where everything of ours is broken.
    """

    today: str
    tomorrow: str
    other_day: str
    day: Callable[[date, date], str]
    hour: Callable[[datetime], str]
    digits: Mapping[str, str]
    letters: Mapping[str, str]
    phrases: Mapping[str, str]
    spelling: str
    joiner: str
    punctuation: frozenset[str]
    last_resort: str

    def opening(self, opens_at: datetime | None, now: datetime) -> str:
        """When a desk opens. Both are aware; days are counted in the zone of ``opens_at``; None is no opening within
        a year."""
        if opens_at is None:
            return self.other_day
        today, day = now.astimezone(opens_at.tzinfo).date(), opens_at.date()
        if day == today:
            return f"{self.today} {self.hour(opens_at)}"
        if day == today + timedelta(days=1):
            return f"{self.tomorrow} {self.hour(opens_at)}"
        return f"{self.day(day, today)} {self.hour(opens_at)}"


def same_month(day: date, today: date) -> bool:
    """True where the month need not be named."""
    return (day.year, day.month) == (today.year, today.month)
