"""THEORY"""

from __future__ import annotations

import math

from ivr.simulator.agenda import Agenda
from ivr.simulator.call_leg import CallLeg
from ivr.simulator.call_setup import CallSetup
from ivr.simulator.child_call import ChildCall
from ivr.simulator.effects import Pass, Steps
from ivr.simulator.outbound_call import pick_up
from ivr.simulator.transcript import Transcript
from ivr.simulator.verbs.exits import CallEnded, Goto, Moved


class Interpreter(CallLeg):
    """The caller's leg, from the first ring to the last callback."""

    def __init__(self, setup: CallSetup, transcript: Transcript) -> None:
        super().__init__(setup, transcript, Agenda(), ChildCall)
        if not setup.outbound:
            self.status = "ringing" if setup.carrier.direction == "inbound" else "in-progress"

    def run(self) -> Steps[None]:
        """The whole call."""
        try:
            yield from self._begin()
            goto: Goto | None = Goto(self._setup.url, self.carrier.method, twiml=self._setup.twiml)
            while goto:
                try:
                    document = yield from self.open(goto)
                    goto = yield from self.perform(document)
                except Moved as moved:
                    goto = moved.goto
            yield from self.answer()
            raise CallEnded("app")
        except CallEnded as end:
            if end.status:
                self.status = end.status
            else:
                self.status = "no-answer" if self.status == "ringing" else "completed"
            yield from self.tell("hangup", by=end.by)
        self.transcript.status = self.status
        self.transcript.duration = self.clock.elapsed()
        yield from self._progress.report("completed", self.params())
        yield from self.tapes.finish_all()
        while (due := self.agenda.due(math.inf)) is not None:
            yield Pass(max(due, self.clock.elapsed()))
            yield from self.agenda.next()()

    def _begin(self) -> Steps[None]:
        """Ring. An outbound call may end here, unanswered."""
        yield from self._progress.report("initiated", self.params())
        if self._setup.outbound:
            self.status = "ringing"
        yield from self._progress.report("ringing", self.params())
        if self._setup.outbound:
            yield from pick_up(self, self._setup.outbound)
        elif self.status == "in-progress":
            yield from self._progress.report("answered", self.params())
