"""Days and seasons in routing.yaml that are over, or that change nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from wording import message, phrase

if TYPE_CHECKING:
    from ivr.flow.line import Line
    from ivr.source.diagnostics import Diagnostics, Mark
    from routing.holidays import Calendar
    from routing.spans import Dates

_DAY = re.compile(r"^calendars\..*\.(?:extra|local|working)\[([0-9-]{10})\]$")


def check_dates(line: Line, diagnostics: Diagnostics, since: date) -> None:
    """Warn of days, seasons and shifts that ended before the local date ``since``, and of days without effect."""
    told: set[Mark] = set()
    for mark, fault in (*_over(line, since), *_without_effect(line, since)):
        if mark not in told:
            told.add(mark)
            diagnostics.warning(mark, fault)


def _over(line: Line, since: date) -> Iterator[tuple[Mark, str]]:
    places = line.routing.places
    for key, mark in places.items():
        day = _DAY.search(key)
        if day and date.fromisoformat(day[1]) < since:
            yield mark, message("day-is-over", "{day} is over; delete it, or write this year's day", day=day[1])
    for place, what, dates in _limited(line):
        if dates.last and dates.last < since:
            yield (
                places[place],
                message("dates-are-over", "{what} is over since {last}; delete it", what=what, last=dates.last),
            )


def _limited(line: Line) -> Iterator[tuple[str, str, Dates]]:
    """What may end by a date: where it stands, what it is called, and its dates."""
    for hours in line.routing.table.hours.values():
        for at, special in enumerate(hours.special_days):
            yield f"hours.{hours.name}.special_days[{at}]", f"'{special.name}'", special.dates
        for at, window in enumerate(hours.windows):
            what = phrase("the window {span} of the hours '{hours}'", span=window.span, hours=hours.name)
            yield f"hours.{hours.name}.windows[{at}]", what, window.dates
    for rota in line.routing.table.rotas.values():
        for at, shift in enumerate(rota.shifts):
            yield (
                f"rotas.{rota.name}.shifts[{at}]",
                phrase("a shift of the rota '{rota}'", rota=rota.name),
                shift.dates,
            )


def _without_effect(line: Line, since: date) -> Iterator[tuple[Mark, str]]:
    calendars = {hours.holidays.name: hours.holidays for hours in line.routing.table.hours.values() if hours.holidays}
    for name, calendar in calendars.items():
        for part, day, why in _idle(calendar):
            mark = line.routing.places.get(f"calendars.{name}.{part}[{day}]")
            if mark and day >= since:
                yield (
                    mark,
                    message(
                        "day-without-effect",
                        "{day} of '{part}' in the calendar '{name}' changes nothing: {why}; delete it",
                        day=day,
                        part=part,
                        name=name,
                        why=why,
                    ),
                )


def _idle(calendar: Calendar) -> Iterator[tuple[str, date, str]]:
    """Each day that ops wrote and that has no effect, the section in which it stands, and why."""
    every_day = replace(calendar, working=frozenset())
    country = replace(every_day, extra={}, local={}, state=None, city=None)
    for day in sorted(calendar.working):
        if every_day.on(day) is None:
            yield "working", day, phrase("it is no holiday")
    for part, days in (("extra", calendar.extra), ("local", calendar.local)):
        for day in sorted(days):
            national = country.on(day)
            if day in calendar.working:
                yield part, day, phrase("it is one of 'working'")
            elif part == "local" and day in calendar.extra:
                yield part, day, phrase("'extra' has it too, and holds")
            elif national:
                yield part, day, phrase("the whole country keeps it ({national})", national=national.name)
