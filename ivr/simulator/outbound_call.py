"""An outbound call: the other party's telephone rings, and may not be answered.

Source: Twilio, Call resource, parameter Timeout and the status values.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field

from ivr.simulator import acts, voice
from ivr.simulator.effects import Steps
from ivr.simulator.moments import Leg, Moment
from ivr.simulator.verbs.call_control import CallControl
from ivr.simulator.verbs.detection import Detection, detect
from ivr.simulator.verbs.exits import CallEnded
from ivr.simulator.verbs.recording import Recorder
from value_class import value_class

VERB = "Call"
"""What the moment of ringing names as the verb at work: no document has been asked for yet."""


def at_once() -> float:
    """It is the call's turn."""
    return 0.0


@value_class
class OutboundCall:
    """The terms of an outbound call, which ``rings`` for so many seconds at most.

    It begins once ``waits`` says that no seconds are left until its turn.

    It lasts for ``time_limit`` seconds at the most, once it is answered. When somebody picks up, ``send_digits`` are
    keyed, the ``recorder`` runs, and ``detection`` finds out who it is.
    """

    rings: float
    detection: Detection | None = None
    send_digits: str = ""
    recorder: Recorder | None = None
    time_limit: float | None = None
    waits: Callable[[], float] = field(default=at_once, repr=False, compare=False)


def pick_up(call: CallControl, outbound: OutboundCall) -> Steps[None]:
    """Ring, and do what comes before the document; raises CallEnded where the party does not pick up."""
    party = yield from ring(call, outbound.rings)
    yield from call.answer()
    if outbound.time_limit is not None:
        call.limit_to(outbound.time_limit)
    if outbound.recorder:
        yield from call.tapes.start("", outbound.recorder)
    if outbound.send_digits:
        yield from call.tell("play", digits=outbound.send_digits)
        yield from call.wait(voice.tones(outbound.send_digits))
    if outbound.detection:
        yield from detect(call, outbound.detection, party)


def ring(call: CallControl, seconds: float) -> Steps[acts.Answered]:
    """Ring for ``seconds`` at most; returns who picks up, raises CallEnded where the party does not."""
    left = seconds
    legs: tuple[Leg, ...] = (Leg(1, "Number", call.to),)
    while True:
        began = call.clock.elapsed()
        match (yield from call.ask(Moment("ringing", VERB, left, legs=legs))):
            case acts.Answered() as party:
                return party
            case acts.Busy():
                raise CallEnded("callee", "busy")
            case acts.Failed():
                raise CallEnded("carrier", "failed")
            case acts.Canceled():
                raise CallEnded("carrier", "canceled")
            case acts.NoAnswer():
                legs = ()
            case None:
                raise CallEnded("carrier", "no-answer")
        left = max(left - (call.clock.elapsed() - began), 0.0)
