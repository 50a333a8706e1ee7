"""Counts the seconds that a scripted person waits before a step (``after``), over as many moments as that takes."""

from __future__ import annotations

from ivr.simulator.moments import Moment
from ivr.simulator.phones import steps
from ivr.simulator.phones.step_matching import applies
from ivr.simulator.phones.steps import Step


class Hesitation:
    """The wait before the step that is due. It begins in the first moment in which the step could be done.

    A gather that times out meanwhile has timed out: the key then falls into whatever listens once the wait is over,
    the prompt of another gather included.
    """

    def __init__(self) -> None:
        self._left: float | None = None

    def applies(self, step: Step, moment: Moment, *, bound_talk: bool) -> bool:
        """Return whether ``step`` can be done in ``moment``."""
        return applies(step, moment, bound_talk=bound_talk) or (self._left is not None and _barges_in(step, moment))

    def passes(self, moment: Moment) -> None:
        """Count ``moment``, in which the step is not done."""
        if self._left is not None:
            self._left = max(self._left - (moment.seconds or 0.0), 0.0)

    def left(self, step: Step, moment: Moment) -> float | None:
        """Seconds into ``moment`` at which it is time for ``step``, which begins its wait; None: not in this moment."""
        wait = seconds_before(step)
        if wait is None:
            return 0.0
        self._left = wait if self._left is None else self._left
        if moment.seconds is not None and self._left > moment.seconds:
            return None
        return self._left

    def over(self) -> None:
        """Forget the wait: the step is done."""
        self._left = None


def seconds_before(step: Step) -> float | None:
    """The wait that ``step`` asks for; None where it asks for none."""
    return step.after if isinstance(step, steps.Press | steps.Early | steps.Speak | steps.Sms | steps.HangUp) else None


def _barges_in(step: Step, moment: Moment) -> bool:
    if moment.kind != "playing" or moment.gather is None:
        return False
    match step:
        case steps.Press(during=None):
            return "dtmf" in moment.gather.input
        case steps.Speak(during=None):
            return "speech" in moment.gather.input
    return False
