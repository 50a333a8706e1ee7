"""``python -m tests.verbs_table`` writes docs/verbs.md: what the simulator does with each verb, noun and attribute.

Which there are is asked of the vendor's own library, which has a class for each. What becomes of one is found by
trying: a document is read with an attribute and without it, and where the two are the same nothing of it is played.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import quoteattr

from twilio.twiml import TwiML, voice_response

from ivr.simulator import codes
from ivr.simulator.attributes import Page
from ivr.simulator.reader import Element, read
from ivr.simulator.twiml_notice import TwimlNotice
from ivr.simulator.verbs import registry, unsimulated

PAGE: Final = Path(__file__).parents[1] / "docs" / "verbs.md"

PLAYED: Final = "played"
CHECKED: Final = "checked only"
NOT_YET: Final = "not yet"

HEAD: Final = """# Every verb, noun and attribute

**Played** is what changes the call; **checked only** is read, warned of where it is wrong, and changes nothing here (a
recogniser's hints, a beep); **not yet** is named in a warning, and where the carrier waits for it the call stops there.
What each does is told in [simulator.md](simulator.md#what-is-simulated). This page is written by
`python -m tests.verbs_table`, which reads a document with each attribute and without it; the vendor's Python library
says which there are. The markup inside of a `<Say>` (SSML) is not listed: its words are spoken, `<break>` is a pause.

| verb or noun | it | attributes played | checked only | not yet |
|---|---|---|---|---|
"""

CONTENT: Final = {
    "Application": "<ApplicationSid>AP00000000000000000000000000000000</ApplicationSid>",
    "Client": "<Identity>ana</Identity>",
    "Conference": "room",
    "Connect": '<ConversationRelay url="wss://app.test/relay"/>',
    "Dial": "<Number>+551130000000</Number>",
    "Enqueue": "support",
    "Number": "+551130000000",
    "Play": "http://app.test/a.wav",
    "Prompt": "<Say>Hello</Say>",
    "Queue": "support",
    "Redirect": "/next",
    "ReferSip": "sip:ana@example.com",
    "Say": "Hello",
    "Sim": "DE00000000000000000000000000000000",
    "Sip": "sip:ana@example.com",
    "SipUri": "sip:ana@example.com",
    "Sms": "Hello",
    "Start": '<Recording name="a"/>',
    "Stop": '<Recording name="a"/>',
    "Task": "{}",
    "WhatsApp": "+551130000000",
}
"""What an element holds, so that nothing but an attribute makes a difference."""

_RECORDED: Final = {"recordingStatusCallback": "/told"}
_TOLD: Final = {"url": "/whisper", "statusCallback": "/told"}
_RUNG: Final = {**_TOLD, "amdStatusCallback": "/told", "machineDetection": "Enable"}


WITH: Final[dict[str, dict[str, str]]] = {
    "Conference": {"record": "record-from-start", "statusCallback": "/told", "waitUrl": "/wait", **_RECORDED},
    "ConversationRelay": {"url": "wss://app.test/relay", "welcomeGreeting": "Hello"},
    "Dial": {"record": "record-from-answer", "action": "/next", **_RECORDED},
    "Enqueue": {"action": "/next", "waitUrl": "/wait"},
    "Gather": {"action": "/next", "input": "dtmf speech", "partialResultCallback": "/told"},
    "Number": _RUNG,
    "Application": _TOLD,
    "Client": _TOLD,
    "Sip": _RUNG,
    "Pay": {"statusCallback": "/told"},
    "Prompt": {"for": "bank-account-number"},
    "Queue": {"url": "/whisper"},
    "Record": {
        "action": "/next", "transcribe": "true", "transcribeCallback": "/told", "maxLength": "60", **_RECORDED,
    },
    "Recording": {"name": "a", **_RECORDED},
    "Stream": {"url": "wss://app.test/stream", "statusCallback": "/told"},
    "Transcription": {"statusCallbackUrl": "http://app.test/told"},
    "WhatsApp": _TOLD,
}  # fmt: skip
"""Attributes without which others mean nothing."""

SAMPLES: Final = {
    "beep": "onEnter", "channels": "mono", "coach": "CA00000000000000000000000000000000", "finishOnKey": "5",
    "input": "speech", "language": "pt-BR", "method": "GET", "record": "record-from-ringing", "region": "br1",
    "track": "inbound", "trim": "do-not-trim", "statusCallbackEvent": "ringing", "voice": "Polly.Camila",
    "recordingTrack": "inbound", "recordingStatusCallbackEvent": "in-progress absent",
    "reason": "busy", "speechModel": "phone_call", "ringTone": "br", "digits": "12", "numDigits": "3",
    "sendDigits": "12", "recordingChannels": "dual", "jitterBufferSize": "off",
    "attempt": "2", "cardType": "visa", "errorType": "timeout", "for": "bank-routing-number",
    "participantLabel": "agent", "callerId": "+551140030015",
    "speechTimeout": "2", "workflowSid": "WW00000000000000000000000000000000", "waitUrl": "/other", "name": "other",
    "interruptible": "none", "welcomeGreetingInterruptible": "none", "reportInputDuringAgentSpeech": "any",
    "interruptSensitivity": "low", "events": "tokens-played", "ttsLanguage": "pt-BR", "transcriptionLanguage": "pt-BR",
    "transcribe": "false", "machineDetectionTimeout": "12", "machineDetectionSpeechThreshold": "3000",
    "machineDetectionSpeechEndThreshold": "2000", "machineDetectionSilenceTimeout": "3000",
}  # fmt: skip
"""Values that are not the default."""

KINDS: Final = ("2", "false", "true", "/other", "other")
"""Values that an attribute without a sample is tried with, one after the other, until one makes a difference."""


@dataclass(frozen=True, slots=True)
class Known:
    """An element that the vendor's library can write: where it stands, and the attributes that its method takes."""

    element: str
    parents: tuple[str, ...]
    attributes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """What becomes of an element and of each of its attributes."""

    known: Known
    state: str
    attributes: dict[str, str]

    @property
    def name(self) -> str:
        """``Dial > Number``: the element in what it stands in."""
        return " › ".join(f"`<{tag(each)}>`" for each in (*self.known.parents, self.known.element))


@cache
def library() -> dict[str, list[tuple[str, tuple[str, ...]]]]:
    """Return of each class of the vendor's library what may stand in it: class and attributes."""
    return {name: list(_children(each)) for name, each in _classes().items()}


def _classes() -> dict[str, Any]:
    found = inspect.getmembers(voice_response, inspect.isclass)
    return {
        name: each
        for name, each in found
        if issubclass(each, TwiML) and each.__module__ == voice_response.__name__ and not name.startswith("Ssml")
    }


def _children(parent: Any) -> Iterator[tuple[str, tuple[str, ...]]]:
    for method in vars(parent).values():
        made = re.search(r"self\.nest\(\s*(\w+)\(", inspect.getsource(method)) if inspect.isfunction(method) else None
        if made and made[1] in _classes():
            content = set(inspect.signature(_classes()[made[1]].__init__).parameters)
            written = [name for name in inspect.signature(method).parameters if name not in content]
            yield made[1], tuple(_camel(name) for name in written)


def _camel(name: str) -> str:
    first, *rest = name.rstrip("_").split("_")
    return first + "".join(each.capitalize() for each in rest)


@cache
def tag(element: str) -> str:
    """Return how the class ``element`` is written: a <Sip> in a <Refer> has another class than one in a <Dial>."""
    named = re.search(r'self\.name = "([^"]+)"', inspect.getsource(_classes()[element].__init__))
    return named[1] if named else element


def elements(parent: str = "VoiceResponse", path: tuple[str, ...] = ()) -> Iterator[Known]:
    """Yield each verb, and each noun in what it stands in; a prompt in a <Gather> is what it is by itself."""
    for element, attributes in sorted(library()[parent]):
        if (path and element in {"Say", "Play", "Pause"}) or (element == "Prompt" and not path):
            continue  # the library writes a <Prompt> as a verb, too, which it is not
        simulated = unsimulated.ATTRIBUTES.get(tag(element), ())
        yield Known(element, path, tuple(sorted({*attributes, *simulated})))
        yield from elements(element, (*path, element))


def rows() -> list[Row]:
    """Return the table."""
    return [
        Row(known, _state(known), {each: _attribute(known, each) for each in known.attributes}) for known in elements()
    ]


def page() -> str:
    """Return docs/verbs.md."""
    told = [HEAD]
    for row in rows():
        cells = [
            ", ".join(f"`{name}`" for name, state in row.attributes.items() if state == wanted)
            for wanted in (PLAYED, CHECKED, NOT_YET)
        ]
        told.append(f"| {row.name} | {row.state} | {' | '.join(cells)} |\n")
    return "".join(told)


def _written_out(attributes: dict[str, str]) -> str:
    return "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())


def _document(known: Known, attributes: dict[str, str], *, without: bool = False) -> str:
    if known.element in {"Config", "Parameter"}:
        attributes = {"name": "a", "value": "b", **attributes}
    written = _written_out(attributes)
    inside = CONTENT.get(known.element, "")
    document = "" if without else f"<{tag(known.element)}{written}>{inside}</{tag(known.element)}>"
    for parent in reversed(known.parents):
        held = _written_out(WITH.get(parent, {}))
        document = f"<{tag(parent)}{held}>{document}</{tag(parent)}>"
    return f"<Response>{document}<Hangup/></Response>"


def _read(document: str) -> tuple[str, list[TwimlNotice]]:
    """Return what is performed of a document, without what it keeps only to be shown, and the warnings."""
    told = Page("http://app.test/voice")
    root: Element = read("http://app.test/voice", "text/xml", document.encode())
    verbs = repr(registry.verbs_of(root, told))
    return re.sub(r"written=\((?:\('[^']*', '[^']*'\),? ?)*\)", "", verbs), told.warnings


def _state(known: Known) -> str:
    verbs, warnings = _read(_document(known, WITH.get(known.element, {})))
    without, _ = _read(_document(known, {}, without=True))
    named = [each.message for each in warnings if each.code == codes.NOT_SIMULATED]
    left_out = [each.message for each in warnings if "it is left out" in each.message]
    if named or left_out or "Unsimulated(" in verbs:
        return NOT_YET
    return PLAYED if verbs != without else CHECKED


def _attribute(known: Known, name: str) -> str:
    if _state(known) == NOT_YET:
        return NOT_YET
    base = WITH.get(known.element, {})
    plain, _ = _read(_document(known, {key: value for key, value in base.items() if key != name}))
    for value in _tried(known.element, name):
        verbs, warnings = _read(_document(known, {**base, name: value}))
        told = [each.message for each in warnings]
        if any(f" {name} is not simulated" in each or f"no attribute '{name}'" in each for each in told):
            return NOT_YET
        if verbs != plain:
            return NOT_YET if "Unsimulated(" in verbs else PLAYED
    return CHECKED


def _tried(element: str, name: str) -> tuple[str, ...]:
    """Return the values with which an attribute is tried."""
    if value := WITH.get(element, {}).get(name):
        return (value,)
    if element == "Conference" and name == "statusCallbackEvent":
        return ("start join",)
    if element == "Stream" and name == "track":
        return ("both_tracks",)
    if name.endswith("Method"):
        return ("GET",)
    return (SAMPLES[name],) if name in SAMPLES else KINDS


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
