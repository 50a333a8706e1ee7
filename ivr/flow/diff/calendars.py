"""Changes of holidays, told once a calendar however many desks keep it: ``the calendar matriz: 2026-12-31 …``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from ivr.flow.diff.change import Change
from ivr.flow.diff.written import differences, written
from ivr.flow.routing_file import RoutingFile
from routing.holidays import Calendar
from wording import Message, phrase


def calendar_changes(before: RoutingFile, after: RoutingFile) -> Iterator[Change]:
    """Yield what differs between the calendars that the hours of two lines keep."""
    was, now = _calendars(before), _calendars(after)
    for name in (name for name in now if name in was):
        mark = after.places.get(f"calendars.{name}")
        for told in _of(was[name], now[name]):
            yield Change("hours", name, phrase("the calendar {calendar}: {told}", calendar=name, told=told), mark)


def calendar_name(calendar: Calendar | None) -> str:
    """Return under which name hours keep ``calendar``; empty where they keep none."""
    return calendar.name if calendar else ""


def _calendars(file: RoutingFile) -> dict[str, Calendar]:
    kept = (hours.holidays for hours in file.table.hours.values())
    return {calendar.name: calendar for calendar in kept if calendar and calendar.name}


def _of(was: Calendar, now: Calendar) -> Iterator[Message]:
    for key in ("country", "state", "city"):
        old, new = written(getattr(was, key), key), written(getattr(now, key), key)
        yield from (told for _, told in differences(old, new))
    for name in sorted(now.optional - was.optional):
        yield phrase("{name} is a holiday now", name=name)
    for name in sorted(was.optional - now.optional):
        yield phrase("{name} is no holiday any more", name=name)
    yield from _days(was.extra, now.extra, phrase("a holiday"))
    yield from _days(was.local, now.local, phrase("a local holiday"))
    for day in sorted(now.working - was.working):
        yield phrase("{day} is a working day now", day=day)
    for day in sorted(was.working - now.working):
        yield phrase("{day} is no working day by order any more", day=day)


def _days(was: Mapping[date, str], now: Mapping[date, str], what: Message) -> Iterator[Message]:
    for day in sorted({*was, *now}):
        old, new = was.get(day), now.get(day)
        if old is None:
            yield phrase("{day} ({name}) is {what} now", day=day, name=new, what=what)
        elif new is None:
            yield phrase("{day} ({name}) is not {what} any more", day=day, name=old, what=what)
        elif old != new:
            yield phrase("{day} is called {now} now (was {was})", day=day, now=new, was=old)
