"""Every minute of the two years to come has somebody to ring or an opening to tell, and today a price holds."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from ivr.flow.checks.prices import check_prices_ahead
from routing.check import check_book

if TYPE_CHECKING:
    from ivr.flow.faults import Faults, Mark
    from ivr.flow.line import Line


_DAY = re.compile(r"^calendars\..*\.(?:extra|working)\[([0-9-]{10})\]$")


def check_ahead(line: Line, faults: Faults, since: date) -> None:
    """Gaps and overlaps of rotas, and hours that never come, from the local date ``since`` on.

    Asked of what is being edited, not of what is being served: a line does not stop because a year has ended.
    """
    check_prices_ahead(line, faults, since)
    told = set(check_book(line.routing.book))
    for problem in check_book(line.routing.book, since):
        if problem not in told and problem.destination not in line.routing.unread:
            faults.error(line.routing.places[problem.key], problem.message)
    _tell_days_that_are_over(line, faults, since)


def _tell_days_that_are_over(line: Line, faults: Faults, since: date) -> None:
    places = line.routing.places
    told: set[Mark] = set()
    for hours in line.routing.book.hours.values():
        for at, special in enumerate(hours.special_days):
            mark = places.get(f"hours.{hours.name}.special_days[{at}]")
            if mark and mark not in told and special.dates.last and special.dates.last < since:
                told.add(mark)
                faults.warning(mark, f"'{special.name}' is over since {special.dates.last}; delete it")
    for key, mark in places.items():
        day = _DAY.search(key)
        if day and date.fromisoformat(day[1]) < since:
            faults.warning(mark, f"{day[1]} is over; delete it, or write this year's day")
