"""``cover_destinations`` tells at what times calls came to each destination and how its ringing ended, and what else
may happen there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final, Literal, TypeAlias, get_args

from data.fixtures import FixtureClosure
from ivr.flow.line import Line
from ivr.replay.runner import Played
from ivr.replay.script import DEFAULT_AT, Script
from routing.closures import EVERYTHING, in_scope
from routing.destinations import Destination
from routing.hours import Closed, Hours, OnCall, Status
from routing.table import RoutingTable
from routing.targets import AnyTarget, BorrowedTargets, Queue, Share, Together
from value_class import value_class

Time: TypeAlias = Literal["open", "on call", "closed", "holiday", "emergency"]
"""When a call comes to a destination: in an emergency closure, whatever the hours say; on a holiday or special day that
shuts it or leaves it to the staff on call; else as its hours have it."""

Ending: TypeAlias = Literal["answered", "busy", "no answer", "failed"]
"""How the ringing of a destination, or the wait in its queue, ends, as far as the router makes a difference."""

TIMES: Final[tuple[Time, ...]] = get_args(Time)
ENDINGS: Final[tuple[Ending, ...]] = get_args(Ending)

YEARS: Final = timedelta(days=2 * 366)
"""For how long the hours are followed to see what times there are: every holiday and special day comes in it."""

_ENDED: Final[dict[str, Ending]] = {
    "answered": "answered",
    "busy": "busy",
    "no-answer": "no answer",
    "failed": "failed",
    "bridged": "answered",
    "leave": "no answer",
}
"""What transcripts say of a dial and of a queue; one that the caller ended has not ended in any of these ways."""


@value_class
class DestinationCoverage:
    """The destination ``name`` may see these times and endings, and saw those that were tried."""

    name: str
    possible_times: frozenset[Time]
    tried_times: frozenset[Time]
    possible_endings: frozenset[Ending]
    tried_endings: frozenset[Ending]


def cover_destinations(line: Line, calls: Iterable[tuple[Script, Played]]) -> list[DestinationCoverage]:
    """Return for each destination of ``line``, in the order of routing.yaml, what the ``calls`` tried."""
    tried: dict[str, set[str]] = {name: set() for name in line.routing.table.destinations}
    for script, played in calls:
        for name, seen in cells_of_call(line, script, played):
            tried[name].add(seen)
    return [
        DestinationCoverage(
            name,
            frozenset(times),
            frozenset(time for time in TIMES if time in tried[name]),
            frozenset(endings),
            frozenset(ending for ending in ENDINGS if ending in tried[name]),
        )
        for name, (times, endings) in possible_cells(line).items()
    ]


def possible_cells(line: Line) -> dict[str, tuple[set[Time], set[Ending]]]:
    """Return for each destination of ``line`` the times that its hours have, and the endings that its targets have."""
    table = line.routing.table
    since = DEFAULT_AT.replace(tzinfo=line.header.zone)
    known = {name: _possible(hours, since) for name, hours in table.hours.items()}
    return {
        name: (known.get(destination.hours or "", {"open"}) | {"emergency"}, _ends(destination))
        for name, destination in table.destinations.items()
    }


def cells_of_call(line: Line, script: Script, played: Played) -> Iterator[tuple[str, Time | Ending]]:
    """Yield each destination that the call came to with the time it was there, and with how its ringing ended."""
    table = line.routing.table
    closures = script.fixtures.closures if script.fixtures else ()
    for name, instant in _arrivals(line, script, played):
        yield name, time_at(table, table.destinations[name], instant, closures)
    yield from ((name, ending) for name, ending in _endings(played) if name in table.destinations)


def cell_name(destination: str, seen: str) -> str:
    """Return the key of what was ``seen`` of a destination, a time or an ending, among all that a line may bring."""
    return f"{destination}: {seen}"


def _arrivals(line: Line, script: Script, played: Played) -> Iterator[tuple[str, datetime]]:
    """Each destination that the call came to, or was told to be closed, and when.

    One that passed the call on at once stands in no header: the state that chose it says which it was.
    """
    began = script.at.replace(tzinfo=line.header.zone)
    for turn in played.turns:
        for name in come_to(line, turn.states, turn.destination):
            yield name, began + timedelta(seconds=turn.t)


def come_to(line: Line, states: Iterable[str], destination: str | None) -> list[str]:
    """Return the destinations that a turn came to which entered ``states``, and told or rang ``destination``."""
    chosen = (line.states[state].chooses for state in states if state in line.states)
    scopes = {str(choice.name) for choice in chosen if choice and choice.by == "name"}
    scopes |= {destination} if destination else set()
    every = line.routing.table.destinations if scopes else ()
    return [name for name in every if any(in_scope(name, scope) for scope in scopes)]


def _endings(played: Played) -> Iterator[tuple[str, Ending]]:
    places = {turn.begins: turn.destination for turn in played.turns if turn.destination}
    destination = ""
    for place, event in enumerate(played.transcript["events"]):
        destination = places.get(place, destination)
        if event["kind"] in {"dial", "enqueue"}:
            word = event.get("outcome") or event.get("result") or ""
            if ending := _ENDED.get(word):
                yield destination, ending


def time_at(
    table: RoutingTable, destination: Destination, instant: datetime, closures: Iterable[FixtureClosure] = ()
) -> Time:
    """Return which time it is for the ``destination`` at ``instant`` (aware), under the ``closures`` of a script."""
    if any(_holds(closure, destination.name, instant) for closure in closures):
        return "emergency"
    hours = table.hours.get(destination.hours or "")
    return time_of(hours.at(instant)) if hours else "open"


def _holds(closure: FixtureClosure, destination: str, instant: datetime) -> bool:
    covered = closure.scope == EVERYTHING or in_scope(destination, closure.scope)
    return covered and (closure.until is None or instant.replace(tzinfo=None) < closure.until)


def _possible(hours: Hours, since: datetime) -> set[Time]:
    return {time_of(stretch.status) for stretch in hours.stretches(since, since + YEARS)}


def time_of(status: Status) -> Time:
    """Return which time a ``status`` of the hours is."""
    match status:
        case OnCall(holiday_name=None):
            return "on call"
        case OnCall() | Closed(reason="holiday" | "special-day"):
            return "holiday"
        case Closed():
            return "closed"
        case _:
            return "open"


def rung(destinations: Iterable[Destination]) -> Iterator[AnyTarget]:
    """Yield each target of theirs that is rung or waited in; what one borrows is another's."""
    for destination in destinations:
        for _, targets in destination.lists():
            yield from _each(targets)


def _ends(destination: Destination) -> set[Ending]:
    return endings_of(targets for _, targets in destination.lists())


def endings_of(lists: Iterable[Iterable[AnyTarget]]) -> set[Ending]:
    """Return how the ringing of the targets in ``lists`` may end; of what is borrowed its own destination tells."""
    found: set[Ending] = set()
    for target in (each for targets in lists for each in _each(targets)):
        found |= {"answered", "no answer"} if isinstance(target, Queue) else set(ENDINGS)
    return found


def _each(targets: Iterable[AnyTarget]) -> Iterator[AnyTarget]:
    for target in targets:
        match target:
            case BorrowedTargets():
                pass
            case Together(members):
                yield from members
            case Share(weights):
                yield from _each([each for _, each in weights])
            case _:
                yield target
