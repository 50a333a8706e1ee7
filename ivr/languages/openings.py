"""An opening is told to callers as the day, and the hour of that day, at which a destination opens."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from value_class import value_class


@value_class
class Openings:
    """The words of one language for a moment to come.

    ``day`` says a date that is neither today nor tomorrow (the second date is today), ``hour`` a time of day, and
    ``other_day`` stands for an opening that is not known. Both say it in pieces, which are joined by blanks: a recorded
    voice has a clip of each.
    """

    today: str
    tomorrow: str
    other_day: str
    day: Callable[[date, date], tuple[str, ...]]
    hour: Callable[[datetime], tuple[str, ...]]

    def spoken(self, opens_at: datetime | None, now: datetime) -> str:
        """Return an opening in words: ``hoje às treze e meia``, ``mañana a las ocho``, ``on Monday the 23rd at 7``.

        Both moments are aware; days are counted in the zone of ``opens_at``. None is no opening within a year.
        """
        if opens_at is None:
            return self.other_day
        today, day = now.astimezone(opens_at.tzinfo).date(), opens_at.date()
        if day == today:
            told: tuple[str, ...] = (self.today,)
        elif day == today + timedelta(days=1):
            told = (self.tomorrow,)
        else:
            told = self.day(day, today)
        return " ".join((*told, *self.hour(opens_at)))

    def spoken_day(self, day: date, today: date) -> str:
        """Return a day in words, without an hour: ``hoje``, ``mañana``, ``na segunda-feira, dia 23``."""
        return " ".join(self.day_pieces(day, today))

    def day_pieces(self, day: date, today: date) -> tuple[str, ...]:
        """Return the same in the pieces of which a recorded voice has clips."""
        if day == today:
            return (self.today,)
        if day == today + timedelta(days=1):
            return (self.tomorrow,)
        *before, last = self.day(day, today)
        return (*before, last.rstrip(","))


def same_month(day: date, today: date) -> bool:
    """True where the month need not be named."""
    return (day.year, day.month) == (today.year, today.month)
