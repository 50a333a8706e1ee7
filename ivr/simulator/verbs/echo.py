"""<Echo> lets the caller hear themselves, until the caller hangs up.

Source: Twilio's <Echo> page: it has no attributes, and nothing that stands after it is performed. How late the voice
comes back is not documented; it comes back here when the words are over.
"""

from __future__ import annotations

from typing import ClassVar, Self

from ivr.simulator import acts, voice
from ivr.simulator.attributes import Attributes, Page
from ivr.simulator.effects import Steps
from ivr.simulator.moments import AcceptedInput, Moment
from ivr.simulator.parameters import mark
from ivr.simulator.reader import Element
from ivr.simulator.verbs.call_control import CallControl
from ivr.simulator.verbs.exits import Goto
from ivr.simulator.verbs.transcriptions import INBOUND, OUTBOUND
from value_class import value_class

EVERYTHING = AcceptedInput(("dtmf", "speech"), None, "")
"""What comes back: keys, as tones, and words."""


@value_class
class Echo:
    """Ends with the call: its caller hangs up, or it has lasted as long as a call may."""

    ATTRIBUTES: ClassVar[tuple[str, ...]] = ()

    answers: bool = True

    @classmethod
    def read(cls, element: Element, page: Page) -> Self:
        """Read a verb that takes no attribute."""
        Attributes(element, page, cls.ATTRIBUTES)
        page.no_text(element, "Put it into a <Say>.")
        return cls()

    def run(self, call: CallControl) -> Steps[Goto | None]:
        """Give back what the caller keys and says; what ends the call is raised."""
        yield from call.tell("echo")
        while True:
            match (yield from call.ask(Moment("gather", "Echo", None, gather=EVERYTHING))):
                case acts.Press(digits=digits):
                    yield from call.key(digits)
                    yield from call.pressed(digits)
                case acts.Speak(text=text):
                    shown = mark(text) if call.concealed else text
                    yield from call.tell("speak", text=shown)
                    seconds = voice.spoken(text)
                    says = call.transcriptions.begin(INBOUND, text, seconds, secret=call.concealed)
                    yield from call.wait(seconds)
                    call.transcriptions.end(says)
                    call.transcriptions.heard(OUTBOUND, text, secret=call.concealed)
                    yield from call.tell("echo", text=shown)
