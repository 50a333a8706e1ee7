"""A period is the time that a report is about: whole local days of a line."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

from value_class import value_class
from wording import message

MINUTES: Final = {"hour": 60, "day": 1440}
"""How long the interval of a row is that is called so."""

LONGEST: Final = timedelta(days=366)


@value_class
class ReportPeriod:
    """The days from ``first`` to ``last``, both included, as the clocks of ``zone`` count them."""

    first: date
    last: date
    zone: tzinfo

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(
                message(
                    "period-ends-before-it-begins",
                    "the period ends on {last}, before it begins, on {first}; swap the two days",
                    first=self.first.isoformat(),
                    last=self.last.isoformat(),
                )
            )
        if self.last - self.first >= LONGEST:
            raise ValueError(
                message(
                    "period-too-long",
                    "from {first} to {last} is too long for one report; ask for {most} days at most",
                    first=self.first.isoformat(),
                    last=self.last.isoformat(),
                    most=LONGEST.days,
                )
            )

    @property
    def since(self) -> datetime:
        """Return the moment at which it begins, aware."""
        return datetime.combine(self.first, time(), self.zone)

    @property
    def until(self) -> datetime:
        """Return the moment at which it is over, aware."""
        return datetime.combine(self.last + timedelta(days=1), time(), self.zone)

    @property
    def days(self) -> int:
        """Return how many days it has."""
        return (self.last - self.first).days + 1


def parse_period(since: str | None, until: str | None, today: date, zone: tzinfo) -> ReportPeriod:
    """Return the period of two days as they are typed, 2026-11-30; nothing typed is ``today``, or the other day's
    side. Raises ValueError for a text that is no day.
    """
    first = parse_day(since) if since else None
    last = parse_day(until) if until else None
    return ReportPeriod(first or min(last or today, today), last or max(first or today, today), zone)


def parse_day(text: str) -> date:
    """Return the day that is typed as 2026-11-30 or, as Brazilians write, 30/11/2026. Raises ValueError."""
    written = text.strip()
    try:
        if "/" in written:
            day, month, year = written.split("/")
            return date(int(year), int(month), int(day))
        return date.fromisoformat(written)
    except ValueError:
        raise ValueError(
            message("report-day-malformed", "'{text}' is no day; write one like 2026-11-30", text=text)
        ) from None
