"""What a <Dial> can dial: a number, a SIP address, a client, a queue, a conference."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ivr.simulator import problems
from ivr.simulator.attributes import Attributes, Page
from ivr.simulator.reader import Element

_STATUS = ("statusCallback", "statusCallbackEvent", "statusCallbackMethod")
_DETECTION = (
    "amdStatusCallback", "amdStatusCallbackMethod", "machineDetection", "machineDetectionSilenceTimeout",
    "machineDetectionSpeechEndThreshold", "machineDetectionSpeechThreshold", "machineDetectionTimeout",
)  # fmt: skip

ATTRIBUTES: dict[str, tuple[str, ...]] = {
    "Number": ("byoc", "method", "sendDigits", "url", *_STATUS, *_DETECTION),
    "Sip": ("codecs", "method", "password", "url", "username", *_STATUS, *_DETECTION),
    "Client": ("method", "url", *_STATUS),
    "Queue": ("method", "postWorkActivitySid", "reservationSid", "url"),
    "Conference": (
        "beep", "coach", "endConferenceOnExit", "eventCallbackUrl", "jitterBufferSize", "maxParticipants", "muted",
        "participantLabel", "record", "recordingStatusCallback", "recordingStatusCallbackEvent",
        "recordingStatusCallbackMethod", "region", "startConferenceOnEnter", "trim", "waitMethod", "waitUrl", *_STATUS,
    ),
}  # fmt: skip

_DIALLABLE = re.compile(r"\+?[0-9]{2,15}")
_E164 = re.compile(r"\+[1-9][0-9]{1,14}")


@dataclass(frozen=True, slots=True)
class Noun:
    """One party. ``waits`` marks those that do not ring; ``can_ring`` is False where there is nothing to dial.

    ``written`` are its attributes as they stand in the document.
    """

    element: str
    to: str
    can_ring: bool = True
    written: tuple[tuple[str, str], ...] = ()

    @property
    def waits(self) -> bool:
        """A queue or a conference is entered and waited in, without a timeout."""
        return self.element in {"Queue", "Conference"}


def nouns_of(element: Element, page: Page) -> tuple[Noun, ...]:
    """The parties that a Dial ``element`` names."""
    if not element.children:
        return (_number(element, page),)
    nouns = []
    for child in element.children:
        if child.name not in ATTRIBUTES:
            page.warn(problems.DIAL_NESTED, child, "may not stand inside <Dial>; it is left out")
            continue
        attributes = Attributes(child, page, ATTRIBUTES[child.name])
        attributes.not_simulated("url", "statusCallback", "machineDetection", "waitUrl")
        noun = _number(child, page) if child.name == "Number" else Noun(child.name, _address(child))
        nouns.append(replace(noun, written=tuple(child.attributes.items())))
    return tuple(nouns)


def _number(element: Element, page: Page) -> Noun:
    """A telephone number; blanks, hyphens and brackets are for the eye."""
    bare = re.sub(r"[\s().-]", "", element.text)
    if not _E164.fullmatch(bare):
        page.warn(problems.DIAL_NUMBER_FORMAT, element, "wants a number such as +551140030015")
    return Noun("Number", bare or element.text, can_ring=bool(_DIALLABLE.fullmatch(bare)))


def _address(element: Element) -> str:
    """The text, or for a client the identity that may stand inside."""
    identity = next((child.text for child in element.children if child.name == "Identity"), None)
    return identity or element.text
