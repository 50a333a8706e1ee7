"""Verbs that Twilio knows and this simulator passes over: each is checked as the vendor checks it, and named.

Sources: Twilio's pages on <Connect>, <Start>, <Stop>, <Pay>, <Prompt>, <Refer>, <Sms>, <Echo> and their nouns.
"""

from __future__ import annotations

from ivr.simulator import problems
from ivr.simulator.attributes import Attributes, Page
from ivr.simulator.reader import Element

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
    "Echo": (),
    "Language": ("code", "speechModel", "transcriptionProvider", "ttsProvider", "voice"),
    "Parameter": ("name", "value"),
    "Pay": (
        "action", "bankAccountType", "chargeAmount", "currency", "description", "input", "language", "maxAttempts",
        "method", "minPostalCodeLength", "parameter", "paymentConnector", "paymentMethod", "postalCode", "securityCode",
        "timeout", "tokenType", "validCardTypes", *_STATUS,
    ),
    "Prompt": ("attempt", "cardType", "errorType", "for", "requireMatchingInputs"),
    "Recording": ("channels", "recordingConfigurationId", "track", *_RECORDED),
    "Refer": ("action", "method"),
    "ReferSip": (),
    "Room": ("participantIdentity",),
    "Sip": (),
    "Siprec": ("connectorName", "name", "track", *_STATUS),
    "Sms": ("action", "from", "method", "statusCallback", "to"),
    "Start": ("action", "method"),
    "Stop": (),
    "Stream": _STREAM,
    "Transcription": (
        "enableAutomaticPunctuation", "enableProviderData", "hints", "inboundTrackLabel", "intelligenceService",
        "languageCode", "name", "outboundTrackLabel", "partialResults", "profanityFilter", "speechModel",
        "statusCallbackUrl", "track", "transcriptionEngine", *_STATUS,
    ),
    "VirtualAgent": ("connectorName", "language", "sentimentAnalysis", *_STATUS),
}  # fmt: skip

INSIDE: dict[str, tuple[str, ...]] = {
    "Connect": (
        "AiSession", "Autopilot", "Conversation", "ConversationRelay", "ConversationRelaySession", "Room", "Stream",
        "VirtualAgent",
    ),
    "ConversationRelay": ("Language", "Parameter"),
    "Pay": ("Parameter", "Prompt"),
    "Refer": ("ReferSip", "Sip"),
    "Siprec": ("Parameter",),
    "Start": ("Recording", "Siprec", "Stream", "Transcription"),
    "Stop": ("Recording", "Siprec", "Stream", "Transcription"),
    "Stream": ("Parameter",),
    "Transcription": ("Config", "Parameter"),
    "VirtualAgent": ("Config", "Parameter"),
}  # fmt: skip
"""What may stand inside of what. A <Prompt> holds prompts, which are not looked at."""

VERBS = frozenset({"Connect", "Echo", "Pay", "Prompt", "Refer", "Sms", "Start", "Stop"})


def pass_over(element: Element, page: Page) -> None:
    """Warn that the verb ``element`` is not simulated, and of whatever is wrong in it."""
    nouns = ", ".join(f"<{child.name}>" for child in element.children if child.name != "Parameter")
    page.warn(problems.NOT_SIMULATED, element, f"is not simulated{f', nor is {nouns} in it' if nouns else ''}")
    _check(element, page)


def _check(element: Element, page: Page) -> None:
    Attributes(element, page, ATTRIBUTES[element.name])
    if element.name == "Prompt":
        return
    for child in element.children:
        if child.name in INSIDE.get(element.name, ()):
            _check(child, page)
        else:
            page.warn(problems.SCHEMA_WARNING, child, f"may not stand inside <{element.name}>", "Take it out.")
