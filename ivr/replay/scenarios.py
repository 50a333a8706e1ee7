"""A scenario is what a call begins with, as a tester would choose it: the hour, the customer, the number, closed desks.

``scenarios`` lists those in which different things happen on a line, the most ordinary one first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from data.demo.customers import DemoCustomer, demo_customers
from ivr.flow.line import Line
from ivr.flow.rules import OPEN
from ivr.replay.script import DEFAULT_AT, DEFAULT_FROM
from routing.hours import Closed, Hours

HIDDEN = "anonymous"
"""What the carrier sends of a caller who hides the number."""

STAFF = ("101", "48151623")
"""Number and password of the staff of a rehearsal."""

BEFORE = tuple(timedelta(seconds=seconds) for seconds in (60, 90, 120, 150, 180, 210))
"""How long before a change of hours a call begins that is to meet it on its way."""

DAYS = 2 * 366
"""Days that are looked at for holidays and special days."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """The scenario's ``at`` is local time of the line (naive); ``closed`` are scopes of emergency closures."""

    at: datetime
    customer: DemoCustomer
    from_: str = DEFAULT_FROM
    closed: tuple[str, ...] = ()
    staff: bool = False

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
    yield replace(usual, staff=True)
    for scope in _asked(line):
        yield replace(usual, closed=(scope,))
    yield replace(usual, closed=("*",))
    for moment in _moments(line, usual.at):
        yield replace(usual, at=moment)
    for moment in _closings(line, usual.at):
        yield from (replace(usual, at=moment - before) for before in BEFORE)
    yield from (replace(usual, closed=(scope,), customer=person) for scope in _asked(line) for person in people[1:])


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
        inside = at + timedelta(minutes=1)
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
