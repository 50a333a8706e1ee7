"""A turn as a value: position, event and facts in; position, verbs and trace out. Pure, and the same every time."""

from __future__ import annotations

from typing import NamedTuple

from ivr.call import events, verbs
from ivr.call.announcing import announce_line
from ivr.call.effects import Effect, PasswordCompared, TalkRecorded
from ivr.call.facts import DataNeededError, Facts, Needs
from ivr.call.position import Position
from ivr.call.states import PERFORMERS
from ivr.call.telling import Telling
from ivr.call.turn_state import TurnState
from ivr.flow import triggers
from ivr.flow.line import Line
from ivr.flow.machine import MenuMachine
from ivr.flow.nodes.base import Edge, Node
from ivr.flow.ways import confirming_states
from routing.trace import TraceStep
from value_class import value_class

MAX_MOVES = 60
"""States that one turn may pass without waiting; the checks of a line forbid circles, so this is a second lock."""

HANDED_OVER = "handed_over"
"""The outcome of the turn that is one too many; what was keyed in it is not even heard."""

WAITS = "waits"
"""The outcome of a turn that stays where it is: a transfer that rings its next target, a call that is over."""


@value_class
class Step:
    """The engine makes a Step of each event: what came of the turn.

    ``from_state`` is the state in which the call waited for the event; ``outcome`` the first trigger; ``states`` those
    entered, in order, and ``edges`` the way between them; ``destination`` the destination that the router chose, in
    this turn; ``secret`` whether what is keyed next must never be shown, and ``secret_speech`` whether what is said now
    must not either; ``ended`` whether the call is over; ``tried`` are the rules by which the router decided,
    ``checked`` those of checks with their answers, ``asked`` what the router was asked, and ``effects`` what the turn
    causes besides.
    """

    position: Position
    verbs: tuple[verbs.Verb, ...]
    from_state: str
    outcome: str
    states: tuple[str, ...]
    edges: tuple[Edge, ...]
    destination: str | None
    reason: str | None
    secret: bool
    secret_speech: bool
    ended: bool
    tried: tuple[TraceStep, ...] = ()
    checked: tuple[tuple[str, str], ...] = ()
    asked: tuple[tuple[str, str], ...] = ()
    effects: tuple[Effect, ...] = ()


class Halted(NamedTuple):
    """A halted turn stands before a state that needs facts which were not asked for. The engine takes it up once."""

    turn: TurnState
    from_state: str
    outcome: str
    is_line_announced: bool


class FactsNeededError(Exception):
    """A turn came to a state that needs facts which were not asked for yet. ``halted`` is where it stopped, for
    ``Engine.step``; None where it begins in that state. Until then nothing was told to anybody.
    """

    halted: Halted | None = None


class Engine:
    """Performs the turns of one version of one line. Holds no state of any call."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.needs = Needs(line)
        self._machine = MenuMachine(line)
        self._telling = Telling(line)
        self._confirming = confirming_states(line)
        self._edges = {(edge.source, edge.trigger): edge for node in line.states.values() for edge in node.edges()}

    def start(self) -> Position:
        """Begin a call at the menu's start."""
        return Position(self.line.header.start)

    def start_at_destination(self, destination: str) -> Position:
        """Begin a call that we made, to connect the person who answers it with ``destination``, or with people where a
        release has taken that destination away.
        """
        if destination not in self.line.routing.table.destinations:
            return Position(self.line.header.human)
        return Position(self.line.header.defaults.transfer, destination=destination)

    def is_secret(self, node: Node) -> bool:
        """Return whether what is keyed in the state must never be shown. A caller who takes the question whether the
        document is right for the next one keys a password there.
        """
        return bool(node.entry and node.entry.secret) or node.name in self._confirming

    def step(
        self, position: Position, event: events.Event, facts: Facts, number: int, halted: Halted | None = None
    ) -> Step:
        """One turn, the ``number``-th of its call (the first is 0). ``halted`` is the same turn as a FactsNeededError
        told it, which goes on by ``facts``: with those that it began by, and others.

        Raises DataNeededError where the facts are ``database_down`` and the turn comes to a state that needs some, and
        FactsNeededError where it comes to one that needs facts which were not asked for.
        """
        if halted:
            halted.turn.facts = facts
            return self._walk(*halted)
        turn = TurnState.begin(self.line, position, facts)
        self._passable(turn)
        from_state = turn.state
        if facts.password_matched is not None:
            turn.effects.append(PasswordCompared(facts.password_matched))
        if isinstance(event, events.DialEnded) and (talk := event.recording):
            rung = turn.progress.destination if turn.progress else turn.destination
            turn.effects.append(TalkRecorded(rung, talk.sid, talk.url, event.seconds))
        if isinstance(event, events.Started):
            outcome: str = events.Started.kind
            turn.entered.append(turn.state)
        else:
            node = self.line.states[turn.state]
            if number >= self.line.header.max_turns and node.hands_over_to and not turn.over_limit:
                outcome = HANDED_OVER
                if turn.served:
                    self._end_after_call(turn)
                else:
                    self._hand_over(turn)
            else:
                trigger = PERFORMERS[type(node)].hear(turn, node, event)
                if trigger is None:
                    return self._step(turn, from_state, WAITS)
                outcome = trigger
                if trigger == triggers.MAX_REPROMPTS and self._is_after_call(turn, node):
                    self._end_after_call(turn)
                else:
                    self._move(turn, outcome)
        # A person whom we called back has heard it before.
        return self._walk(turn, from_state, outcome, number > 0 or position.destination is not None)

    def _walk(self, turn: TurnState, from_state: str, outcome: str, is_line_announced: bool) -> Step:
        """From the state in which the turn stands to where it waits."""
        for _ in range(MAX_MOVES):
            try:
                self._passable(turn)
            except FactsNeededError as needed:
                needed.halted = Halted(turn, from_state, outcome, is_line_announced)
                raise
            node = self.line.states[turn.state]
            if not is_line_announced and (node.waits or node.ends_call):
                is_line_announced = True
                announce_line(turn)
            if turn.over_limit and node.hands_over_to:
                # People were asked for and there are none: nothing is left that another question could change, but a
                # message may be left where the menu leads to that.
                if self.line.states[node.hands_over_to].takes_message:
                    self._move(turn, triggers.MAX_REPROMPTS)
                    continue
                turn.verbs.append(verbs.Hangup())
                return self._step(turn, from_state, outcome)
            onward = PERFORMERS[type(node)].arrive(turn, node)
            turn.reprompt = None
            if onward is None:
                return self._step(turn, from_state, outcome)
            self._move(turn, onward)
        raise RuntimeError(f"the call went through {MAX_MOVES} states without waiting, the last one '{turn.state}'")

    def _passable(self, turn: TurnState) -> None:
        node, facts = self.line.states[turn.state], turn.facts
        if facts.database_down:
            identified = turn.contact_id is not None or turn.identity_omitted
            if self.needs.data(node, identified=identified):
                raise DataNeededError(turn.state)
        elif not self.needs.here(node) <= facts.asked:
            raise FactsNeededError(turn.state)

    def _move(self, turn: TurnState, trigger: str) -> None:
        edge = self._edges[turn.state, trigger]
        self._machine.move(turn, trigger)
        turn.edges.append(edge)
        turn.entered.append(edge.target)
        if edge.target != edge.source or turn.reprompt is None:
            turn.reprompt = None
            turn.silences = turn.errors = turn.stray_finish_keys = turn.code_keys = 0

    def _hand_over(self, turn: TurnState) -> None:
        """Too many turns: a caller, or a machine, that keys for ever is handed to a human, whatever was asked."""
        turn.over_limit = True
        turn.reprompt = None
        turn.state = self.line.header.human
        turn.entered.append(turn.state)
        turn.reason = "too many turns"

    def _is_after_call(self, turn: TurnState, node: Node) -> bool:
        """Whether the caller has talked with people already, and the menu names no state of its own for silence."""
        human = node.hands_over_to
        return turn.served and human is not None and human.mark == self.line.header.human.mark

    def _end_after_call(self, turn: TurnState) -> None:
        """Nothing more is said after a call: it ends where the line says goodbye, or without a word."""
        end = self.line.header.after_call
        turn.reprompt = None
        turn.reason = "nothing more was said after the call"
        if end is None:
            turn.over_limit = True
        else:
            turn.state = end
            turn.entered.append(turn.state)

    def _step(self, turn: TurnState, from_state: str, outcome: str) -> Step:
        node = self.line.states[turn.state]
        told = self._telling.of(turn, node)
        turn.said = told.said
        if told.lasts is not None:
            turn.prompts_end = (turn.facts.now + told.lasts).isoformat()
        return Step(
            position=turn.position(),
            verbs=told.answer,
            from_state=from_state,
            outcome=outcome,
            states=tuple(turn.entered),
            edges=tuple(turn.edges),
            destination=turn.decided,
            reason=turn.reason,
            secret=self.is_secret(node),
            secret_speech=told.reads_back,
            ended=node.ends_call,
            tried=tuple(turn.tried),
            checked=tuple(turn.checked),
            asked=tuple(turn.asked.items()),
            effects=tuple(turn.effects),
        )
