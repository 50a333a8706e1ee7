"""A caller who hangs up: one call for each step of the script, which ends where that step was due."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ivr.flow.line import Line
from ivr.replay.expectations import Expectation
from ivr.replay.manners.manner import Manner, without_limits
from ivr.simulator import acts
from ivr.simulator.acts import Act
from ivr.simulator.call_setup import CallSetup
from ivr.simulator.moments import Moment
from ivr.simulator.phones import steps
from ivr.simulator.phones.base import soon
from ivr.simulator.phones.scripted import REACTION, ScriptedPhone
from ivr.simulator.phones.steps import Step
from value_class import value_class


@value_class
class Leaving(Manner):
    """The caller does all that comes before the step ``before`` (from 1), and hangs up in its place.

    Nothing is expected of where the call lands (a transfer goes on for a caller who is gone), only that nothing fails,
    and that nothing of it is left open.
    """

    word = "leaving"
    before: int = 1

    @classmethod
    def of(cls, planned: Sequence[Step]) -> Iterator[Manner]:
        """Yield the manner once for each step that is done and not heard; the caller leaves in its place."""
        for number, step in enumerate(planned, start=1):
            if not isinstance(step, steps.Sound | steps.HangUp):
                yield cls(number)

    @property
    def title(self) -> str:
        """Return the step in whose place the caller hangs up."""
        return f"{self.word} before step {self.before}"

    def phone(self, planned: Sequence[Step], setup: CallSetup, line: Line | None) -> ScriptedPhone:  # noqa: ARG002
        """Make the phone of a caller who leaves."""
        return _LeavingPhone(tuple(without_limits(planned)), self.before - 1)

    def asks(self, expectation: Expectation) -> bool:  # noqa: ARG002
        """Return False: what the script expects is of a call that goes on."""
        return False


class _LeavingPhone(ScriptedPhone):
    """``place`` is where in the steps the caller hangs up."""

    def __init__(self, planned: Sequence[Step], place: int) -> None:
        super().__init__(planned)
        self._place = place

    def _perform(self, step: Step, moment: Moment, wait: float) -> Act | None:
        if self._due()[0] < self._place:
            return super()._perform(step, moment, wait)
        return acts.HangUp(soon(moment, REACTION))

    def ended(self) -> str | None:
        """Tell nothing: the steps that never came are why the caller left."""
        return None if self._next > self._place else super().ended()
