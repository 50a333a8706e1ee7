"""A scenario is what a call begins with, as a tester would choose it: the hour, the customer, the number, closed desks.

``scenarios`` lists those in which different things happen on a line, the most ordinary one first; ``scenarios_of``
those in which something is seen of one destination.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import phonenumbers

from data.demo.customers import DemoCustomer, demo_customers
from data.fixtures import FixtureClosure
from ivr.flow.line import Line
from ivr.flow.rules import OPEN
from ivr.replay.destination_coverage import Ending, Time
from ivr.replay.destination_reach import DestinationReach
from ivr.replay.script import DEFAULT_AT, DEFAULT_FROM
from ivr.source.diagnostics import Mark
from routing.hours import Closed, Hours
from routing.regions import Regions
from value_class import value_class

HIDDEN = "anonymous"
"""What the carrier sends of a caller who hides the number."""

STAFF = ("101", "48151623")
"""Number and password of the staff of a rehearsal."""

BEFORE = tuple(timedelta(seconds=seconds) for seconds in (60, 90, 120, 150, 180, 210))
"""How long before a change of hours a call begins that is to meet it on its way."""

INSIDE = timedelta(minutes=1)
"""How long after a change of hours a call begins that is to meet the new ones."""

MOST_MOMENTS = 3
"""Moments that are tried for what may be seen of a destination."""

MOST_CALLERS = 4
"""Callers who are tried for a destination to which they have come before."""

DAYS = 2 * 366
"""Days that are looked at for holidays and special days."""


_NOWHERE = Mark("explored", 1, 1)


@value_class
class Scenario:
    """The scenario's ``at`` is local time of the line (naive); ``closed`` are scopes of emergency closures."""

    at: datetime
    customer: DemoCustomer
    from_: str = DEFAULT_FROM
    closed: tuple[str, ...] = ()
    staff: bool = False

    @property
    def closures(self) -> tuple[FixtureClosure, ...]:
        """Return the closures as the fixtures of its script have them."""
        return tuple(FixtureClosure(_NOWHERE, scope, "ensaio", None) for scope in self.closed)

    def head(self) -> Iterator[str]:
        """Yield the lines of a call script that say all this, but its title."""
        yield f"at: {self.at:%Y-%m-%dT%H:%M}" + (f":{self.at:%S}" if self.at.second else "")
        if self.from_ != DEFAULT_FROM:
            yield f'from: "{self.from_}"'
        if self.closed or self.staff:
            yield "fixtures:"
        if self.closed:
            yield "  closures:"
            yield from (f'    - {{destination: "{scope}", reason: ensaio}}' for scope in self.closed)
        if self.staff:
            number, password = STAFF
            yield f'  staff: [{{number: "{number}", name: Bia, password: "{password}"}}]'


def scenarios(line: Line) -> Iterator[Scenario]:
    """Yield every kind of customer, hour, closure and caller with all else as usual; then customers with closures."""
    people = _people()
    usual = Scenario(_open_moment(line), people[0], from_=_number(line))
    yield usual
    yield from (replace(usual, customer=person) for person in people[1:])
    yield replace(usual, from_=HIDDEN)
    yield from (replace(usual, from_=number) for number in numbers(line)[1:])
    yield replace(usual, staff=True)
    for scope in _asked(line):
        yield replace(usual, closed=(scope,))
    yield replace(usual, closed=("*",))
    for moment in _moments(line, usual.at):
        yield replace(usual, at=moment)
    for moment in _closings(line, usual.at):
        yield from (replace(usual, at=moment - before) for before in BEFORE)
    yield from (replace(usual, closed=(scope,), customer=person) for scope in _asked(line) for person in people[1:])


def scenarios_of(
    line: Line, reach: DestinationReach, name: str, seen: Time | Ending, callers: Iterable[tuple[DemoCustomer, str]]
) -> Iterator[Scenario]:
    """Yield scenarios in which that may be ``seen`` of the destination ``name``: with the ``callers``, each a customer
    and a number, who have come to it already; where there are none, with every customer and number.
    """
    zone = line.header.zone
    usual = _open_moment(line)
    near = [at.astimezone(zone).replace(tzinfo=None) + INSIDE for at in reach.at_once(name, seen)]
    changes = [at.astimezone(zone).replace(tzinfo=None) for at in reach.after_a_while(name, seen)] if not near else []
    moments = [usual] if seen == "emergency" else near[:MOST_MOMENTS]
    moments += [at - before for at in changes[:MOST_MOMENTS] for before in BEFORE]
    closed = (name,) if seen == "emergency" else ()
    known = list(callers)[:MOST_CALLERS] or [(each, number) for each in _people() for number in numbers(line)]
    for at in moments:
        yield from (Scenario(at, customer, number, closed) for customer, number in known)


def numbers(line: Line) -> list[str]:
    """Return a number of the line's country, and one of an area of each destination that serves some areas."""
    found = {"": _number(line)}
    for regions in line.routing.table.regions.values():
        for code, destination in regions.destinations.items():
            if destination not in found and (number := _number_of(code, regions)):
                found[destination] = number
    return list(dict.fromkeys(found.values()))


def _number_of(code: str, regions: Regions) -> str | None:
    """A telephone of that area; None where the country has no such telephones."""
    kind = phonenumbers.PhoneNumberType.FIXED_LINE
    example = phonenumbers.example_number_for_type(regions.country, kind)
    if example is None:
        return None
    length = phonenumbers.length_of_geographical_area_code(example)
    subscriber = phonenumbers.national_significant_number(example)[length:]
    number = f"+{example.country_code}{code}{subscriber}"
    return number if regions.of(number)[1] == code else None


def _number(line: Line) -> str:
    """A caller of the country of the line, who may be called back."""
    return "+525512345678" if line.header.number.startswith("+52") else DEFAULT_FROM


def _people() -> list[DemoCustomer]:
    """A customer of each kind, those of whom most is in order first."""
    kinds: dict[str, DemoCustomer] = {}
    for customer in demo_customers().values():
        if customer.first:
            kinds.setdefault(customer.shows, customer)
    return sorted(kinds.values(), key=lambda each: "may order consultancy" not in each.shows)


def _asked(line: Line) -> list[str]:
    """What checks ask to be open, and each destination's family."""
    scopes = (
        str(scope)
        for node in line.states.values()
        for edge in node.edges()
        if edge.answer and edge.answer.rule is OPEN
        for scope in edge.answer.scopes
    )
    return list(dict.fromkeys(scopes))


def _open_moment(line: Line) -> datetime:
    """The usual moment of call scripts, or the first full hour after it at which most destinations answer."""
    table = line.routing.table
    used = [hours for each in table.destinations.values() if (hours := table.hours.get(each.hours or ""))]

    def answering(at: datetime) -> int:
        local = at.replace(tzinfo=line.header.zone)
        return sum(not isinstance(hours.at(local), Closed) for hours in used)

    return max((DEFAULT_AT + timedelta(hours=hours) for hours in range(24)), key=answering)


def _moments(line: Line, since: datetime) -> list[datetime]:
    """One moment for each set of answers that the hours of the line give together within two years."""
    table = line.routing.table
    begins = since.replace(tzinfo=line.header.zone)
    changes = {
        stretch.begins
        for hours in table.hours.values()
        for stretch in hours.stretches(begins, begins + timedelta(days=DAYS))
    }
    found: dict[tuple[str, ...], datetime] = {}
    for at in sorted(changes):
        inside = at + INSIDE
        found.setdefault(tuple(_answer(hours, inside) for hours in table.hours.values()), inside)
    return [moment.replace(tzinfo=None) for moment in found.values()]


def _answer(hours: Hours, at: datetime) -> str:
    status = hours.at(at)
    if isinstance(status, Closed):
        return "holiday" if status.holiday_name else "closed"
    return type(status).__name__


def _closings(line: Line, since: datetime) -> list[datetime]:
    """The times of that day at which some hours end."""
    begins = since.replace(tzinfo=line.header.zone, hour=0, minute=0)
    ends = {
        stretch.begins
        for hours in line.routing.table.hours.values()
        for stretch in hours.stretches(begins, begins + timedelta(days=1))
        if isinstance(stretch.status, Closed) and stretch.begins > begins
    }
    return [moment.replace(tzinfo=None) for moment in sorted(ends)]
