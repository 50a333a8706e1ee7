"""A call that was sent to a destination rings its targets, those that it borrows, and those that it diverts to."""

from __future__ import annotations

from collections.abc import Iterator

from ivr.flow.checks.requirements import destinations_of
from ivr.flow.line import Line
from ivr.flow.nodes.base import DestinationChoice
from routing.table import RoutingTable


def rung_from(table: RoutingTable, name: str) -> dict[str, str]:
    """Return each destination that a call for ``name`` may ring, and the one that passes it on there (itself: none).

    A destination whose targets are borrowed passes nothing on: what follows a failure is for the borrower to say.
    """
    found: dict[str, str] = {}
    waiting = [(name, name, True)]
    for each, by, diverts in waiting:  # grows while it is read: the nearest first
        destination = table.destinations.get(each)
        if destination is None:
            continue
        found.setdefault(each, by)
        onward = [(other, each, False) for other in sorted(destination.borrows())]
        onward += [(other, each, True) for other in sorted(destination.diverts())] if diverts else []
        waiting += [new for new in onward if new not in waiting]
    return found


def chosen_by(line: Line, choice: DestinationChoice | None) -> Iterator[str]:
    """The destinations that a state may choose, as far as the table has them."""
    if choice:
        yield from (name for name in destinations_of(line, choice) if name in line.routing.table.destinations)
