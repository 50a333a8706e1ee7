"""Changes that follow from the others: states that no call comes to any more, and desks that none is rung for."""

from __future__ import annotations

from collections.abc import Iterator

from ivr.flow.checks.reachability import reachable
from ivr.flow.checks.requirements import destinations_of
from ivr.flow.diff.change import Change
from ivr.flow.line import Line
from wording import counted, phrase


def reach_changes(before: Line, after: Line) -> Iterator[Change]:
    """Yield what calls reach in one of two lines only; what one of them does not have is told elsewhere."""
    was, now = reachable(before), reachable(after)
    lost = [name for name in after.states if name in was and name not in now]
    found = [name for name in after.states if name in now and name in before.states and name not in was]
    if lost:
        told = counted(
            "{number} state can no longer be reached: {states}",
            "{number} states can no longer be reached: {states}",
            len(lost),
            states=", ".join(lost),
        )
        yield Change("reach", lost[0], told, after.states[lost[0]].mark)
    if found:
        told = counted(
            "{number} state can be reached now: {states}",
            "{number} states can be reached now: {states}",
            len(found),
            states=", ".join(found),
        )
        yield Change("reach", found[0], told, after.states[found[0]].mark)
    rang, rings = _destinations(before, was), _destinations(after, now)
    for name, destination in after.routing.table.destinations.items():
        if destination.name in rang and name not in rings:
            sentence = phrase("no call comes to the desk {desk} any more", desk=name)
            yield Change("reach", name, sentence, after.routing.marks.get(name))


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
