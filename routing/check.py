"""``check_table`` finds what is wrong in a routing table: now, and on request in each minute of the next two years."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Literal

from routing.allow_list import telephones
from routing.destinations import Destination, RingOnCall
from routing.hours import LOOK_AHEAD_DAYS, Closed, Hours, OnCall, Stretch
from routing.rotas import Rota, RotaConflict
from routing.spans import DAY, MIDNIGHT
from routing.table import RoutingTable
from routing.targets import Number, Sip
from value_class import value_class
from wording import message

YEARS = 2
"""How far ahead the answers of each minute are proved: ops plan holidays and rotas a year ahead."""

Rule = Literal[
    "unknown-destination",
    "unknown-hours",
    "unknown-rota",
    "no-targets",
    "no-on-call-targets",
    "divert-circle",
    "not-allowed",
    "never-opens",
    "rota-gap",
    "rota-overlap",
]


@value_class
class Violation:
    """A violation is one mistake, in a sentence that says what to do about it. ``key`` is the node that is to be
    changed.

    ``destination`` is the destination that it harms; empty where it harms several.
    """

    destination: str
    message: str
    rule: Rule
    key: str


def check_table(table: RoutingTable, since: date | None = None) -> list[Violation]:
    """Return every mistake that would leave a caller of this table unserved, in the order of its destinations.

    With ``since``, a local date, every minute from it on for ``YEARS`` is looked at as well: each must have a target to
    ring or an opening to announce. The work is by kinds of days, not by minutes.
    """
    violations = [violation for each in table.destinations.values() for violation in _check(table, each)]
    violations += [violation for rota in table.rotas.values() for violation in _refused_people(table, rota)]
    violations += _circles(table)
    if since:
        violations += _two_years(table, since)
    return violations


def _check(table: RoutingTable, destination: Destination) -> Iterator[Violation]:
    name = destination.name
    for other in sorted((destination.diverts() | destination.borrows()) - table.destinations.keys()):
        told = message(
            "unknown-destination",
            "the destination '{name}' diverts to '{other}', which is no destination; name one that exists",
            name=name,
            other=other,
        )
        yield Violation(name, told, "unknown-destination", destination.key)
    if not destination.targets:
        told = message(
            "no-targets",
            "the destination '{name}' has nobody to ring; give it a number, a SIP address or a queue",
            name=name,
        )
        yield Violation(name, told, "no-targets", destination.key)
    hours = table.hours.get(destination.hours) if destination.hours else None
    if destination.hours and hours is None:
        told = message(
            "unknown-hours",
            "the destination '{name}' keeps the hours '{hours}', which do not exist",
            name=name,
            hours=destination.hours,
        )
        yield Violation(name, told, "unknown-hours", destination.key)
    if destination.rota and destination.rota not in table.rotas:
        told = message(
            "unknown-rota",
            "the destination '{name}' rings the rota '{rota}', which does not exist",
            name=name,
            rota=destination.rota,
        )
        yield Violation(name, told, "unknown-rota", destination.key)
    yield from _refused(table, destination)
    if destination.on_call or destination.rota:
        return
    if isinstance(destination.closed, RingOnCall):
        told = message(
            "no-on-call-targets-when-closed",
            "the destination '{name}' rings its on-call targets when closed, but has none",
            name=name,
        )
        yield Violation(name, told, "no-on-call-targets", destination.key)
    elif hours and hours.may_be_on_call:
        told = message(
            "no-on-call-targets",
            "the destination '{name}' has no on-call targets, but its hours '{hours}' leave some time to them",
            name=name,
            hours=hours.name,
        )
        yield Violation(name, told, "no-on-call-targets", destination.key)


def _refused(table: RoutingTable, destination: Destination) -> Iterator[Violation]:
    for key, targets in destination.lists():
        for at, telephone in telephones(targets):
            refusal = table.allowed.refusal(telephone)
            if refusal:
                yield Violation(destination.name, refusal, "not-allowed", f"{key}[{at}]")


def _refused_people(table: RoutingTable, rota: Rota) -> Iterator[Violation]:
    rung: list[tuple[Number | Sip, str]] = [
        (Number(number), f"{rota.key}.people.{person}") for person, number in rota.people.items()
    ]
    if isinstance(rota.ladder.last_resort, Number | Sip):
        rung.append((rota.ladder.last_resort, f"{rota.key}.ladder"))
    for telephone, key in rung:
        refusal = table.allowed.refusal(telephone)
        if refusal:
            yield Violation("", refusal, "not-allowed", key)


def _circles(table: RoutingTable) -> Iterator[Violation]:
    """A circle of diverts is told once, at the one of its destinations that comes first in the alphabet."""
    onward = {
        name: {other for other in each.diverts() | each.borrows() if other in table.destinations}
        for name, each in table.destinations.items()
    }
    _peel(onward)
    while onward:
        first = min(onward)
        circle = _way_back(onward, first)
        if circle:
            shown = " → ".join((*circle, first))
            told = message(
                "divert-circle", "calls can be diverted in a circle: {shown}; let one of these apologise", shown=shown
            )
            yield Violation(first, told, "divert-circle", table.destinations[first].key)
        _peel(onward, first)


def _peel(onward: dict[str, set[str]], *gone: str) -> None:
    """Take away ``gone``, and whatever has no way on or no way here then, so that what stays may lie in a circle."""
    inward: dict[str, set[str]] = {name: set() for name in onward}
    for name, others in onward.items():
        for other in others:
            inward[other].add(name)
    ended = [*gone, *(name for name in onward if name not in gone and not (onward[name] and inward[name]))]
    for name in ended:  # grows while it is read
        for other in onward.pop(name):
            inward[other].discard(name)
            if other in onward and not inward[other] and onward[other]:
                ended.append(other)
        for other in inward[name]:
            onward[other].discard(name)
            if not onward[other] and inward[other]:
                ended.append(other)
        inward[name] = set()


def _way_back(onward: dict[str, set[str]], start: str) -> tuple[str, ...] | None:
    """The shortest way of diverts from ``start`` to itself, without its end; None where there is none."""
    came_from = {start: ""}
    here = [start]
    for name in here:  # grows while it is read: breadth first
        if start in onward[name]:
            way = [name]
            while came_from[way[-1]]:
                way.append(came_from[way[-1]])
            return tuple(reversed(way))
        for other in sorted(onward[name]):
            if other not in came_from:
                came_from[other] = name
                here.append(other)
    return None


def _two_years(table: RoutingTable, since: date) -> Iterator[Violation]:
    """Destinations that keep the same hours are looked at together: a line has thirty destinations and four kinds of
    hours. A day of each kind is looked at first, since two years have a few dozen of them; each change of the two years
    only where a day is not as it must be, to tell when that is.
    """
    until = date(since.year + YEARS, since.month, min(since.day, 28))
    days = [since + at * DAY for at in range((until - since).days)]
    kinds = {name: [hours.kind_of(day) for day in days] for name, hours in table.hours.items()}
    for name, hours in table.hours.items():
        if _may_never_open(hours, days, kinds[name]):
            never = _never_opens(hours, _stretches(hours, since, until))
            if never:
                yield never
    for rota_name, rota in table.rotas.items():
        wanted: dict[tuple[str, bool], str] = {}
        for destination in table.destinations.values():
            if destination.rota == rota_name and destination.hours in kinds:
                wanted.setdefault((destination.hours, isinstance(destination.closed, RingOnCall)), destination.name)
        shifts = [rota.kind_of(day) for day in days] if wanted else []
        told: set[str] = set()
        for (hours_name, when_closed), destination_name in wanted.items():
            hours = table.hours[hours_name]
            alike = dict(zip(zip(kinds[hours_name], shifts, strict=True), days, strict=True))
            # Where the clocks of the two differ, one's day is none of the other's.
            same_clock = rota.zone == hours.zone
            if same_clock and all(_is_covered(rota, hours, day, when_closed) for day in alike.values()):
                continue
            for conflict in rota.violations(_needed(_stretches(hours, since, until), when_closed)):
                if conflict.told not in told:
                    told.add(conflict.told)
                    yield _conflicting(rota, destination_name, conflict)


def _stretches(hours: Hours, since: date, until: date) -> list[Stretch]:
    begins, ends = (datetime.combine(day, MIDNIGHT, hours.zone) for day in (since, until))
    return list(hours.stretches(begins, ends))


def _needed(stretches: Iterable[Stretch], when_closed: bool) -> list[tuple[datetime, datetime]]:
    """When the rota is rung: while the destination is on call, and perhaps while it is closed."""
    return [
        (each.begins, each.ends)
        for each in stretches
        if isinstance(each.status, OnCall) or (when_closed and isinstance(each.status, Closed))
    ]


def _is_covered(rota: Rota, hours: Hours, day: date, when_closed: bool) -> bool:
    """Whether each shift that is needed on ``day`` is taken, and no two hold at any time of it."""
    midnights = [datetime.combine(each, MIDNIGHT, hours.zone) for each in (day, day + DAY)]
    needed = _needed(_stretches(hours, day, day + DAY), when_closed)
    # What begins and ends at once needs nothing, and has the rota look at all of the day.
    return not rota.violations([(midnights[0], midnights[0]), *needed, (midnights[1], midnights[1])])


def _may_never_open(hours: Hours, days: Sequence[date], kinds: Sequence[Hashable]) -> bool:
    """Whether so many days in a row are closed that it may be a year."""
    shut = {
        kind: all(isinstance(each.status, Closed) for each in _stretches(hours, day, day + DAY))
        for kind, day in dict(zip(kinds, days, strict=True)).items()
    }
    rows = (len(list(row)) for closed, row in groupby(kinds, key=shut.__getitem__) if closed)
    return max(rows, default=0) >= LOOK_AHEAD_DAYS - 1


def _never_opens(hours: Hours, stretches: list[Stretch]) -> Violation | None:
    for closed, group in groupby(stretches, key=lambda each: isinstance(each.status, Closed)):
        shut = list(group)
        if closed and shut[-1].ends - shut[0].begins > LOOK_AHEAD_DAYS * DAY:
            told = message(
                "never-opens",
                "the hours '{hours}' stay closed for more than a year from {begins:%Y-%m-%d "
                "%H:%M} on: no caller can be told when they open; give them a day",
                hours=hours.name,
                begins=shut[0].begins,
            )
            return Violation("", told, "never-opens", hours.key)
    return None


def _conflicting(rota: Rota, destination: str, conflict: RotaConflict) -> Violation:
    if conflict.shifts:
        one, other = conflict.shifts
        told = message(
            "rota-overlap",
            "two shifts of the rota '{rota}' hold at the same time, {conflict}; end one "
            "before the other begins, or give the one that stands in for the other its dates",
            rota=rota.name,
            conflict=conflict.told,
        )
        return Violation("", told, "rota-overlap", f"{rota.key}.shifts[{max(one, other)}]")
    told = message(
        "rota-gap",
        "the rota '{rota}' has nobody on call {conflict}, when the destination "
        "'{destination}' rings it; add a shift, or close the desk then",
        rota=rota.name,
        conflict=conflict.told,
        destination=destination,
    )
    return Violation(destination, told, "rota-gap", rota.key)
