"""A turn as a value: position, event and facts in; position, verbs and trace out. Pure, and the same every time."""

from __future__ import annotations

from dataclasses import dataclass

from ivr.call.events import Event, Started
from ivr.call.facts import Facts, Needs
from ivr.call.position import Position
from ivr.call.states import ARRIVE, HEAR
from ivr.call.verbs import Gather, Say, Verb
from ivr.call.walk import Walk
from ivr.flow.line import Line
from ivr.flow.machine import MenuMachine
from ivr.flow.nodes.base import Edge
from ivr.flow.nodes.collect import Collect
from ivr.flow.nodes.menu import Menu

MAX_MOVES = 60
"""States that one turn may pass without waiting; the checks of a line forbid circles, so this is a second lock."""

WAITS = "waits"
"""The outcome of a turn that stays where it is: a transfer that rings its next target, a call that is over."""


@dataclass(frozen=True, slots=True)
class Step:
    """What came of a turn.

    ``heard`` is the state in which the event was heard; ``outcome`` the first trigger; ``states`` those entered, in
    order, and ``edges`` the way between them; ``destination`` the desk that the router chose, in this turn; ``secret``
    whether what is keyed next must never be shown; ``ended`` whether the call is over.
    """

    position: Position
    verbs: tuple[Verb, ...]
    heard: str
    outcome: str
    states: tuple[str, ...]
    edges: tuple[Edge, ...]
    destination: str | None
    reason: str | None
    secret: bool
    ended: bool


class Engine:
    """Performs the turns of one version of one line. Holds no state of any call."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.needs = Needs(line)
        self._machine = MenuMachine(line)
        self._edges = {(edge.source, edge.trigger): edge for node in line.states.values() for edge in node.edges()}

    def start(self) -> Position:
        """Where every call begins."""
        return Position(self.line.header.start.text)

    def step(self, position: Position, event: Event, facts: Facts, turn: int) -> Step:
        """One turn, the ``turn``-th of its call (the first is 0)."""
        walk = Walk.begin(self.line, position, facts)
        heard = walk.state
        if isinstance(event, Started):
            outcome: str = Started.kind
            walk.entered.append(walk.state)
        else:
            node = self.line.states[walk.state]
            trigger = HEAR[node.kind](walk, node, event)
            if trigger is None:
                return self._step(walk, heard, WAITS)
            outcome = trigger
            if turn >= self.line.header.max_turns and isinstance(node, Menu | Collect) and not walk.over_limit:
                self._hand_over(walk)
            else:
                self._move(walk, outcome)
        for _ in range(MAX_MOVES):
            node = self.line.states[walk.state]
            onward = ARRIVE[node.kind](walk, node)
            walk.help = None
            if onward is None:
                return self._step(walk, heard, outcome)
            self._move(walk, onward)
        raise RuntimeError(f"the call went through {MAX_MOVES} states without waiting, the last one '{walk.state}'")

    def _move(self, walk: Walk, trigger: str) -> None:
        edge = self._edges[walk.state, trigger]
        self._machine.move(walk, trigger)
        walk.edges.append(edge)
        walk.entered.append(edge.target)
        if edge.target != edge.source or walk.help is None:
            walk.help = None
            walk.silences = walk.errors = walk.strays = 0

    def _hand_over(self, walk: Walk) -> None:
        """Too many turns: whoever (or whatever) keys for ever is handed to a human, whatever was asked."""
        walk.over_limit = True
        walk.help = None
        walk.state = self.line.header.human.text
        walk.entered.append(walk.state)
        walk.reason = "too many turns"

    def _step(self, walk: Walk, heard: str, outcome: str) -> Step:
        node = self.line.states[walk.state]
        return Step(
            position=walk.position(),
            verbs=_listening(walk.verbs),
            heard=heard,
            outcome=outcome,
            states=tuple(walk.entered),
            edges=tuple(walk.edges),
            destination=walk.decided,
            reason=walk.reason,
            secret=isinstance(node, Collect) and node.secret,
            ended=node.kind == "hangup",
        )


def _listening(verbs: list[Verb]) -> tuple[Verb, ...]:
    """Sentences before a gather are spoken while it listens already, so that a key cuts them short; all but those that
    must be heard to their end, and whatever comes before such a one.
    """
    if not verbs or not isinstance(verbs[-1], Gather):
        return tuple(verbs)
    gather = verbs[-1]
    place = len(verbs) - 1
    before: list[Say] = []
    while place > 0:
        verb = verbs[place - 1]
        if not isinstance(verb, Say) or not verb.barge_in:
            break
        before.insert(0, verb)
        place -= 1
    listening = Gather(
        (*before, *gather.prompts), gather.num_digits, gather.finish_on_key, gather.seconds, gather.speech, gather.hints
    )
    return (*verbs[:place], listening)
