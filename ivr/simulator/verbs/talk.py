"""Lets two connected people talk."""

from __future__ import annotations

from ivr.simulator import acts
from ivr.simulator.effects import Steps
from ivr.simulator.moments import Leg, Moment
from ivr.simulator.verbs.call_control import CallControl


def talk(
    call: CallControl, verb: str, legs: tuple[Leg, ...], seconds: float | None, *, hangup_on_star: bool = False
) -> Steps[bool]:
    """Let them talk until ``seconds`` are over, or the caller hangs up (raised) or ends the talk by * (True).

    Other keys reach the other party as tones.
    """
    left = seconds
    while True:
        began = call.clock.elapsed()
        act = yield from call.ask(Moment("connected", verb, left, legs=legs))
        match act:
            case None | acts.Parted():
                return False
            case acts.Press(digits=digits):
                ends = hangup_on_star and "*" in digits
                most = None if left is None else left - act.after
                yield from call.key(digits[: digits.index("*") + 1] if ends else digits, most)
                yield from call.pressed(digits)
                if ends:
                    return True
        if left is not None:
            left = max(left - (call.clock.elapsed() - began), 0.0)
