"""A difference says which part of a line is not what it was: so that only calls that come there are worth playing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import datetime
from typing import Final

from ivr.flow import triggers
from ivr.flow.line import Line
from ivr.flow.nodes import Node, say
from ivr.flow.nodes.check import Check
from ivr.flow.nodes.question import Question
from ivr.flow.proof.rung import rung_from
from ivr.flow.rules import OPEN
from ivr.flow.waiting import Waiting
from routing.closures import in_scope
from routing.destinations import Destination, RingOnCall
from routing.hours import Hours, Open, Status
from routing.rotas import Rota
from routing.table import RoutingTable
from value_class import value_class

LEADING: Final = frozenset(
    {
        "back", "closed", "empty", "human", "human_key", "keys", "next", "no_message", "no_number", "opened",
        "otherwise", "outcomes", "read_back", "refused", "repeat", "repeat_key", "served", "skip", "transfer",
        "unknown", "unreachable",
    }
)  # fmt: skip
"""Fields of nodes whose whole meaning are the edges that follow from them."""


@value_class
class Clocks:
    """The ``destinations`` that are open at other times, or whose staff on call are others: what decided it, and what
    does now.
    """

    destinations: frozenset[str]
    was: Hours | Rota | None
    now: Hours | Rota | None

    def differ_at(self, instant: datetime) -> bool:
        """Return whether they say something else at ``instant``."""
        return _told_at(self.was, instant) != _told_at(self.now, instant)


@value_class
class Difference:
    """A difference holds ``edges`` (source, trigger) that lead elsewhere or are gone, ``states`` that differ in other
    ways or have a new edge, ``destinations`` whose rules differ, those ``answering`` otherwise while not open,
    ``clocks`` of some, ``callers`` who may be called back before or after only, and what holds for each call: keys of
    ``line``, or ``routing`` as a whole.
    """

    edges: frozenset[tuple[str, str]] = frozenset()
    states: frozenset[str] = frozenset()
    destinations: frozenset[str] = frozenset()
    answering: frozenset[str] = frozenset()
    clocks: tuple[Clocks, ...] = ()
    callers: frozenset[str] = frozenset()
    header: frozenset[str] = frozenset()

    @property
    def is_empty(self) -> bool:
        """Return whether nothing differs that a call could tell."""
        return self == Difference()

    @property
    def in_edges_only(self) -> bool:
        """Return whether nothing differs but what comes of edges of the line before."""
        return replace(self, edges=frozenset()) == Difference()


def status_of(hours: Hours | None, instant: datetime) -> Status:
    """Return what ``hours`` say at ``instant``; a destination without any is always open."""
    return hours.at(instant) if hours else Open()


def _told_at(clock: Hours | Rota | None, instant: datetime) -> object:
    return clock.targets_at(instant) if isinstance(clock, Rota) else status_of(clock, instant)


def difference(before: Line, after: Line) -> Difference:
    """Return what differs in ``after`` from ``before``, as far as a call can tell."""
    edges, states = _of_states(before, after)
    if before.routing is after.routing:
        return Difference(edges, states, header=_header(before, after))
    was, now = before.routing, after.routing
    destinations = {name for name in was.table.destinations if _rules(was.table, name) != _rules(now.table, name)}
    destinations |= was.recorded ^ now.recorded | was.no_message ^ now.no_message
    if was.table.codes != now.table.codes:
        states |= _choosing(before, "code")
    if was.table.regions != now.table.regions:
        states |= _choosing(before, "region")
    if was.table.services != now.table.services:
        states |= {name for name, node in before.states.items() if isinstance(node, say.Say) and node.service}
    never = was.table.callbacks.never
    if was.table.callbacks != replace(now.table.callbacks, never=never):
        states |= {name for name, node in before.states.items() if node.calls_back or node.rings}
    other = was.table.zone != now.table.zone or was.table.destinations.keys() != now.table.destinations.keys()
    header = _header(before, after) | ({"routing"} if other else frozenset())
    answering = {name for name in destinations if _answers(was.table, name) != _answers(now.table, name)}
    clocks = (*_hours(was.table, now.table), *_rotas(was.table, now.table))
    callers = never ^ now.table.callbacks.never
    return Difference(edges, states, frozenset(destinations), frozenset(answering), clocks, callers, header)


def asked_open(line: Line, state: str, destination: str) -> bool:
    """Return whether ``state`` asks if ``destination`` is open, beside others or alone."""
    node = line.states.get(state)
    return (
        isinstance(node, Check) and node.rule is OPEN and any(in_scope(destination, each) for each in node.destinations)
    )


@value_class
class Dependence:
    """A call depends on some ``destinations`` where it came to one of them, or to one that ``borrows`` their targets.

    One that passed the call on at once is told by no turn: it lies between one that the call was sent to, ``above`` it
    (by a table of codes or regions it may be any), and one that the call came to, ``below``.
    """

    destinations: frozenset[str]
    ways: tuple[tuple[frozenset[str], frozenset[str]], ...]
    borrowers: frozenset[str]

    @classmethod
    def on(cls, table: RoutingTable, destinations: frozenset[str]) -> Dependence:
        """Work out what lies above and below ``destinations``."""
        rung = {name: rung_from(table, name).keys() for name in table.destinations} if destinations else {}
        ways, borrowers = [], set()
        for name in destinations & rung.keys():
            above = frozenset(each for each, below in rung.items() if name in below and each != name)
            ways.append((above, frozenset(rung[name] - {name})))
            borrowers |= {
                each for each in above if any(name in table.destinations[other].borrows() for other in rung[each])
            }
        return cls(destinations, tuple(ways), frozenset(borrowers))

    def of_call(self, came: frozenset[str], *, by_table: bool) -> bool:
        """Return whether a call that ``came`` to these destinations depends on them."""
        if (self.destinations | self.borrowers) & came:
            return True
        return any(below & came and (by_table or above & came) for above, below in self.ways)


def _rules(table: RoutingTable, name: str) -> Destination | None:
    """A destination apart from when it is open and who is on call then, which is compared by the clock."""
    found = table.destinations.get(name)
    return replace(found, hours=None) if found else None


def _answers(table: RoutingTable, name: str) -> tuple[object, ...]:
    """What a destination does in a break, and while it is closed: by that it may count as open."""
    found = table.destinations.get(name)
    if found is None:
        return ()
    rings = isinstance(found.closed, RingOnCall)
    return found.closed, found.on_call, found.rota, found.exhausted if rings else None


def _hours(was: RoutingTable, now: RoutingTable) -> Iterator[Clocks]:
    """The destinations of each two hours that differ, which may have each other's names."""
    kept: dict[tuple[str | None, str | None], set[str]] = {}
    for name, destination in was.destinations.items():
        other = now.destinations.get(name)
        kept.setdefault((destination.hours, other.hours if other else None), set()).add(name)
    for (before, after), names in kept.items():
        old, new = was.hours.get(before or ""), now.hours.get(after or "")
        if old != new:
            yield Clocks(frozenset(names), old, new)


def _rotas(was: RoutingTable, now: RoutingTable) -> Iterator[Clocks]:
    for name, rota in was.rotas.items():
        if name in now.rotas and now.rotas[name] != rota:
            names = {each.name for each in was.destinations.values() if each.rota == name}
            yield Clocks(frozenset(names), rota, now.rotas[name])


def _choosing(line: Line, by: str) -> frozenset[str]:
    return frozenset(name for name, node in line.states.items() if node.chooses and node.chooses.by == by)


def _header(before: Line, after: Line) -> frozenset[str]:
    """The keys of ``line`` that differ, apart from those that states take over."""
    if before.header is after.header:
        return frozenset()
    names = (each.name for each in fields(before.header) if each.name not in {"mark", "defaults", "rules"})
    return frozenset(name for name in names if getattr(before.header, name) != getattr(after.header, name))


def _of_states(before: Line, after: Line) -> tuple[frozenset[tuple[str, str]], frozenset[str]]:
    edges: set[tuple[str, str]] = set()
    states: set[str] = set()
    for name, was in before.states.items():
        now = after.states.get(name)
        if now is was:
            continue
        if now is None or now.kind != was.kind or _said(now) != _said(was):
            states.add(name)
            continue
        old = {edge.trigger: replace(edge, mark=was.mark, label="") for edge in was.edges()}
        new = {edge.trigger: replace(edge, mark=was.mark, label="") for edge in now.edges()}
        edges |= {(name, trigger) for trigger, edge in old.items() if new.get(trigger) != edge}
        edges |= {(name, trigger) for trigger in _helped(was, now)}
        if new.keys() - old.keys():
            states.add(name)
    return frozenset(edges), frozenset(states)


def _helped(was: Node, now: Node) -> set[str]:
    """The triggers by which a caller comes to help that is another one."""
    found: set[str] = set()
    if isinstance(was, Question) and isinstance(now, Question):
        if was.reprompts.no_input != now.reprompts.no_input:
            found |= {triggers.NO_INPUT, triggers.MAX_REPROMPTS}
        if was.reprompts.invalid != now.reprompts.invalid:
            found |= {triggers.NO_MATCH, triggers.MAX_REPROMPTS}
    return found


def _said(node: Node) -> list[object]:
    """What is written of a state besides where it leads, and how it helps."""
    left_out = {"name", "mark", "reprompts", *LEADING}
    written = [getattr(node, each.name) for each in fields(node) if each.name not in left_out]
    return [replace(each, keys={}) if isinstance(each, Waiting) else each for each in written]
