"""Changes of opening hours, told by days of the week: ``suporte closes at 18:00 from seg to sex (was 19:00)``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import TypeVar

from ivr.flow.diff.change import Change
from ivr.flow.diff.written import differences, written
from ivr.flow.routing_file import RoutingFile
from ivr.source.diagnostics import Mark
from routing.hours import Hours
from routing.spans import ALWAYS, DAY_NAMES, Dates
from routing.windows import Window

T = TypeVar("T")

Day = tuple[tuple[int, int, str], ...]
"""The windows of one day of the week: minutes from midnight, and the kind."""


def hours_changes(before: RoutingFile, after: RoutingFile) -> Iterator[Change]:
    """Yield what differs between the opening hours of two lines."""
    was, now = before.table.hours, after.table.hours
    for name in (name for name in now if name not in was):
        week = "; ".join(f"{_days(days)} {_whole(day)}" for days, day in _alike(_week(now[name], ALWAYS)) if day)
        yield Change("hours", name, f"the hours {name} are new: {week}", after.hours_marks.get(name))
    for name in (name for name in was if name not in now):
        yield Change("hours", name, f"the hours {name} are gone", before.hours_marks.get(name))
    for name in (name for name in now if name in was):
        yield from _of(name, was[name], now[name], after.hours_marks.get(name))


def _of(name: str, was: Hours, now: Hours, mark: Mark | None) -> Iterator[Change]:
    seasons = dict.fromkeys(window.dates for window in (*was.windows, *now.windows))
    for dates in seasons:
        old, new = _week(was, dates), _week(now, dates)
        differing = {day: (old[day], new[day]) for day in range(7) if old[day] != new[day]}
        for days, (one, other) in _alike(differing):
            told = f"{name} {_told(one, other, _days(days))}{_season(dates)}"
            yield Change("hours", name, told, mark)
    for _, sentence in differences(_rest(was), _rest(now)):
        yield Change("hours", name, f"the hours {name}: {sentence}", mark)


def _week(hours: Hours, dates: Dates) -> dict[int, Day]:
    windows = [window for window in hours.windows if window.dates == dates]
    return {day: tuple(sorted(_minutes(window) for window in windows if day in window.days)) for day in range(7)}


def _minutes(window: Window) -> tuple[int, int, str]:
    begins, ends = window.span.minutes()
    return begins, ends, window.kind


def _alike(week: Mapping[int, T]) -> Iterator[tuple[list[int], T]]:
    """The days of which the same is told, together."""
    found: dict[T, list[int]] = {}
    for day, told in week.items():
        found.setdefault(told, []).append(day)
    return ((days, told) for told, days in found.items())


def _told(was: Day, now: Day, days: str) -> str:
    """Opens or closes at another time, where nothing else is changed; else the whole day."""
    if not now:
        return f"does not answer {days} any more (was {_whole(was)})"
    if not was:
        return f"answers {days} now: {_whole(now)}"
    opens, opened = min(begins for begins, _, _ in now), min(begins for begins, _, _ in was)
    closes, closed = max(ends for _, ends, _ in now), max(ends for _, ends, _ in was)
    inner = _answered(was, max(opens, opened), min(closes, closed))
    if inner == _answered(now, max(opens, opened), min(closes, closed)):
        told = []
        if opens != opened:
            told.append(f"opens at {_clock(opens)} {days} (was {_clock(opened)})")
        if closes != closed:
            told.append(f"closes at {_clock(closes)} {days} (was {_clock(closed)})")
        if told:
            return " and ".join(told)
    return f"answers {days} {_whole(now)} (was {_whole(was)})"


def _answered(day: Day, begins: int, ends: int) -> list[tuple[int, int, str]]:
    """The windows between two minutes."""
    cut = ((max(begin, begins), min(end, ends), kind) for begin, end, kind in day)
    return [each for each in cut if each[0] < each[1]]


def _whole(day: Day) -> str:
    parts = []
    for kind, those in groupby(sorted(day, key=_by_kind), lambda each: each[2]):
        spans = ", ".join(f"{_clock(begins)}-{_clock(ends)}" for begins, ends, _ in those)
        parts.append(spans if kind == "open" else f"{kind.replace('_', ' ')} {spans}")
    return ", ".join(parts)


def _by_kind(window: tuple[int, int, str]) -> tuple[int, int]:
    return ("open", "on_call", "break").index(window[2]), window[0]


def _clock(minutes: int) -> str:
    return "24:00" if minutes == 1440 else f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"


def _days(days: list[int]) -> str:
    """``from seg to sex``, as they are written."""
    if len(days) == 7:
        return "every day"
    if len(days) > 2 and days == list(range(days[0], days[-1] + 1)):
        return f"from {DAY_NAMES[days[0]]} to {DAY_NAMES[days[-1]]}"
    return f"on {', '.join(DAY_NAMES[day] for day in days)}"


def _season(dates: Dates) -> str:
    if dates == ALWAYS:
        return ""
    return f", from {dates.first or 'ever'} to {dates.last or 'ever'}"


def _rest(hours: Hours) -> dict[str, str]:
    """What is written of hours besides the week: holidays and special days."""
    found = written(hours.zone, "zone") | written(hours.on_holiday, "on_holiday")
    found |= written(hours.on_local_holiday, "on_local_holiday") | written(hours.holidays, "calendar")
    for special in hours.special_days:
        day: Day = tuple(sorted(_minutes(window) for window in special.windows))
        found[f"special day {special.dates.first} to {special.dates.last}"] = (
            f"{special.name}: {_whole(day) or 'closed'}"
        )
    return found
