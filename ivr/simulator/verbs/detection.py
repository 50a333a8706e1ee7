"""Answering machine detection tells a person from a machine on an outbound call, after some seconds.

Source: Twilio's page on answering machine detection. Without AsyncAmd the document is asked for once it is known
(AnsweredBy); with it, at once, and the result goes to a callback of its own, as it does for a <Number> of a Dial.
"""

from __future__ import annotations

from ivr.simulator import codes
from ivr.simulator.carrier import StatusCallback
from ivr.simulator.effects import Steps
from ivr.simulator.twiml_notice import TwimlNotice
from ivr.simulator.verbs.call_control import CallControl
from ivr.value_class import value_class

PARTIES = ("human", "machine", "fax", "unknown")
"""Who may pick up."""

MODES = ("Enable", "DetectMessageEnd")

LONGEST = 30
"""Seconds after which the detector gives up, where nobody says."""

_SECONDS = {"human": 2.0, "machine": 4.0, "fax": 4.0}
"""How soon a party is known by its voice, or its lack of one."""

MESSAGE_SECONDS = 12.0
"""After how many seconds the greeting of a machine ends with its beep."""


@value_class
class Detection:
    """``to_the_end``: a machine is told at the end of its greeting. ``timeout`` seconds in all."""

    to_the_end: bool = False
    asynchronous: bool = False
    callback: StatusCallback | None = None
    timeout: float = LONGEST

    def found(self, party: str) -> tuple[str, float]:
        """Return what AnsweredBy says of ``party``, and after how many seconds."""
        seconds = MESSAGE_SECONDS if party == "machine" and self.to_the_end else _SECONDS.get(party, self.timeout)
        if party not in _SECONDS or seconds > self.timeout:
            return "unknown", self.timeout
        if party == "machine":
            return ("machine_end_beep" if self.to_the_end else "machine_start"), seconds
        return party, seconds


def detect(call: CallControl, detection: Detection, party: str) -> Steps[None]:
    """Let the detector listen to ``party``, which has just picked up."""
    answered_by, seconds = detection.found(party)
    if not detection.asynchronous:
        yield from call.wait(seconds)
        call.picked_up_by(answered_by)
        call.add_fields((("AnsweredBy", answered_by),))
        return
    callback = detection.callback
    if callback is None:
        what = "machine detection has nowhere to tell its result"
        remedy = "Give it a status callback."
        notice = TwimlNotice.of(codes.NO_DETECTION_CALLBACK, what, call.document.url, remedy=remedy)
        call.transcript.warnings.append(notice)

    def errand() -> Steps[None]:
        call.picked_up_by(answered_by)
        if callback:
            told = (("AnsweredBy", answered_by), ("MachineDetectionDuration", str(round(seconds * 1000))))
            yield from call.report(callback, (*call.identity(), *told))

    call.later(seconds, errand)
