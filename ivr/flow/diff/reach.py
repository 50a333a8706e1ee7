"""Changes that follow from the others: states that no call comes to any more, and desks that none is rung for."""

from __future__ import annotations

from collections.abc import Iterator

from ivr.flow.checks.reachability import reachable
from ivr.flow.checks.requirements import destinations_of
from ivr.flow.diff.change import Change
from ivr.flow.line import Line


def reach_changes(before: Line, after: Line) -> Iterator[Change]:
    """Yield what calls reach in one of two lines only; what one of them does not have is told elsewhere."""
    was, now = reachable(before), reachable(after)
    lost = [name for name in after.states if name in was and name not in now]
    found = [name for name in after.states if name in now and name in before.states and name not in was]
    if lost:
        yield Change("reach", lost[0], _told(lost, "can no longer be reached"), after.states[lost[0]].mark)
    if found:
        yield Change("reach", found[0], _told(found, "can be reached now"), after.states[found[0]].mark)
    rang, rings = _destinations(before, was), _destinations(after, now)
    for name, destination in after.routing.table.destinations.items():
        if destination.name in rang and name not in rings:
            yield Change("reach", name, f"no call comes to the desk {name} any more", after.routing.marks.get(name))


def _told(states: list[str], what: str) -> str:
    return f"{len(states)} {'state' if len(states) == 1 else 'states'} {what}: {', '.join(states)}"


def _destinations(line: Line, reached: set[str]) -> set[str]:
    """Every destination that a reached route names, or that one of these passes calls on to."""
    waiting = [name for state in reached if (choice := line.states[state].chooses)
               for name in destinations_of(line, choice)]  # fmt: skip
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        destination = line.routing.table.destinations.get(name)
        if destination and name not in found:
            found.add(name)
            waiting += [*destination.diverts(), *destination.borrows()]
    return found
