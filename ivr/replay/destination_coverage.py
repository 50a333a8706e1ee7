"""``cover_destinations`` tells at what times calls came to each destination and how its ringing ended, and what else
may happen there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class DestinationCoverage:
    """The destination ``name`` may see these times and endings, and saw those that were tried."""

    name: str
    possible_times: frozenset[Time]
    tried_times: frozenset[Time]
    possible_endings: frozenset[Ending]
    tried_endings: frozenset[Ending]


def cover_destinations(line: Line, calls: Iterable[tuple[Script, Played]]) -> list[DestinationCoverage]:
    """Return for each destination of ``line``, in the order of routing.yaml, what the ``calls`` tried."""
    table = line.routing.table
    times: dict[str, set[Time]] = {name: set() for name in table.destinations}
    endings: dict[str, set[Ending]] = {name: set() for name in table.destinations}
    for script, played in calls:
        for name, instant in _arrivals(line, script, played):
            times[name].add(_time(table, table.destinations[name], instant, script))
        for name, ending in _endings(played):
            if name in endings:
                endings[name].add(ending)
    since = DEFAULT_AT.replace(tzinfo=line.header.zone)
    known = {name: _possible(hours, since) for name, hours in table.hours.items()}
    return [
        DestinationCoverage(
            name,
            frozenset(known.get(destination.hours or "", {"open"}) | {"emergency"}),
            frozenset(times[name]),
            frozenset(_ends(destination)),
            frozenset(endings[name]),
        )
        for name, destination in table.destinations.items()
    ]


def _arrivals(line: Line, script: Script, played: Played) -> Iterator[tuple[str, datetime]]:
    """Each destination that the call came to, or was told to be closed, and when.

    One that passed the call on at once stands in no header: the state that chose it says which it was.
    """
    began = script.at.replace(tzinfo=line.header.zone)
    for turn in played.turns:
        chosen = (line.states[state].chooses for state in turn.states if state in line.states)
        scopes = {str(choice.name) for choice in chosen if choice and choice.by == "name"}
        scopes |= {turn.destination} if turn.destination else set()
        for name in line.routing.table.destinations:
            if any(in_scope(name, scope) for scope in scopes):
                yield name, began + timedelta(seconds=turn.t)


def _endings(played: Played) -> Iterator[tuple[str, Ending]]:
    places = {turn.begins: turn.destination for turn in played.turns if turn.destination}
    destination = ""
    for place, event in enumerate(played.transcript["events"]):
        destination = places.get(place, destination)
        if event["kind"] in {"dial", "enqueue"}:
            word = event.get("outcome") or event.get("result") or ""
            if ending := _ENDED.get(word):
                yield destination, ending


def _time(table: RoutingTable, destination: Destination, instant: datetime, script: Script) -> Time:
    closures = script.fixtures.closures if script.fixtures else ()
    if any(_holds(closure, destination.name, instant) for closure in closures):
        return "emergency"
    hours = table.hours.get(destination.hours or "")
    return _named(hours.at(instant)) if hours else "open"


def _holds(closure: FixtureClosure, destination: str, instant: datetime) -> bool:
    covered = closure.scope == EVERYTHING or in_scope(destination, closure.scope)
    return covered and (closure.until is None or instant.replace(tzinfo=None) < closure.until)


def _possible(hours: Hours, since: datetime) -> set[Time]:
    return {_named(stretch.status) for stretch in hours.stretches(since, since + YEARS)}


def _named(status: Status) -> Time:
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
    found: set[Ending] = set()
    for target in rung([destination]):
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
