"""Mutants of times let people answer later or less long, on other days and holidays, or put others on call."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from ivr.flow.mutants.mutant import Kind, Mutant
from ivr.flow.mutants.tree import Path, TreeEdit, like, texts_of, value_at
from ivr.flow.mutants.ways import follow
from ivr.flow.mutants.written_line import WrittenLine
from ivr.flow.routing.days import parse_days
from ivr.source.yaml import Mapping, Sequence, Text, Value
from wording import Message, phrase

_SPAN: Final = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")

_DAY: Final = 24 * 60

POLICIES: Final = ("closed", "on-call", "open")


def time_mutants(written: WrittenLine) -> Iterator[Mutant]:
    """Yield the mutants of hours, calendars and rotas."""
    for name, _, hours, path in written.section("hours"):
        yield from _hours(name, hours, path)
    for name, _, calendar, path in written.section("calendars"):
        yield from _calendar(name, calendar, path)
    for name, _, rota, path in written.section("rotas"):
        yield from _rota(name, rota, path)


def _hours(name: str, hours: Mapping, path: Path) -> Iterator[Mutant]:
    owner = phrase("the hours '{name}'", name=name)
    calendar = hours.entries.get("calendar")
    if calendar:
        doing = phrase("call on a holiday a destination that keeps {owner}", owner=owner)
        change = phrase("{owner} know no holidays: 'calendar' is left out", owner=owner)
        edits = (TreeEdit((*path, "calendar"), None),)
        yield Mutant("hours", "routing.yaml", calendar[0].mark, change, follow(doing), edits)
    for key, holiday in (("on_holiday", phrase("a national holiday")), ("on_local_holiday", phrase("a local holiday"))):
        policy = value_at(hours, (key,))
        if isinstance(policy, Text) and policy in POLICIES:
            other = POLICIES[(POLICIES.index(policy) + 1) % len(POLICIES)]
            change = phrase("'{key}' of {owner} is '{other}', not '{policy}'", key=key, owner=owner, other=other,
                            policy=policy)  # fmt: skip
            doing = phrase("call on {holiday} a destination that keeps {owner}", holiday=holiday, owner=owner)
            yield Mutant("hours", "routing.yaml", policy.mark, change, follow(doing),
                         (TreeEdit((*path, key), like(policy, other)),))  # fmt: skip
    windows = hours.get("windows")
    items = windows.items if isinstance(windows, Sequence) else ()
    for at, window in enumerate(items):
        if isinstance(window, Mapping):
            yield from _window(owner, window, (*path, "windows", at))
    yield from _special_days(owner, hours, path)


def _window(owner: Message, window: Mapping, path: Path) -> Iterator[Mutant]:
    kept = phrase("a destination that keeps {owner}", owner=owner)
    yield from _days("hours", owner, kept, window, path)
    for kind in ("open", "on_call", "break"):
        spans = texts_of(window.get(kind))
        for below, span in spans:
            yield from _shifted("hours", owner, kept, kind, span, (*path, kind, *below))
            if len(spans) > 1:
                change = phrase("'{kind}' of {owner} lacks {span}", kind=kind, owner=owner, span=span)
                doing = phrase("call {kept} within {span}", kept=kept, span=span)
                edits = (TreeEdit((*path, kind, *below), None),)
                yield Mutant("hours", "routing.yaml", span.mark, change, follow(doing), edits)


def _shifted(kind: Kind, owner: Message, kept: Message, key: str, span: Text, path: Path) -> Iterator[Mutant]:
    """The span begins half an hour later, and ends half an hour sooner; a short one by a third of it."""
    read = _SPAN.fullmatch(span)
    if not read:
        return
    begins, ends = int(read[1]) * 60 + int(read[2]), int(read[3]) * 60 + int(read[4])
    length = (ends - begins) % _DAY or _DAY
    step = 30 if length > 60 else max(length // 3, 1)
    later, sooner = (begins + step) % _DAY, (ends - step) % _DAY
    for other, first, last in (
        (f"{_clock(later)}-{read[3]}:{read[4]}", f"{read[1]}:{read[2]}", _clock(later)),
        (f"{read[1]}:{read[2]}-{_clock(sooner)}", _clock(sooner), f"{read[3]}:{read[4]}"),
    ):
        change = phrase("'{key}' of {owner} is {other}, not {span}", key=key, owner=owner, other=other, span=span)
        doing = phrase("call {kept} between {first} and {last}", kept=kept, first=first, last=last)
        yield Mutant(kind, "routing.yaml", span.mark, change, follow(doing), (TreeEdit(path, like(span, other)),))


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _days(kind: Kind, owner: Message, kept: Message, window: Mapping, path: Path) -> Iterator[Mutant]:
    """A day fewer, the last of the week, and a day more, the first that is none."""
    days = value_at(window, ("days",))
    if not isinstance(days, Text):
        return
    try:
        read = sorted(parse_days(days))
    except ValueError:
        return
    changes = [(read[:-1], read[-1])] if len(read) > 1 else []
    more = next((day for day in (5, 6, *range(5)) if day not in read), None)
    if more is not None:
        changes.append((sorted([*read, more]), more))
    for others, day in changes:
        other = ", ".join(_DAY_NAMES[each] for each in others)
        change = phrase("'days' of {owner} is '{other}', not '{days}'", owner=owner, other=other, days=days)
        doing = phrase("call {kept} on a day '{day}'", kept=kept, day=_DAY_NAMES[day])
        edits = (TreeEdit((*path, "days"), like(days, other)),)
        yield Mutant(kind, "routing.yaml", days.mark, change, follow(doing), edits)


_DAY_NAMES: Final = ("seg", "ter", "qua", "qui", "sex", "sab", "dom")


def _special_days(owner: Message, holder: Mapping, path: Path) -> Iterator[Mutant]:
    days = holder.get("special_days")
    for at, day in enumerate(days.items if isinstance(days, Sequence) else ()):
        name = value_at(day, ("name",)) or ""
        change = phrase("{owner} do not know the day '{name}'", owner=owner, name=name)
        doing = phrase("call on the day '{name}'", name=name)
        edits = (TreeEdit((*path, "special_days", at), None),)
        yield Mutant("hours", "routing.yaml", day.mark, change, follow(doing), edits)


def _calendar(name: str, calendar: Mapping, path: Path) -> Iterator[Mutant]:
    owner = phrase("the calendar '{name}'", name=name)
    doing = phrase("call on a holiday that {owner} has and its country has not", owner=owner)
    for key, (text, _) in calendar.entries.items():
        if key in {"city", "state"}:
            change = phrase("'{key}' of {owner} is left out", key=key, owner=owner)
            yield Mutant("hours", "routing.yaml", text.mark, change, follow(doing), (TreeEdit((*path, key), None),))
    local = calendar.get("local")
    for key, (text, _) in local.entries.items() if isinstance(local, Mapping) else ():
        change = phrase("{owner} does not know the holiday '{day}'", owner=owner, day=key)
        yield Mutant(
            "hours", "routing.yaml", text.mark, change, follow(doing), (TreeEdit((*path, "local", key), None),)
        )
    yield from _special_days(owner, calendar, path)


def _rota(name: str, rota: Mapping, path: Path) -> Iterator[Mutant]:
    owner = phrase("the rota '{name}'", name=name)
    kept = phrase("a destination whose rota is '{name}'", name=name)
    people = rota.get("people")
    numbers = list(people.entries.values()) if isinstance(people, Mapping) else []
    for (one, first), (other, second) in pairwise(numbers):
        if isinstance(first, Text) and isinstance(second, Text):
            change = phrase("in {owner}, {one} and {other} have each other's telephones", owner=owner, one=one,
                            other=other)  # fmt: skip
            edits = (
                TreeEdit((*path, "people", str(one)), like(first, second)),
                TreeEdit((*path, "people", str(other)), like(second, first)),
            )
            doing = phrase(
                "call {kept} while {person} is on call, and expect who is rung (dialled)", kept=kept, person=one
            )
            yield Mutant("rota", "routing.yaml", one.mark, change, doing, edits)
    ladder = rota.get("ladder")
    for key in ("rungs", "last_resort"):
        entry = ladder.entries.get(key) if isinstance(ladder, Mapping) else None
        if entry:
            change = phrase("'{key}' of {owner} is left out", key=key, owner=owner)
            doing = phrase("call {kept}, let nobody pick up, and expect who is rung (dialled)", kept=kept)
            left_out = (TreeEdit((*path, "ladder", key), None),)
            yield Mutant("rota", "routing.yaml", entry[0].mark, change, doing, left_out)
    shifts = rota.get("shifts")
    for at, shift in enumerate(shifts.items if isinstance(shifts, Sequence) else ()):
        if isinstance(shift, Mapping):
            yield from _shift(owner, kept, shift, (*path, "shifts", at))


def _shift(owner: Message, kept: Message, shift: Mapping, path: Path) -> Iterator[Mutant]:
    yield from _days("rota", owner, kept, shift, path)
    span = shift.get("time")
    if isinstance(span, Text):
        yield from _shifted("rota", owner, kept, "time", span, (*path, "time"))
    weeks = shift.get("weeks")
    if isinstance(weeks, Sequence):
        for at, ((one, other)) in enumerate(pairwise(weeks.items)):
            change = phrase("weeks {one} and {other} of {owner} are swapped", one=at + 1, other=at + 2, owner=owner)
            doing = phrase("call {kept} in such a week, and expect who is rung (dialled)", kept=kept)
            edits = (TreeEdit((*path, "weeks", at), other), TreeEdit((*path, "weeks", at + 1), one))
            yield Mutant("rota", "routing.yaml", one.mark, change, doing, edits)
        for at, week in enumerate(weeks.items):
            yield from _team(owner, kept, week, (*path, "weeks", at))
    if who := shift.get("who"):
        yield from _team(owner, kept, who, (*path, "who"))


def _team(owner: Message, kept: Message, team: Value, path: Path) -> Iterator[Mutant]:
    people = texts_of(team)
    doing = phrase("call {kept} in such a week, let nobody pick up, and expect who is rung (dialled)", kept=kept)
    for (below, one), (beneath, other) in pairwise(people):
        change = phrase("in {owner}, {other} is rung before {one}", owner=owner, one=one, other=other)
        edits = (TreeEdit((*path, *below), like(one, other)), TreeEdit((*path, *beneath), like(other, one)))
        yield Mutant("rota", "routing.yaml", one.mark, change, doing, edits)
    if len(people) > 1:
        below, last = people[-1]
        change = phrase("in {owner}, {last} is left out of a week", owner=owner, last=last)
        yield Mutant("rota", "routing.yaml", last.mark, change, doing, (TreeEdit((*path, *below), None),))
