"""``fits`` and its like match the steps of a scene with the moments of a call, and make acts of them."""

from __future__ import annotations

from ivr.replay.scenes.scene_steps import ActStep, DialStep, LostStep, SceneStep, WaitStep
from ivr.simulator import acts
from ivr.simulator.acts import Act
from ivr.simulator.moments import Moment
from ivr.simulator.phones import steps
from ivr.simulator.phones.step_matching import applies, is_last_chance


def fits(due: SceneStep, moment: Moment, *, waited: bool) -> bool:
    """Return whether the step can be done in the moment; one that is waited with falls into whatever listens then."""
    step = due.step
    if isinstance(step, DialStep | WaitStep | ActStep | steps.Sms):
        return False
    if isinstance(step, LostStep):
        return moment.kind != "ringing" or moment.verb != "Call"
    if applies(step, moment):
        return True
    in_gather = moment.kind == "playing" and moment.gather is not None
    return waited and in_gather and isinstance(step, steps.Press | steps.Speak) and step.during is None


def may_still_be_heard(due: SceneStep, moment: Moment) -> bool:
    """Return whether what stands before the step may still come in ``moment``: others talk, or a queue goes on."""
    if moment.kind == "connected" or moment.queue is not None:
        return True
    if moment.kind == "ringing":
        return moment.verb != "Call"  # alone in a conference, as in a queue
    return isinstance(due.step, LostStep) or not is_last_chance(due.step, moment)  # type: ignore[arg-type]


def act_of(due: SceneStep, after: float) -> Act | None:
    """Return the act at a telephone; None where it is done by doing nothing."""
    match due.step:
        case steps.Press(digits=digits) | steps.Early(digits=digits):
            return acts.Press(digits, after)
        case steps.Speak(text=text, confidence=confidence):
            return acts.Speak(text, confidence, after)
        case steps.Record(seconds=seconds, transcript=words):
            return acts.Talk(seconds, words=words)
        case steps.Pay(result=result, token=token, confirmation=confirmation, error=error):
            return acts.Paid(result, after, token, confirmation, error)
        case steps.HangUp() | LostStep():
            return acts.HangUp(after)
        case steps.Called(outcome="answered", by=by, greeting=greeting):
            return acts.Answered(None, after=after, by=by, greeting=greeting)
        case steps.Called(outcome="busy"):
            return acts.Busy(after=after)
        case steps.Called(outcome="failed"):
            return acts.Failed(after=after)
        case steps.Called(outcome="canceled"):
            return acts.Canceled(after=after)
        case steps.Called():
            return acts.NoAnswer()
    return None
