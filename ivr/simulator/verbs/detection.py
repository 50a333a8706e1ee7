"""Answering machine detection tells a person from a machine on an outbound call, after some seconds.

Source: Twilio's page on answering machine detection. Without AsyncAmd the document is asked for once it is known
(AnsweredBy); with it, at once, and the result goes to a callback of its own, as it does for a <Number> of a Dial. The
three thresholds mean what they mean there: speech that is shorter than the first is a person's, silence for the second
ends it, and silence from the start for the third is nobody's. When a person or a machine begins to speak is not
documented: with the vendor's thresholds a person is known after two seconds here, and a machine after four.
"""

from __future__ import annotations

from ivr.simulator import codes
from ivr.simulator.acts import Answered, MachineGreeting
from ivr.simulator.carrier import StatusCallback
from ivr.simulator.effects import Steps
from ivr.simulator.twiml_notice import TwimlNotice
from ivr.simulator.verbs.call_control import CallControl
from value_class import value_class

PARTIES = ("human", "machine", "fax", "silent", "unknown")
"""Who may pick up: one who is silent says nothing at all, and of one who is unknown the detector learns nothing."""

MODES = ("Enable", "DetectMessageEnd")

LONGEST = 30
"""Seconds after which the detector gives up, where nobody says."""

TIMEOUTS = range(3, 60)
SPEECH_THRESHOLDS = range(1000, 6001)
SPEECH_ENDS = range(500, 5001)
SILENCES = range(2000, 10001)
"""What may be asked for: seconds until the detector gives up, and milliseconds of speech and of silence."""

HELLO = 0.8
"""Seconds for which a person speaks who picks up."""

BEGINS = 1.6
"""Seconds after which a machine begins with its greeting."""

FAX = 4.0
"""Seconds after which a fax is known by its tone."""

_ENDS = {"yes": "machine_end_beep", "no": "machine_end_silence", "other": "machine_end_other"}


@value_class
class Detection:
    """``to_the_end``: a machine is told at the end of its greeting. ``timeout`` seconds in all.

    ``speech``, ``speech_end`` and ``silence`` are the vendor's three thresholds, in seconds.
    """

    to_the_end: bool = False
    asynchronous: bool = False
    callback: StatusCallback | None = None
    timeout: float = LONGEST
    speech: float = 2.4
    speech_end: float = 1.2
    silence: float = 5.0

    def found(self, party: str, greeting: MachineGreeting) -> tuple[str, float]:
        """Return what AnsweredBy says of ``party``, and after how many seconds."""
        answered_by, seconds = self._heard(party, greeting)
        return (answered_by, seconds) if seconds <= self.timeout else ("unknown", self.timeout)

    def _heard(self, party: str, greeting: MachineGreeting) -> tuple[str, float]:
        match party:
            case "human":
                return "human", HELLO + self.speech_end
            case "fax":
                return "fax", FAX
            case "silent":
                return "unknown", self.silence
            case "machine" if greeting.seconds < self.speech:
                return "human", BEGINS + greeting.seconds + self.speech_end
            case "machine" if not self.to_the_end:
                return "machine_start", BEGINS + self.speech
            case "machine":
                quiet = self.speech_end if greeting.ends == "no" else 0.0
                return _ENDS[greeting.ends], BEGINS + greeting.seconds + quiet
        return "unknown", self.timeout


def detect(call: CallControl, detection: Detection, party: Answered) -> Steps[None]:
    """Let the detector listen to ``party``, which has just picked up."""
    answered_by, seconds = detection.found(party.by, party.greeting)
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
