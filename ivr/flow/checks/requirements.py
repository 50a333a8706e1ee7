"""No caller comes to a destination without having passed what the destination requires: see
ivr/flow/routing/requires.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ivr.flow.nodes.check import Check
from ivr.flow.routing.requires import ON_CALL, scope_holds
from ivr.source.fields import suggest
from routing.destinations import RingOnCall
from wording import message

if TYPE_CHECKING:
    from ivr.flow.line import Line
    from ivr.flow.nodes.base import DestinationChoice, Edge
    from ivr.source.diagnostics import Diagnostics, Mark
    from ivr.source.yaml import Text
    from routing.destinations import Destination

SHOWN = 6
"""States of a way that are told: its last ones."""


def check_requirements(line: Line, diagnostics: Diagnostics) -> None:
    """Every way to a destination passes what it requires; what it passes calls on to requires no more; on-call staff
    exist.
    """
    requires = line.routing.requires
    if not requires:
        asked = next((node for node in line.states.values() if isinstance(node, Check)), None)
        if asked:
            diagnostics.warning(
                asked.mark,
                message(
                    "requires-missing",
                    "'{asked}' checks callers, but no desk says what it requires of them, so that a menu which lets "
                    "strangers in would pass; write 'requires' in routing.yaml",
                    asked=asked.name,
                ),
            )
        return
    destinations = line.routing.table.destinations
    told: set[Mark] = set()
    without: dict[str, dict[str, Edge | None]] = {}
    for scope, (mark, words) in requires.items():
        if not any(scope_holds(scope, destination) for destination in destinations):
            diagnostics.error(
                mark,
                message(
                    "requires-of-unknown-destination",
                    "'requires' names '{scope}', which is no destination{near}",
                    scope=scope,
                    near=suggest(scope, destinations),
                ),
            )
        for word in words:
            if word == ON_CALL:
                _on_call(line, scope, word, diagnostics)
            else:
                if word not in without:
                    without[word] = ways(line, word)
                _passed(line, scope, word, without[word], told, diagnostics)
    for destination in destinations.values():
        _passes_on(line, destination, diagnostics)


def _passed(
    line: Line, scope: str, word: Text, came: dict[str, Edge | None], told: set[Mark], diagnostics: Diagnostics
) -> None:
    """Tell the first way to a destination of ``scope`` on which ``word`` is not passed; ``came`` are all such ways."""
    for node in line.states.values():
        if node.name in came and node.chooses:
            destination = next(
                (destination for destination in destinations_of(line, node.chooses) if scope_holds(scope, destination)),
                None,
            )
            if destination:
                way, last = _way(came, node.name)
                mark = last.mark if last else node.mark
                if mark in told:
                    return  # one wrong turn lacks several checks
                told.add(mark)
                diagnostics.error(
                    mark,
                    message(
                        "requirement-escaped",
                        "a call can come to '{destination}', which requires '{word}', without it: {way}; "
                        "lead every way "
                        "through its check, and let only a good answer go on",
                        destination=destination,
                        word=word,
                        way=way,
                    ),
                )
                return


def ways(line: Line, without: str | None = None) -> dict[str, Edge | None]:
    """Each state that a call can come to ``without`` passing a requirement, with the last edge of a shortest way."""
    starts = dict.fromkeys((line.header.start, line.header.human))
    came: dict[str, Edge | None] = dict.fromkeys(start for start in starts if start in line.states)
    waiting = list(came)
    for name in waiting:  # grows while it is read: breadth first
        node = line.states[name]
        for edge in node.edges():
            new = edge.target in line.states and edge.target not in came
            if new and without not in edge.proves:
                came[edge.target] = edge
                waiting.append(edge.target)
    return came


def _way(came: dict[str, Edge | None], name: str) -> tuple[str, Edge | None]:
    last = edge = came[name]
    states = [name]
    while edge:
        states.append(edge.source)
        edge = came[edge.source]
    shown = list(reversed(states[:SHOWN]))
    return f"{'… → ' if len(states) > SHOWN else ''}{' → '.join(shown)}", last


def destinations_of(line: Line, choice: DestinationChoice) -> Iterator[str]:
    """Every destination that ``choice`` may send a call to."""
    match choice:
        case ("name", destination):
            yield destination
        case ("region", region):
            table = line.routing.table.regions.get(region)
            yield from dict.fromkeys((table.default, *table.destinations.values())) if table else ()
        case ("code", under):
            yield from (f"{under}.{area}" for area in line.routing.code_marks)
        case ("ticket", under):
            yield from (name for name in line.routing.table.destinations if scope_holds(under, name))


def required(line: Line, destination: str, *, on_call: bool = False) -> dict[str, str]:
    """Return what ``destination`` requires of callers, each with its scope; with ``on_call`` also of its staff."""
    requires = line.routing.requires
    return {
        word: scope
        for scope, (_, words) in requires.items()
        if scope_holds(scope, destination)
        for word in words
        if on_call or word != ON_CALL
    }


def _passes_on(line: Line, destination: Destination, diagnostics: Diagnostics) -> None:
    own = required(line, destination.name)
    for other in sorted(destination.diverts() | destination.borrows()):
        lacks = [word for word in required(line, other) if word not in own]
        if lacks and destination.name in line.routing.marks:
            diagnostics.error(
                line.routing.marks[destination.name],
                message(
                    "requirement-lost-by-divert",
                    "the destination '{destination}' passes calls on to '{other}', which requires '{word}'; let "
                    "'{destination}' require it too, or pass them on elsewhere",
                    destination=destination.name,
                    other=other,
                    word=lacks[0],
                ),
            )


def _on_call(line: Line, scope: str, word: Text, diagnostics: Diagnostics) -> None:
    table = line.routing.table
    for destination in table.destinations.values():
        if not scope_holds(scope, destination.name) or destination.name in line.routing.unread:
            continue
        if not rung_on_call(line, destination):
            diagnostics.error(
                line.routing.marks[destination.name],
                message(
                    "nobody-on-call",
                    "the destination '{destination}' must have staff on call ('{word}' of 'requires'), but none is "
                    "rung when it is not open; give it 'on_call', and 'closed: on-call' or hours with on_call "
                    "windows",
                    destination=destination.name,
                    word=word,
                ),
            )
            return


def rung_on_call(line: Line, destination: Destination) -> bool:
    """Return whether staff are rung for ``destination`` at some time when it is not open."""
    hours = line.routing.table.hours.get(destination.hours or "")
    rung = isinstance(destination.closed, RingOnCall) or bool(hours and hours.may_be_on_call)
    return bool(destination.rota or destination.on_call) and rung
