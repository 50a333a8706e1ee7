"""A <Dial> can ring these nouns: a number, a SIP address, a client, a queue, an application, a WhatsApp user, a SIM.

Source: Twilio's pages on the nouns of <Dial>. A <Conference> does not ring; it has a file of its own.
"""

from __future__ import annotations

import re
from dataclasses import replace

from ivr.simulator import codes
from ivr.simulator.attributes import Attributes, Page
from ivr.simulator.carrier import StatusCallback
from ivr.simulator.reader import Element
from ivr.simulator.verbs import detection
from ivr.simulator.verbs.detection import LONGEST, MODES, Detection
from value_class import value_class

EVENTS = ("initiated", "ringing", "answered", "completed")

MOST = 10
"""Parties that one Dial rings."""

_WHISPER = ("method", "url")
_STATUS = ("statusCallback", "statusCallbackEvent", "statusCallbackMethod")
_DETECTION = (
    "amdStatusCallback", "amdStatusCallbackMethod", "machineDetection", "machineDetectionSilenceTimeout",
    "machineDetectionSpeechEndThreshold", "machineDetectionSpeechThreshold", "machineDetectionTimeout",
)  # fmt: skip

ATTRIBUTES: dict[str, tuple[str, ...]] = {
    "Number": ("byoc", "phoneNumber", "sendDigits", *_WHISPER, *_STATUS, *_DETECTION),
    "Sip": ("codecs", "password", "username", *_WHISPER, *_STATUS, *_DETECTION),
    "Client": (*_WHISPER, *_STATUS),
    "Queue": ("postWorkActivitySid", "reservationSid", *_WHISPER),
    "Application": ("copyParentTo", "customerId", *_WHISPER, *_STATUS),
    "WhatsApp": (*_WHISPER, *_STATUS),
    "Sim": (),
}  # fmt: skip

_INSIDE = {
    "Client": {"Identity", "Parameter"},
    "Application": {"ApplicationSid", "Parameter"},
    "Sip": {"Uri", "Headers"},
}
"""Elements that a noun may hold."""

_METHOD_CODES = {"Number": codes.NUMBER_METHOD, "Sip": codes.SIP_METHOD, "Queue": codes.QUEUE_METHOD}

_DIALLABLE = re.compile(r"\+?[0-9]{2,15}")
_E164 = re.compile(r"\+[1-9][0-9]{1,14}")
_SIP = re.compile(r"sips?:\S+", re.IGNORECASE)
_TONES = "0123456789*#wW"


@value_class
class Noun:
    """One party. ``can_ring`` is False where there is nothing to dial; ``written`` are its attributes as they stand.

    ``url`` is the whisper: a document that is performed for the party before it is connected. ``send_digits`` are
    keyed once it has answered.
    """

    element: str
    to: str
    can_ring: bool = True
    written: tuple[tuple[str, str], ...] = ()
    url: str | None = None
    method: str = "POST"
    callback: StatusCallback | None = None
    send_digits: str = ""
    detection: Detection | None = None


def nouns_of(element: Element, page: Page) -> tuple[Noun, ...]:
    """The parties that a Dial ``element`` names; text alone is a number."""
    if not element.children:
        return (_number(element, page),)
    page.no_text(element, "Put the number into a <Number>.")
    children = [child for child in element.children if child.name in ATTRIBUTES]
    for child in element.children:
        if child.name not in ATTRIBUTES and child.name != "Conference":
            page.leave_out(child, element, "Take it out.", codes.DIAL_NESTED)
    for child in children[MOST:]:
        what = f"is one too many; a Dial rings {MOST} at most"
        page.warn(codes.TOO_MANY_LEGS, child, what, "Take it out.", failure=True)
    return tuple(_noun(child, page) for child in children[:MOST])


def _noun(element: Element, page: Page) -> Noun:
    attributes = Attributes(element, page, ATTRIBUTES[element.name])
    attributes.not_simulated("reservationSid")
    for child in element.children:
        if child.name not in _INSIDE.get(element.name, ()):
            page.leave_out(child, element, "Take it out.")
    send_digits = attributes.text("sendDigits") or ""
    if send_digits.strip(_TONES):
        attributes.wrong("sendDigits", "the characters 0-9 * # w W", codes.NUMBER_SEND_DIGITS)
        send_digits = ""
    return replace(
        _number(element, page) if element.name == "Number" else _other(element, page),
        written=tuple(element.attributes.items()),
        url=attributes.url("url") if attributes.text("url") else None,
        method=attributes.method(code=_METHOD_CODES.get(element.name, codes.SCHEMA_WARNING)),
        callback=attributes.callback("statusCallback", EVENTS, "completed"),
        send_digits=send_digits,
        detection=_detection(attributes),
    )


def _detection(attributes: Attributes) -> Detection | None:
    """A leg is connected while the detector listens, so its result always goes to a callback."""
    mode = attributes.choice("machineDetection", "", MODES)
    timeout = _within(attributes, "machineDetectionTimeout", LONGEST, detection.TIMEOUTS)
    speech = _within(attributes, "machineDetectionSpeechThreshold", 2400, detection.SPEECH_THRESHOLDS) / 1000
    speech_end = _within(attributes, "machineDetectionSpeechEndThreshold", 1200, detection.SPEECH_ENDS) / 1000
    silence = _within(attributes, "machineDetectionSilenceTimeout", 5000, detection.SILENCES) / 1000
    callback = attributes.callback("amdStatusCallback", (), "")
    return Detection(mode == MODES[1], True, callback, float(timeout), speech, speech_end, silence) if mode else None


def _within(attributes: Attributes, name: str, default: int, allowed: range) -> int:
    number = attributes.whole(name, default)
    if number not in allowed:
        attributes.wrong(name, f"a whole number from {allowed[0]} to {allowed[-1]}")
        return default
    return number


def _number(element: Element, page: Page) -> Noun:
    """A telephone number; blanks, hyphens and brackets are for the eye."""
    bare = re.sub(r"[\s().-]", "", element.own)
    can_ring = bool(_DIALLABLE.fullmatch(bare))
    if not _E164.fullmatch(bare):
        page.warn(codes.DIAL_NUMBER_FORMAT, element, "wants a number such as +551140030015", failure=not can_ring)
    return Noun("Number", bare or element.own, can_ring=can_ring)


def _other(element: Element, page: Page) -> Noun:
    """The text, or what stands inside as the identity of a client, an application, a SIP address."""
    inside = [child.text for child in element.children if child.name in {"Identity", "ApplicationSid", "Uri"}]
    to = inside[0] if inside else element.own
    if element.name == "Queue" and not to:
        page.warn(codes.QUEUE_NAME_SHORT, element, "names no queue", "Write the queue's name into it.", failure=True)
    elif element.name == "Sip" and not _SIP.match(to):
        page.warn(codes.SIP_URI, element, "wants an address such as sip:ana@example.com", failure=True)
    elif not to:
        page.warn(codes.SCHEMA_WARNING, element, "names nobody to ring", "Write whom.", failure=True)
    return Noun(element.name, to, can_ring=bool(to) and (element.name != "Sip" or bool(_SIP.match(to))))
