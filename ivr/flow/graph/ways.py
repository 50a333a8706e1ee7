"""The ways out of a state, reduced to what a reader wants to follow: one row a target, and badges for the rest.

Every menu has keys that go back, say it again or call people, and people who take over when help is used up. Drawn as
arrows they hide the tree; here they are badges, told from what the state's kind says of itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Literal, NamedTuple

from ivr.flow import triggers
from ivr.flow.line import Line
from ivr.flow.nodes import Edge, Node
from ivr.flow.rules import refuses
from ivr.source.yaml import Text
from value_class import value_class


class Sign(NamedTuple):
    """A sign tells of an edge in a row: a ``key``, an ``answer`` or a name as YAML has it, or a ``label`` of ours."""

    kind: Literal["key", "answer", "label"]
    text: str


@value_class
class Way:
    """Everything that leads from one state to one target, in the order of the file."""

    edges: tuple[Edge, ...]

    @property
    def target(self) -> str:
        """The state that it leads to."""
        return self.edges[0].target

    @property
    def signs(self) -> tuple[Sign, ...]:
        """The keys that a caller presses, or the answers that are found, to go there."""
        return tuple(dict.fromkeys(sign for edge in self.edges if (sign := sign_of(edge)).text))

    @property
    def goes_on(self) -> bool:
        """Return whether a call that is refused nothing goes here by itself, or by the entry that was asked for."""
        trigger = self.edges[0].trigger
        passed = trigger.startswith("is_") and not refuses(sign_of(self.edges[0]).text)
        return passed or trigger in {triggers.NEXT, triggers.COLLECTED, triggers.RECORDED}


@value_class
class Badge:
    """A badge is a way that every question has: ``back`` with ``*``, ``repeat`` it, or to ``people``."""

    does: Literal["back", "repeat", "people"]
    way: Way


@value_class
class WaysOut:
    """``ways`` lead on to other states, ``rings`` to where the telephones of the destination that was chosen ring."""

    ways: tuple[Way, ...]
    rings: tuple[Way, ...]
    badges: tuple[Badge, ...]


def ways_out(line: Line) -> dict[str, WaysOut]:
    """The ways out of each state of ``line``.

    A badge that is the only thing to lead to a state, from one state only, is a row: the target stands nowhere else.
    """
    out = {name: _of(line, node) for name, node in line.states.items()}
    reached = _reached(out, [line.header.start, *(name for name, node in line.states.items() if node.rings)])
    sources = Counter(badge.way.target for each in out.values() for badge in each.badges)
    only = {target for target, count in sources.items() if count == 1 and target not in reached}
    return {name: _with_rows(each, only) for name, each in out.items()}


def sign_of(edge: Edge) -> Sign:
    """The sign of one edge; without text where the call simply goes on."""
    if edge.trigger.startswith("key_"):
        return Sign("key", _pressed(edge))
    if edge.trigger.startswith("is_"):
        return Sign("answer", edge.label.rpartition(": ")[2])
    return Sign("answer" if isinstance(edge.label, Text) else "label", edge.label)


def _of(line: Line, node: Node) -> WaysOut:
    rows: list[Edge] = []
    rings: list[Edge] = []
    badges: dict[tuple[Literal["back", "repeat", "people"], str], list[Edge]] = {}
    for edge in node.edges():
        does = _badge(node, edge)
        if does:
            badges.setdefault((does, edge.target), []).append(edge)
        elif edge.target == node.name and edge.trigger in {triggers.NO_INPUT, triggers.NO_MATCH}:
            continue  # help, which every question has
        else:
            (rings if node.chooses and line.states[edge.target].rings else rows).append(edge)
    told = (Badge(does, Way(tuple(way))) for (does, _), way in badges.items())
    return WaysOut(tuple(_joined(rows)), tuple(_joined(rings)), tuple(told))


def _badge(node: Node, edge: Edge) -> Literal["back", "repeat", "people"] | None:
    """What is the same in every question, or None; keys of its own are told in rows, wherever they lead."""
    if node.hands_over_to is None:
        return None
    if edge.trigger == triggers.MAX_REPROMPTS:
        return "people"
    if not edge.trigger.startswith("key_") or _pressed(edge) in node.told_keys:
        return None
    if edge.target == node.name:
        return "repeat"
    return "back" if edge.trigger == triggers.key("*") else "people"


def _pressed(edge: Edge) -> str:
    return next(key for key in triggers.KEYS if triggers.key(key) == edge.trigger)


def _joined(edges: Iterable[Edge]) -> Iterator[Way]:
    """One way a target."""
    targets: dict[str, list[Edge]] = {}
    for edge in edges:
        targets.setdefault(edge.target, []).append(edge)
    return (Way(tuple(each)) for each in targets.values())


def _reached(out: dict[str, WaysOut], roots: list[str]) -> set[str]:
    reached: set[str] = set()
    waiting = roots
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += [way.target for way in out[name].ways]
    return reached


def _with_rows(out: WaysOut, only: set[str]) -> WaysOut:
    rows = tuple(badge.way for badge in out.badges if badge.way.target in only)
    kept = tuple(badge for badge in out.badges if badge.way.target not in only)
    return replace(out, ways=(*out.ways, *rows), badges=kept)
