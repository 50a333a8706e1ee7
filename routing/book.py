"""The routing book of a line, destinations, hours and access codes together, and what is wrong in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from routing.access_codes import AccessCodes
from routing.destinations import Destination, RingOnCall
from routing.hours import Hours

Rule = Literal[
    "unknown-destination",
    "unknown-hours",
    "no-targets",
    "no-on-call-targets",
    "divert-circle",
]


@dataclass(frozen=True, slots=True)
class RoutingBook:
    """Everything that a decision needs. Names are keys; ``check_book`` tells those that lead nowhere."""

    destinations: Mapping[str, Destination]
    hours: Mapping[str, Hours]
    codes: AccessCodes | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake of ``destination``, and what to do about it."""

    destination: str
    message: str
    rule: Rule


def check_book(book: RoutingBook) -> list[Problem]:
    """Every mistake that would leave a caller of this book unserved, in the order of its destinations."""
    problems = [problem for each in book.destinations.values() for problem in _check(book, each)]
    return [*problems, *_circles(book)]


def _check(book: RoutingBook, destination: Destination) -> Iterator[Problem]:
    name = destination.name
    for other in sorted(destination.diverts() - book.destinations.keys()):
        yield Problem(
            name,
            f"diverts to '{other}', which is no destination; name one that exists",
            "unknown-destination",
        )
    if not destination.targets:
        yield Problem(name, "has nobody to ring; give it a number, a SIP address or a queue", "no-targets")
    hours = book.hours.get(destination.hours) if destination.hours else None
    if destination.hours and hours is None:
        yield Problem(name, f"keeps the hours '{destination.hours}', which do not exist", "unknown-hours")
    if destination.on_call:
        return
    if isinstance(destination.closed, RingOnCall):
        yield Problem(name, "rings its on-call targets when closed, but has none", "no-on-call-targets")
    elif hours and hours.may_be_on_call:
        yield Problem(
            name,
            f"has no on-call targets, but its hours '{hours.name}' leave some time to them",
            "no-on-call-targets",
        )


def _circles(book: RoutingBook) -> Iterator[Problem]:
    """A circle of diverts is told once, at the one of its destinations that comes first in the alphabet."""
    for name in sorted(book.destinations):
        circle = _way_back(book, name)
        if circle and min(circle) == name:
            shown = " → ".join((*circle, name))
            yield Problem(
                name,
                f"calls can be diverted in a circle: {shown}; let one of these apologise",
                "divert-circle",
            )


def _way_back(book: RoutingBook, start: str) -> tuple[str, ...] | None:
    """The shortest way of diverts from ``start`` to itself, without its end; None where there is none."""
    ways: list[tuple[str, ...]] = [(start,)]
    seen: set[str] = set()
    for way in ways:  # grows while it is read: breadth first
        here = book.destinations.get(way[-1])
        onward = here.diverts() if here else frozenset()
        if start in onward:
            return way
        ways.extend((*way, name) for name in sorted(onward - seen))
        seen |= onward
    return None
