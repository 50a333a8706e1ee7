"""A call that the company itself makes: the other party's telephone rings, and may not be answered.

Source: Twilio, Call resource, parameter Timeout and the status values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.simulator.effects import Steps
from ivr.simulator.phones.base import Answered, Busy, Canceled, Failed, Leg, Moment, NoAnswer
from ivr.simulator.verbs.base import CallEnded

if TYPE_CHECKING:
    from ivr.simulator.interpreter import Interpreter

VERB = "Call"
"""What the moment of ringing names as the verb at work: no document has been asked for yet."""


def ring(line: Interpreter, seconds: float) -> Steps[None]:
    """Let it ring until it is answered; raises CallEnded where it is not, after ``seconds`` at the latest."""
    left = seconds
    legs: tuple[Leg, ...] = (Leg(1, "Number", line.to),)
    while True:
        began = line.clock.elapsed()
        match (yield from line.ask(Moment("ringing", VERB, left, legs=legs))):
            case Answered():
                return
            case Busy():
                raise CallEnded("callee", "busy")
            case Failed():
                raise CallEnded("carrier", "failed")
            case Canceled():
                raise CallEnded("carrier", "canceled")
            case NoAnswer():
                legs = ()
            case None:
                raise CallEnded("carrier", "no-answer")
        left = max(left - (line.clock.elapsed() - began), 0.0)
