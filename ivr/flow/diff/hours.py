"""Changes of opening hours, told by days of the week: ``suporte closes at 18:00 from seg to sex (was 19:00)``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import groupby
from typing import Final, TypeVar

from ivr.flow.diff.calendars import calendar_name
from ivr.flow.diff.change import Change, Told, grouped, unread
from ivr.flow.diff.written import differences, written
from ivr.flow.routing_file import RoutingFile
from ivr.source.diagnostics import Mark
from routing.hours import Hours
from routing.spans import ALWAYS, DAY_NAMES, Dates
from routing.windows import Window
from wording import Message, joined, phrase

T = TypeVar("T")

Day = tuple[tuple[int, int, str], ...]
"""The windows of one day of the week: minutes from midnight, and the kind."""

_KINDS: Final = {"open": phrase("{spans}"), "on_call": phrase("on call {spans}"), "break": phrase("break {spans}")}
"""What is told of the windows of each kind, in the order in which it is."""


def hours_changes(before: RoutingFile, after: RoutingFile) -> Iterator[Change]:
    """Yield what differs between the opening hours of two lines."""
    was, now = before.table.hours, after.table.hours
    for name in (name for name in now if name not in was):
        week = [
            phrase("{days} {windows}", days=_days(days), windows=_whole(day))
            for days, day in _alike(_week(now[name], ALWAYS))
            if day
        ]
        told = phrase("the hours {hours} are new: {week}", hours=name, week=joined("; ", week))
        yield Change("hours", name, told, after.hours_marks.get(name))
    for name in (name for name in was if name not in now):
        if name in after.hours_marks:
            yield unread("hours", name, after.hours_marks[name])
            continue
        yield Change("hours", name, phrase("the hours {hours} are gone", hours=name), before.hours_marks.get(name))
    rest: list[Told] = []
    for name in (name for name in now if name in was):
        mark = after.hours_marks.get(name)
        yield from _of_week(name, was[name], now[name], mark)
        rest += (Told(name, told, mark) for told in _of_days(was[name], now[name]))
    for each in grouped("hours", rest):
        yield replace(each, sentence=phrase("the hours {told}", told=each.sentence))


def _of_week(name: str, was: Hours, now: Hours, mark: Mark | None) -> Iterator[Change]:
    seasons = dict.fromkeys(window.dates for window in (*was.windows, *now.windows))
    for dates in seasons:
        old, new = _week(was, dates), _week(now, dates)
        differing = {day: (old[day], new[day]) for day in range(7) if old[day] != new[day]}
        for days, (one, other) in _alike(differing):
            yield Change("hours", name, _in_season(_told(name, one, other, _days(days)), dates), mark)


def _of_days(was: Hours, now: Hours) -> Iterator[Message]:
    """What differs besides the week: the zone, holidays and special days."""
    for key in ("zone", "on_holiday", "on_local_holiday"):
        old, new = _written(was, key), _written(now, key)
        yield from (told for _, told in differences(old, new))
    calendars = {"calendar": calendar_name(was.holidays)}, {"calendar": calendar_name(now.holidays)}
    yield from (told for _, told in differences(*({k: v for k, v in each.items() if v} for each in calendars)))
    old_days, new_days = _special_days(was), _special_days(now)
    for dates in sorted({*old_days, *new_days}):
        one, other = old_days.get(dates), new_days.get(dates)
        if one is None:
            yield phrase("{dates} is a special day now: {told}", dates=dates, told=other)
        elif other is None:
            yield phrase("{dates} is no special day any more (was {told})", dates=dates, told=one)
        elif one != other:
            yield phrase("{dates} is now {told} (was {was})", dates=dates, told=other, was=one)


def _written(hours: Hours, key: str) -> dict[str, str]:
    """As ops write it: with a dash."""
    return {path: text.replace("_", "-") if key != "zone" else text
            for path, text in written(getattr(hours, key), key).items()}  # fmt: skip


def _special_days(hours: Hours) -> dict[str, Message]:
    found: dict[str, Message] = {}
    for special in hours.special_days:
        day: Day = tuple(sorted(_minutes(window) for window in special.windows))
        first, last = special.dates.first, special.dates.last
        dates = str(first) if first == last else f"{first} - {last}"
        windows = _whole(day) if day else phrase("closed all day")
        found[dates] = phrase("{name}, {windows}", name=special.name, windows=windows)
    return found


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


def _told(name: str, was: Day, now: Day, days: Message) -> Message:
    """Opens or closes at another time, where nothing else is changed; else the whole day."""
    if not now:
        return phrase("{hours} does not answer {days} any more (was {was})", hours=name, days=days, was=_whole(was))
    if not was:
        return phrase("{hours} answers {days} now: {now}", hours=name, days=days, now=_whole(now))
    opens, opened = min(begins for begins, _, _ in now), min(begins for begins, _, _ in was)
    closes, closed = max(ends for _, ends, _ in now), max(ends for _, ends, _ in was)
    inner = _answered(was, max(opens, opened), min(closes, closed))
    if inner == _answered(now, max(opens, opened), min(closes, closed)):
        if opens == opened:
            return phrase("{hours} closes at {now} {days} (was {was})", hours=name, now=_clock(closes), days=days,
                          was=_clock(closed))  # fmt: skip
        if closes == closed:
            return phrase("{hours} opens at {now} {days} (was {was})", hours=name, now=_clock(opens), days=days,
                          was=_clock(opened))  # fmt: skip
        return phrase("{hours} opens at {opens} and closes at {closes} {days} (was {opened} and {closed})", hours=name,
                      opens=_clock(opens), closes=_clock(closes), days=days, opened=_clock(opened),
                      closed=_clock(closed))  # fmt: skip
    return phrase("{hours} answers {days} {now} (was {was})", hours=name, days=days, now=_whole(now), was=_whole(was))


def _answered(day: Day, begins: int, ends: int) -> list[tuple[int, int, str]]:
    """The windows between two minutes."""
    cut = ((max(begin, begins), min(end, ends), kind) for begin, end, kind in day)
    return [each for each in cut if each[0] < each[1]]


def _whole(day: Day) -> Message:
    parts = []
    for kind, those in groupby(sorted(day, key=_by_kind), lambda each: each[2]):
        spans = ", ".join(f"{_clock(begins)}-{_clock(ends)}" for begins, ends, _ in those)
        parts.append(phrase(_KINDS[kind].template, spans=spans))
    return joined(", ", parts)


def _by_kind(window: tuple[int, int, str]) -> tuple[int, int]:
    return tuple(_KINDS).index(window[2]), window[0]


def _clock(minutes: int) -> str:
    return "24:00" if minutes == 1440 else f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"


def _days(days: list[int]) -> Message:
    """``from seg to sex``, as they are written."""
    if len(days) == 7:
        return phrase("every day")
    if len(days) > 2 and days == list(range(days[0], days[-1] + 1)):
        return phrase("from {first} to {last}", first=DAY_NAMES[days[0]], last=DAY_NAMES[days[-1]])
    return phrase("on {days}", days=", ".join(DAY_NAMES[day] for day in days))


def _in_season(told: Message, dates: Dates) -> Message:
    if dates == ALWAYS:
        return told
    if dates.first is None:
        return phrase("{told}, until {last}", told=told, last=dates.last)
    if dates.last is None:
        return phrase("{told}, since {first}", told=told, first=dates.first)
    return phrase("{told}, from {first} to {last}", told=told, first=dates.first, last=dates.last)
