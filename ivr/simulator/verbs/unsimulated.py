"""Verbs that Twilio knows and this simulator does not play: each is checked as the vendor checks it, and named.

Those that Twilio itself does not wait for are passed over. At one that it does wait for the call is stopped: how it
would have ended, and so what would have come after it, is not known here.

Sources: Twilio's pages on <Connect>, <Start>, <Stop>, <Refer> and their nouns.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import field, replace

from ivr.simulator import codes
from ivr.simulator.attributes import Attributes, Page
from ivr.simulator.effects import Steps
from ivr.simulator.reader import Element
from ivr.simulator.twiml_notice import TwimlNotice
from ivr.simulator.verbs.call_control import CallControl
from ivr.simulator.verbs.exits import CallEnded, Goto
from value_class import value_class

_STATUS = ("statusCallback", "statusCallbackMethod")
_STREAM = ("audioFormat", "connectorName", "name", "sampleRate", "track", "url", *_STATUS)
_RECORDED = ("recordingStatusCallback", "recordingStatusCallbackEvent", "recordingStatusCallbackMethod", "trim")

ATTRIBUTES: dict[str, tuple[str, ...]] = {
    "AiSession": ("aiConnector", "aiSessionConfiguration"),
    "Autopilot": (),
    "Config": ("name", "value"),
    "Connect": ("action", "method"),
    "Conversation": (
        "inboundAutocreation", "inboundTimeout", "method", "record", "routingAssignmentTimeout", "serviceInstanceSid",
        "statusCallbackEvent", "url", *_RECORDED, *_STATUS,
    ),
    "ConversationRelay": (
        "applicationReconnect", "asrSmartFormat", "backgroundNoiseReduction", "customerName", "debug",
        "deepgramSmartFormat", "dtmfDetection", "eagerEotThreshold", "echoPromptFiltering",
        "elevenlabsLanguageTextNormalization", "elevenlabsTextNormalization", "events", "hints", "ignoreBackchannel",
        "includeInPrompt", "intelligenceService", "interruptSensitivity", "interruptible", "language",
        "partialPromptOnHangup", "partialPrompts", "preemptible", "profanityFilter", "reportInputDuringAgentSpeech",
        "speechModel", "speechTimeout", "transcriptionLanguage", "transcriptionProvider", "ttsLanguage",
        "ttsLanguageTextNormalization", "ttsProvider", "ttsTextNormalization", "turnDetection", "url", "voice",
        "welcomeGreeting", "welcomeGreetingInterruptible",
    ),
    "ConversationRelaySession": ("connector", "sessionConfiguration"),
    "Enqueue": ("action", "maxQueueSize", "method", "waitUrl", "waitUrlMethod", "workflowSid"),
    "Language": ("code", "speechModel", "transcriptionProvider", "ttsProvider", "voice"),
    "Parameter": ("name", "value"),
    "Recording": ("channels", "name", "recordingConfigurationId", "track", *_RECORDED),
    "Refer": ("action", "method"),
    "ReferSip": (),
    "Room": ("participantIdentity",),
    "Sip": (),
    "Siprec": ("connectorName", "name", "track", *_STATUS),
    "Stream": _STREAM,
    "Task": ("priority", "timeout"),
    "VirtualAgent": ("connectorName", "language", "sentimentAnalysis", *_STATUS),
}  # fmt: skip

INSIDE: dict[str, tuple[str, ...]] = {
    "Connect": (
        "AiSession", "Autopilot", "Conversation", "ConversationRelay", "ConversationRelaySession", "Room", "Stream",
        "VirtualAgent",
    ),
    "ConversationRelay": ("Language", "Parameter"),
    "Enqueue": ("Task",),
    "Refer": ("ReferSip", "Sip"),
    "Siprec": ("Parameter",),
    "Start": ("Recording", "Siprec", "Stream", "Transcription"),
    "Stop": ("Recording", "Siprec", "Stream", "Transcription"),
    "Stream": ("Parameter",),
    "VirtualAgent": ("Config", "Parameter"),
}  # fmt: skip
"""What may stand inside of what."""

BLOCKING = frozenset({"Connect", "Refer"})
"""Twilio goes on with the next verb only when these are over, or never."""

BLOCKING_WITH = {"Enqueue": "workflowSid"}
"""Verbs that are simulated, but not with this attribute."""

STOPPING = BLOCKING | BLOCKING_WITH.keys()
"""Verbs at which a call may be stopped."""


VERBS = BLOCKING

NOUNS = frozenset(noun for verb in ("Connect", "Refer", "Start", "Stop") for noun in INSIDE[verb]) - {"Parameter"}

STOPPED = "Twilio goes on when this is over: try this part against the vendor itself."

NEEDED = {
    "Refer": "Twilio asks the caller's SIP exchange to ring somebody else, and then the action how that went;"
    " there is no exchange here: try this part against the vendor itself.",
    "Siprec": "Twilio sends the sound to the recorder of a SIPREC connector; there is none here: try this part against"
    " the vendor itself.",
}
"""What Twilio does at an element that needs more than this simulator is made of."""


@value_class
class Unsimulated:
    """A verb that Twilio waits for: the call is stopped at it."""

    element: Element = field(repr=False)
    url: str
    answers: bool = True

    @property
    def remedy(self) -> str:
        """Return what to do about it: what Twilio does there is tried against Twilio."""
        return NEEDED.get(self.element.name, STOPPED)

    @property
    def what(self) -> str:
        """Return what is not simulated: the verb, and what stands in it."""
        if attribute := BLOCKING_WITH.get(self.element.name):
            return f"is not simulated with {attribute}"
        nouns = ", ".join(f"<{child.name}>" for child in self.element.children if child.name in NOUNS)
        return f"is not simulated{f', nor is {nouns} in it' if nouns else ''}"

    def run(self, call: CallControl) -> Steps[Goto | None]:
        """Say so, and end the call."""
        name = self.element.name
        what = f"<{name}> {self.what}"
        notice = TwimlNotice.of(
            codes.NOT_SIMULATED, what, self.url, self.element.line, self.remedy, failure=True, stopped=True
        )
        call.transcript.warnings.append(replace(notice, unperformed=name))
        yield from call.tell("unperformed", verb=name)
        raise CallEnded("simulator")


def stops(element: Element) -> bool:
    """Return whether ``element`` is a verb that is played, but not with an attribute that it has."""
    return BLOCKING_WITH.get(element.name) in element.attributes


def read(element: Element, page: Page) -> Unsimulated | None:
    """The verb, where the call is to be stopped at it; whatever is wrong in it is a warning."""
    verb = Unsimulated(element, page.url)
    _check(element, page)
    return verb if element.name in STOPPING else None


def pass_over(element: Element, page: Page, played: Collection[str]) -> None:
    """Name what stands in ``element`` beside each noun that is ``played``."""
    for child in element.children:
        if child.name not in INSIDE[element.name]:
            page.leave_out(child, element, "Take it out.", codes.START_NOUN)
        elif child.name not in played:
            page.warn(codes.NOT_SIMULATED, child, "is not simulated", NEEDED.get(child.name, ""), failure=True)
            _check(child, page)


def _check(element: Element, page: Page) -> None:
    Attributes(element, page, ATTRIBUTES[element.name])
    for child in element.children:
        if child.name in INSIDE.get(element.name, ()):
            _check(child, page)
        else:
            page.leave_out(child, element, "Take it out.")
