"""Reached places are what of a line a played call came to: a change elsewhere could not be heard."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from ivr.flow.line import Line
from ivr.flow.mutants.difference import Clocks, Dependence, Difference, asked_open
from ivr.replay.expectations import Dialled
from ivr.replay.runner import Played
from ivr.replay.script import Script
from ivr.simulator.phones import steps
from routing.closures import in_scope
from value_class import value_class


@value_class
class ReachedPlaces:
    """The ``states`` that a call of ``script`` entered, the ``edges`` (source and trigger) that it walked, the
    destinations it came to, and the instants of its turns, at which alone anything is decided.
    """

    script: Script
    requests: int
    states: frozenset[str]
    edges: frozenset[tuple[str, str]]
    destinations: frozenset[str]
    instants: tuple[datetime, ...]

    @property
    def expects_telephones(self) -> bool:
        """Return whether the script says who is rung."""
        return any(isinstance(each, Dialled) for each in self.script.expectations)

    @property
    def speaks(self) -> bool:
        """Return whether the caller speaks in the script."""
        return any(isinstance(each, steps.Speak) for each in self.script.steps)

    @classmethod
    def of(cls, script: Script, played: Played, line: Line) -> ReachedPlaces:
        """Read what the played call came to."""
        walked = [edge.split(">") for edge in played.edges]
        states = {state for turn in played.turns for state in turn.states}
        states |= {state for source, _, target in walked for state in (source, target)} | {line.header.start}
        chosen = (line.states[state].chooses for state in states if state in line.states)
        scopes = {str(choice.name) for choice in chosen if choice and choice.by == "name"}
        scopes |= {turn.destination for turn in played.turns if turn.destination}
        began = script.at.replace(tzinfo=line.header.zone)
        return cls(
            script,
            played.requests,
            frozenset(states),
            frozenset((source, trigger) for source, trigger, _ in walked),
            frozenset(
                name for name in line.routing.table.destinations if any(in_scope(name, scope) for scope in scopes)
            ),
            tuple(began + timedelta(seconds=turn.t) for turn in played.turns),
        )


def worth_playing(line: Line, differs: Difference, calls: Sequence[ReachedPlaces]) -> list[ReachedPlaces]:
    """Return the calls that come to what ``differs``, those that come the nearest to it first, of these the shortest.

    A call that comes to nothing of it goes as it went, since a turn depends on nothing that it does not come to.
    """
    table = line.routing.table
    by_table = {name for name, node in line.states.items() if node.chooses and node.chooses.by != "name"}

    on_destinations = Dependence.on(table, differs.destinations)
    on_clocks = [(each, Dependence.on(table, each.destinations)) for each in differs.clocks]

    def depends(call: ReachedPlaces, dependence: Dependence) -> bool:
        return dependence.of_call(call.destinations, by_table=bool(by_table & call.states))

    def told_by(clocks: Clocks, dependence: Dependence, call: ReachedPlaces) -> bool:
        asks = depends(call, dependence) or _asks(line, clocks.destinations, call)
        return asks and any(clocks.differ_at(instant) for instant in call.instants)

    def rank(call: ReachedPlaces) -> int | None:
        if differs.edges & call.edges or differs.destinations & call.destinations:
            return 0
        if differs.states & call.states or call.script.from_ in differs.callers:
            return 1
        if any(told_by(clocks, dependence, call) for clocks, dependence in on_clocks):
            return 1
        if differs.header or depends(call, on_destinations) or _asks(line, differs.answering, call):
            return 2
        return None

    def likely(call: ReachedPlaces) -> bool:
        """Whether the script looks at what differs: who is rung, or what is said."""
        rings = bool(differs.destinations or differs.clocks)
        return call.expects_telephones if rings else bool(differs.states) and call.speaks

    ranked = [(near, not likely(call), call) for call in calls if (near := rank(call)) is not None]
    ranked.sort(key=lambda each: (*each[:2], each[2].requests, each[2].script.mark, each[2].script.number))
    return [call for _, _, call in ranked]


def _asks(line: Line, destinations: frozenset[str], call: ReachedPlaces) -> bool:
    """Whether a check that the call came to asks if one of the destinations is open."""
    return any(asked_open(line, state, name) for name in destinations for state in call.states)
