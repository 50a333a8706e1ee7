"""Changes of what tickets count by: the first day on which a work calendar counts otherwise.

An edit of opening hours, holidays or special days changes forecasts, too. One that begins in the past changes what was
counted already, which ops see by the day.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from ivr.flow.diff.change import Change
from ivr.flow.routing_file import RoutingFile
from ivr.tickets.calendars import WorkCalendar
from routing.spans import DAY
from wording import phrase

LOOKED_AT: Final = 2 * 366
"""Days from the beginning of a calendar on in which a difference is looked for."""


def work_calendar_changes(before: RoutingFile, after: RoutingFile) -> Iterator[Change]:
    """Yield each work calendar of both files that counts other time on some day, with the first such day."""
    if before.tickets is None or after.tickets is None:
        return
    for name, now in after.tickets.calendars.items():
        was = before.tickets.calendars.get(name)
        first = _first_other_day(was, now) if was is not None and was != now else None
        if first is not None:
            sentence = phrase(
                "the work calendar {calendar} counts other hours from {day} on, in every ticket's forecast",
                calendar=name,
                day=first,
            )
            yield Change(
                "routing", f"tickets.calendars.{name}", sentence, after.places.get(f"tickets.calendars.{name}")
            )


def _first_other_day(was: WorkCalendar, now: WorkCalendar) -> date | None:
    day = min(calendar.versions[0].since for calendar in (was, now))
    for _ in range(LOOKED_AT):
        if was.on(day).stretches != now.on(day).stretches:
            return day
        day += DAY
    return None
