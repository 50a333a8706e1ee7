"""A slow typist: each key comes just before the gather's patience is over, every second entry just after it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ivr.flow.line import Line
from ivr.flow.nodes.question import Question
from ivr.replay.manners.manner import Manner, is_entry, takes_keys, without_limits
from ivr.replay.manners.watched_states import WatchedStates
from ivr.simulator import acts
from ivr.simulator.acts import Act
from ivr.simulator.call_setup import CallSetup
from ivr.simulator.moments import Moment
from ivr.simulator.phones import steps
from ivr.simulator.phones.base import soon
from ivr.simulator.phones.scripted import ScriptedPhone
from ivr.simulator.phones.steps import Step

SPARE: Final = 0.5
"""Seconds that are left of a gather's timeout when a key comes."""


class Slow(Manner):
    """Keys come one by one, each half a second before the gather gives up waiting.

    The first key of every second entry comes half a second after that: the line has asked again, and it falls into
    what is said then. Not where silence is an answer, and not in a script that has its caller silent, since a line
    asks only so often.
    """

    word = "slow"

    def phone(self, planned: Sequence[Step], setup: CallSetup, line: Line | None) -> ScriptedPhone:
        """Make the phone of a slow typist, who is never too late on a line of which nothing is known."""
        patient = line is None or any(isinstance(step, steps.Silent) for step in planned)
        states = setup.transport if isinstance(setup.transport, WatchedStates) and not patient else None
        return _SlowPhone(tuple(without_limits(planned)), line, states)


class _SlowPhone(ScriptedPhone):
    """``_rest`` are the keys of an entry that is being typed; ``_missed`` where its first key comes too late."""

    def __init__(self, planned: Sequence[Step], line: Line | None, states: WatchedStates | None) -> None:
        super().__init__(planned)
        self._line = line
        self._states = states
        self._rest = ""
        self._entries = 0
        self._missed: int | None = None

    def act(self, moment: Moment) -> Act | None:
        """Press the next key of the entry, or do what is due."""
        if self._rest and moment.kind == "gather" and moment.keyed:
            key, self._rest = self._rest[0], self._rest[1:]
            return acts.Press(key, _late(moment))
        self._rest = ""  # the entry was over by its length, and keys after that would be pressed into nothing
        position, step = self._due()
        if moment.kind == "gather" and not moment.keyed and self._misses(position, step) and self._fits(step, moment):
            self._missed = position
            return None
        act = super().act(moment)
        if not isinstance(act, acts.Press) or not is_entry(step) or not takes_keys(moment):
            return act
        self._entries += 1
        self._rest = act.digits[1:]
        return acts.Press(act.digits[0], soon(moment, SPARE) if moment.kind == "playing" else _late(moment))

    def _fits(self, step: Step | None, moment: Moment) -> bool:
        if step is None:
            return False
        asked_again = self._missed == self._due()[0] and is_entry(step) and takes_keys(moment)
        return asked_again or super()._fits(step, moment)

    def _misses(self, position: int, step: Step | None) -> bool:
        """Whether this entry is to come too late for the question as it is asked first."""
        if not is_entry(step) or self._missed == position or self._entries % 2 == 0:
            return False
        node = self._line.states.get(self._states.last) if self._line and self._states else None
        return isinstance(node, Question) and node.asks_after_silence


def _late(moment: Moment) -> float:
    seconds = moment.seconds or 0.0
    return seconds - min(SPARE, seconds / 2)
