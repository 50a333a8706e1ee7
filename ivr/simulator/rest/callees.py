"""Gives each number that the application calls a telephone: one with an outcome, or one that follows steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ivr.simulator import acts
from ivr.simulator.acts import Act
from ivr.simulator.moments import Moment
from ivr.simulator.phones.base import Phone
from ivr.simulator.phones.scripted import REACTION, RING, ScriptedPhone
from ivr.simulator.phones.steps import Outcome, Step
from ivr.simulator.transcript import Event
from value_class import value_class


@value_class
class CalleeBehaviour:
    """A party that answers after ``ring`` seconds, hears everything, presses nothing and talks for ``talk`` seconds.

    ``by`` is who it is: human, machine (with its ``greeting``), fax, silent or unknown.
    """

    outcome: Outcome = "answered"
    ring: float = RING
    talk: float = 60.0
    by: str = "human"
    greeting: acts.MachineGreeting = acts.USUAL_GREETING


class Callees:
    """Gives the telephone of a number: that of ``by_number``, else one of ``default``."""

    def __init__(
        self,
        by_number: Mapping[str, CalleeBehaviour | Sequence[Step]] | None = None,
        default: CalleeBehaviour | None = None,
    ) -> None:
        self._by_number = dict(by_number or {})
        self._default = default or CalleeBehaviour()

    def __call__(self, number: str) -> Phone:
        """A telephone that rings now."""
        callee = self._by_number.get(number, self._default)
        return CalleePhone(callee) if isinstance(callee, CalleeBehaviour) else ScriptedPhone(callee)


class CalleePhone:
    """A telephone that behaves as its CalleeBehaviour says."""

    def __init__(self, callee: CalleeBehaviour) -> None:
        self._callee = callee

    def act(self, moment: Moment) -> Act | None:
        """Answer, or not; end a talk when it is over, also with an AI agent that waits for this party."""
        answers_nothing = moment.kind == "gather" and moment.agent is not None and not moment.agent.more_may_come
        if moment.kind == "connected" or answers_nothing:
            return acts.HangUp(self._callee.talk)
        if moment.kind != "ringing" or not moment.legs or moment.legs[0].noun != "Number":
            return None
        match self._callee.outcome:
            case "answered":
                return acts.Answered(after=self._callee.ring, by=self._callee.by, greeting=self._callee.greeting)
            case "busy":
                return acts.Busy(after=REACTION)
            case "failed":
                return acts.Failed()
            case "canceled":
                return acts.Canceled(after=REACTION)
            case "no-answer":
                return acts.NoAnswer()

    def notice(self, event: Event) -> None:
        """Takes note of nothing."""

    def ended(self) -> str | None:
        """Tells nothing, since nothing was planned."""
        return None
