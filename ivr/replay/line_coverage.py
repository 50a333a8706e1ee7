"""``cover`` compares all that may happen on a line with what the played calls tried: states, edges, prompts and more.

Each aspect is a set of things, with the places where they are written, and those of them that were met. Edges walked
are what they were before the other aspects came (``ivr.replay.coverage``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, Literal, TypeAlias, get_args

from ivr.flow.graph import edges
from ivr.flow.line import Line
from ivr.flow.nodes import Edge
from ivr.flow.nodes.check import Check
from ivr.replay.coverage import edge_name
from ivr.replay.destination_coverage import ENDINGS, TIMES, DestinationCoverage, cell_name, cover_destinations, rung
from ivr.replay.heard_prompts import pattern_of
from ivr.replay.runner import Played
from ivr.replay.script import Script
from ivr.replay.written_states import opening_of, written_lines
from ivr.simulator.phones.prompt_log import plain
from ivr.source.diagnostics import Mark
from routing.targets import Number, Queue
from value_class import value_class

AspectName: TypeAlias = Literal["states", "edges", "prompts", "outcomes", "times", "lines"]
ASPECTS: Final[tuple[AspectName, ...]] = get_args(AspectName)

MEANINGS: Final[dict[AspectName, str]] = {
    "states": "states of the menu that a call entered",
    "edges": "ways between them that a call walked",
    "prompts": "sentences that a caller heard",
    "outcomes": "answers of checks, and endings of ringing",
    "times": "times at which a call came to a destination",
    "lines": "lines of the menu's file that a call went through",
}
"""What each aspect counts, in words for people."""


@value_class
class Thing:
    """One thing that may happen: how people call it, and where it is written."""

    told: str
    mark: Mark


@value_class
class Aspect:
    """All ``things`` of one kind that may happen, by their keys, and the keys of those that were ``met``."""

    name: AspectName
    things: Mapping[str, Thing]
    met: frozenset[str]

    @property
    def total(self) -> int:
        """Return how many things there are."""
        return len(self.things)

    @property
    def tried(self) -> int:
        """Return how many of them were met."""
        return len(self.things.keys() & self.met)

    @property
    def percent(self) -> float:
        """Return the share of what was met, cut off at one decimal so that 100.0 means everything."""
        return self.tried * 1000 // self.total / 10 if self.things else 100.0

    def missing(self) -> list[Thing]:
        """Return what was not met, in the order of the files."""
        left = [thing for key, thing in self.things.items() if key not in self.met]
        return sorted(left, key=lambda thing: (thing.mark, thing.told))


@value_class
class LineCoverage:
    """The coverage of the line ``name`` by ``calls`` calls: every aspect, and the destinations one by one.

    ``menu`` is the file of its states, and ``on_line`` what stands in each line of it, of which aspect and key.
    """

    name: str
    calls: int
    aspects: tuple[Aspect, ...]
    destinations: tuple[DestinationCoverage, ...]
    menu: str
    on_line: Mapping[int, Sequence[tuple[AspectName, str]]]

    def aspect(self, name: AspectName) -> Aspect:
        """Return the aspect of that name."""
        return next(aspect for aspect in self.aspects if aspect.name == name)


def cover(line: Line, calls: Sequence[tuple[Script, Played]]) -> LineCoverage:
    """Return what of ``line`` the ``calls`` tried, each with the script that it was played from."""
    every = edges(line)
    walked = frozenset(edge for _, played in calls for edge in played.edges)
    entered = {state for _, played in calls for turn in played.turns for state in turn.states}
    destinations = cover_destinations(line, calls)
    states = Aspect("states", _states(line), frozenset(entered | _entered(every, walked)))
    ways = Aspect("edges", {edge_name(edge): Thing(_way(edge), edge.mark) for edge in every}, walked)
    prompts = Aspect("prompts", _prompts(line), frozenset(_heard(line, calls)))
    outcomes = _outcomes(line, every, walked, destinations)
    times = _times(line, destinations)
    menu = next((node.mark.file for node in line.states.values()), "")
    on_line = _on_line(line, menu, states, ways)
    met = {aspect.name: aspect.met for aspect in (states, ways, prompts)}
    tried = (number for number, each in on_line.items() if any(key in met[name] for name, key in each))
    lines = {str(number): Thing(f"line {number}", Mark(menu, number, 1)) for number in on_line}
    aspects = (states, ways, prompts, outcomes, times, Aspect("lines", lines, frozenset(str(each) for each in tried)))
    return LineCoverage(line.name, len(calls), aspects, tuple(destinations), menu, on_line)


def _states(line: Line) -> dict[str, Thing]:
    written: dict[str, list[str]] = {}
    found = {}
    for name, node in line.states.items():
        lines = written.setdefault(node.mark.file, written_lines(node.mark.file))
        found[name] = Thing(name, opening_of(node, lines))
    return found


def _entered(every: Iterable[Edge], walked: frozenset[str]) -> set[str]:
    """The first state of a call stands in no header of states that it has left in the same turn."""
    return {state for edge in every if edge_name(edge) in walked for state in (edge.source, edge.target)}


def _prompts(line: Line) -> dict[str, Thing]:
    """What may be heard in a call in which nothing breaks; the rest no script can bring about."""
    header, targets = line.header, list(rung(line.routing.table.destinations.values()))
    never = {header.apology, header.moment, header.changed}
    if not any(isinstance(target, Queue) for target in targets):
        never.add(header.wait)
    if not any(isinstance(target, Number) and target.accept for target in targets):
        never.add(header.accept)
    found = {}
    for name, prompt in line.prompts.texts.items():
        if name not in never and _has_words(line, name):
            found[name] = Thing(name, prompt.text.mark)
    return found


def _has_words(line: Line, name: str) -> bool:
    try:
        pattern_of(line.prompts.texts[name])
    except ValueError:
        return False
    return True


def _heard(line: Line, calls: Sequence[tuple[Script, Played]]) -> Iterator[str]:
    spoken = [plain(words) for _, played in calls for words in played.heard]
    for name in _prompts(line):
        pattern = pattern_of(line.prompts.texts[name])
        if any(pattern.search(words) for words in spoken):
            yield name


def _outcomes(
    line: Line, every: Iterable[Edge], walked: frozenset[str], destinations: Iterable[DestinationCoverage]
) -> Aspect:
    """The answers of each check, and how the ringing of each destination may end."""
    things, met = {}, set()
    for edge in every:
        if isinstance(line.states.get(edge.source), Check):
            key = edge_name(edge)
            things[key] = Thing(f"{edge.source}: {edge.label}", edge.mark)
            met |= {key} & walked
    for each in destinations:
        mark = line.routing.marks[each.name]
        for ending in ENDINGS:
            if ending in each.possible_endings:
                things[cell_name(each.name, ending)] = Thing(cell_name(each.name, ending), mark)
        met |= {cell_name(each.name, ending) for ending in each.tried_endings}
    return Aspect("outcomes", things, frozenset(met))


def _times(line: Line, destinations: Iterable[DestinationCoverage]) -> Aspect:
    things, met = {}, set()
    for each in destinations:
        mark = line.routing.marks[each.name]
        for time in TIMES:
            if time in each.possible_times:
                things[cell_name(each.name, time)] = Thing(cell_name(each.name, time), mark)
        met |= {cell_name(each.name, time) for time in each.tried_times}
    return Aspect("times", things, frozenset(met))


def _on_line(line: Line, menu: str, states: Aspect, ways: Aspect) -> dict[int, list[tuple[AspectName, str]]]:
    """What stands in each line of the menu: a state's name, the ways out of it, the prompts that it says.

    What is written once for all states (``human``, ``transfer``) stands above them, and counts among the edges only.
    """
    first = min((thing.mark.line for thing in states.things.values()), default=1)
    found: dict[int, list[tuple[AspectName, str]]] = {}

    def put(mark: Mark, aspect: AspectName, key: str) -> None:
        if mark.file == menu and mark.line >= first and (aspect, key) not in found.setdefault(mark.line, []):
            found[mark.line].append((aspect, key))

    for name, thing in states.things.items():
        put(thing.mark, "states", name)
    for key, thing in ways.things.items():
        put(thing.mark, "edges", key)
    for node in line.states.values():
        for prompt in node.prompts():
            put(prompt.mark, "prompts", prompt)
    return {number: found[number] for number in sorted(found)}


def _way(edge: Edge) -> str:
    return f"{edge.source} → {edge.target} ({edge.label or edge.trigger})"
