"""A caller who mistypes: the first entry at each question is a wrong one, and the right one follows.

What is wrong is known from the line's menu: a key that leads nowhere, a document with another last digit, a password
that is keyed twice (one with another digit may be a colleague's), an access code that is too short. The caller answers
what the line asks then, going back where it does: after a wrong password it asks for the document again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from ivr.flow import triggers
from ivr.flow.entry_formats import EntryFormat
from ivr.flow.line import Line
from ivr.flow.nodes import Node
from ivr.flow.nodes.menu import Menu
from ivr.replay import expectations
from ivr.replay.expectations import Expectation
from ivr.replay.manners.answering import AnsweringPhone, unheard
from ivr.replay.manners.manner import Manner, is_entry, takes_keys
from ivr.replay.manners.watched_states import WatchedStates
from ivr.simulator import acts
from ivr.simulator.acts import Act
from ivr.simulator.call_setup import CallSetup
from ivr.simulator.moments import Moment
from ivr.simulator.phones.base import soon
from ivr.simulator.phones.scripted import REACTION, ScriptedPhone
from ivr.simulator.phones.steps import Step

FINISH: Final = triggers.FINISH_KEY
MOST_KEYS: Final = 8
"""Digits of the longest password."""

LANDING: Final = (
    expectations.Ended, expectations.Error, expectations.ReachedDestination, expectations.Visited
)  # fmt: skip
STRUCK_OUT: Final = frozenset({triggers.MAX_ATTEMPTS, triggers.MAX_REPROMPTS})


class Mistyping(Manner):
    """One wrong entry goes before the right one at each question that asks again, once a question.

    What is heard on the way is not asked for, and states of help may be entered: the call must land where it should.
    """

    word = "mistyping"

    def phone(self, planned: Sequence[Step], setup: CallSetup, line: Line | None) -> ScriptedPhone:
        """Make the phone of a caller who mistypes; on a line that is not ours nothing is known to be wrong."""
        kept, answers = unheard(planned)
        if line is None or not isinstance(setup.transport, WatchedStates):
            return AnsweringPhone(kept, answers)
        return _MistypingPhone(kept, answers, line, setup.transport)

    def asks(self, expectation: Expectation) -> bool:
        """Return whether ``expectation`` is about where the call lands, or about the way there."""
        return isinstance(expectation, LANDING)

    def forgives(self, edges: Iterable[str]) -> str | None:
        """Return why a call need not land where its script expects: its wrong entries were one too many."""
        struck = any(edge.split(">")[1:2][0] in STRUCK_OUT for edge in edges if edge.count(">") == 2)
        return "ended by strikes" if struck else None


class _MistypingPhone(AnsweringPhone):
    """``_given`` is what was keyed or said at each state last and led on: the answer where the question comes again.

    ``_wrong_at`` is the state at which the entry that is due was mistyped; None where it was not.
    """

    def __init__(self, planned: Sequence[Step], answers: frozenset[int], line: Line, states: WatchedStates) -> None:
        super().__init__(planned, answers)
        self._line = line
        self._states = states
        self._given: dict[str, acts.Press | acts.Speak] = {}
        self._mistyped: set[str] = set()
        self._wrong_at: str | None = None

    def act(self, moment: Moment) -> Act | None:
        """Mistype the entry that is due, correct it, or do what is due."""
        state = self._states.last
        if self._wrong_at and moment.gather and state != self._wrong_at and state in self._given:
            waits = moment.kind == "gather" and not moment.keyed
            return replace(self._given[state], after=soon(moment, REACTION)) if waits else None
        before, step = self._due()
        act = super().act(moment)
        if isinstance(act, acts.Press) and is_entry(step) and takes_keys(moment) and not moment.keyed:
            wrong = self._wrong(state, act.digits)
            if wrong is not None:
                # The step is still due: what the phone has just taken for done is done once it is corrected.
                self._next = before
                self._mistyped.add(state)
                self._wrong_at = state
                return acts.Press(wrong, act.after)
        if isinstance(act, acts.Press | acts.Speak) and moment.gather:
            self._given[state] = act
            self._wrong_at = None
        return act

    def _wrong(self, state: str, digits: str) -> str | None:
        """A wrong entry in place of ``digits`` at ``state``; None where none is made, or none is known to be wrong."""
        node = self._line.states.get(state)
        if node is None or state in self._mistyped or node.hands_over_to is None:
            return None
        return wrong_entry(node, digits)


def wrong_entry(node: Node, digits: str) -> str | None:
    """Return keys that ``node`` does not take, as a caller mistypes them who means ``digits``; None where it takes all
    that could be keyed, or asks no second time.
    """
    if not node.takes_several_keys:
        code = node.code.keys if isinstance(node, Menu) and node.code else ()
        return next((key for key in "8164235790" if key not in node.taken_keys() and key not in code), None)
    keys = digits.removesuffix(FINISH)
    if not keys.isdecimal() or keys in node.taken_keys():
        return None
    match node.entry:
        case EntryFormat.DOCUMENT | EntryFormat.TICKET:
            return f"{keys[:-1]}{(int(keys[-1]) + 1) % 10}{digits[len(keys) :]}"
        case EntryFormat.PASSWORD | EntryFormat.NEW_PASSWORD | EntryFormat.NEW_PASSWORD_AGAIN:
            return f"{keys}{keys}"[:MOST_KEYS] + digits[len(keys) :] if len(keys) < MOST_KEYS else None
        case EntryFormat.ACCESS_CODE:
            return next((f"{key}{FINISH}" for key in "8164235790" if key not in node.taken_keys()), None)
    return None
