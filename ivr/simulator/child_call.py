"""A child call rings one party on behalf of the caller's call: a leg of a <Dial>.

It has an identifier, a status and callbacks of its own. While its whisper is performed, the caller goes on hearing
ringing, and may hang up.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ivr.simulator import acts
from ivr.simulator.acts import KEY_SECONDS, Act
from ivr.simulator.call_leg import CallLeg
from ivr.simulator.call_setup import CallSetup
from ivr.simulator.effects import Steps
from ivr.simulator.moments import Moment, Whisper
from ivr.simulator.parameters import Params
from ivr.simulator.transcript import Event
from ivr.simulator.verbs.call_control import Verb
from ivr.simulator.verbs.exits import CallEnded, Goto
from ivr.simulator.verbs.hold import only


class ChildCall(CallLeg):
    """Leg ``number`` of a Dial in ``caller``'s call."""

    def __init__(self, setup: CallSetup, caller: CallLeg, number: int) -> None:
        super().__init__(setup, caller.transcript, caller.agenda, ChildCall)
        self._caller = caller
        self._number = number
        self._keys = ""

    def ring(self) -> Steps[None]:
        """Ring, and report it to the leg's own status callback."""
        yield from self._progress.report("initiated", self.params())
        self.status = "ringing"
        yield from self._progress.report("ringing", self.params())

    def whisper(self, goto: Goto, keys: str, allowed: tuple[type[Verb], ...], code: int) -> Steps[bool]:
        """Perform the document at ``goto``; the callee presses ``keys`` once it listens. False where this leg ends."""
        self._keys = keys
        following: Goto | None = goto
        try:
            while following:
                document = yield from self.open(following)
                following = yield from self.perform(only(document, allowed, code, self))
        except CallEnded as ended:
            if ended.by in {"app", "carrier", "callee"}:
                return False
            raise
        return True

    def ended(self, outcome: str) -> Steps[None]:
        """End the leg with its last status: busy, no-answer, failed, canceled or completed."""
        self.status = outcome
        yield from self._progress.report("completed", self.params())

    def ask(self, moment: Moment) -> Steps[Act | None]:
        """Let ``moment`` pass until the callee acts; meanwhile the caller hears it ring, and keys are lost."""
        if self.concealed:
            moment = replace(moment, secret=True)
        act: acts.Press | None = None
        if self._keys and moment.kind == "gather" and moment.gather and "dtmf" in moment.gather.input:
            act, self._keys = acts.Press(self._keys, KEY_SECONDS), ""
        left = KEY_SECONDS if act else moment.seconds
        while True:
            began = self.clock.elapsed()
            whisper = Whisper(self._number, moment)
            match (yield from self._caller.ask(Moment("ringing", "Dial", left, whisper=whisper))):
                case None:
                    return act
                case acts.CalleePress(digits=digits, leg=self._number):
                    return acts.Press(digits)
                case acts.CalleeHangUp(leg=self._number):
                    raise CallEnded("callee")
                case acts.Press(digits=digits):
                    yield from self._caller.pressed(digits, lost=True)
            if left is not None:
                left = max(left - (self.clock.elapsed() - began), 0.0)

    def tell(self, kind: str, **details: Any) -> Steps[Event]:
        """Write down what begins to happen, with the number of this leg."""
        return (yield from super().tell(kind, **details, leg=self._number))

    def params(self) -> Params:
        """This leg's own fields."""
        return (*super().params(), ("ParentCallSid", self._caller.call_sid))
