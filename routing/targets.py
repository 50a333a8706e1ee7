"""A target is what a destination rings: a telephone, a SIP address, a queue, or targets borrowed, grouped or shared.

The bounds below are the router's own, whatever the channel: a target beyond them cannot be made. They
are as wide as the first carrier takes, which is named as their source.
"""

from __future__ import annotations

import re

from routing.numbers import parse_any_number
from value_class import value_class
from wording import message

MIN_RING_SECONDS = 5
MAX_RING_SECONDS = 600
"""Bounds of the ``timeout`` of Twilio's ``<Dial>``."""

MAX_WAIT_SECONDS = 4 * 60 * 60
"""A call lasts four hours with Twilio unless the account has more, waiting included."""

MAX_QUEUE_NAME = 63
"""Twilio takes names of fewer than 64 characters (error 14205)."""

MAX_SIP_URI = 254
MAX_SIP_HEADERS = 1023
"""Twilio takes fewer than 255 characters of address and 1024 of headers behind the ``?`` (warning 13251)."""

MAX_TOGETHER = 10
"""Twilio rings up to ten nouns of one ``<Dial>`` at once."""

_SIP = re.compile(
    r"sips?:[A-Za-z0-9._~!$&'()*+,=%-]+@"
    r"(?P<domain>(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)*[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)"
    r"(?::(?P<port>[0-9]{1,5}))?"
    r"(?:;[A-Za-z0-9._-]+(?:=[A-Za-z0-9._-]+)?)*"
    r"(?:\?[A-Za-z0-9._~%=&-]+)?"
)
_QUEUE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def parse_sip(text: str) -> str:
    """Return ``text`` when it is a SIP address (``sip:destination@example.com``, also ``sips:``, with port and
    parameters).

    Raises ValueError for anything else.
    """
    address, _, headers = text.partition("?")
    if len(address) > MAX_SIP_URI or len(headers) > MAX_SIP_HEADERS:
        raise ValueError(
            message(
                "sip-address-too-long",
                "a SIP address has {most} characters at most, and its headers {headers}; shorten it",
                most=MAX_SIP_URI,
                headers=MAX_SIP_HEADERS,
            )
        )
    found = _SIP.fullmatch(text)
    if not found or not 0 < int(found["port"] or 5060) < 65536:
        raise ValueError(
            message(
                "sip-address-malformed", "'{text}' is not a SIP address; write it like sip:desk@example.com", text=text
            )
        )
    return text


@value_class
class Number:
    """A telephone that the line rings. ``e164`` is what ``parse_any_number`` returns; the allow-list says whether it
    may be rung.

    With ``accept`` the person who picks up is asked to press 1 within ``ring_seconds``, so that a voicemail or a pocket
    does not take the call.
    """

    e164: str
    ring_seconds: int = 30
    accept: bool = False

    def __post_init__(self) -> None:
        if parse_any_number(self.e164) != self.e164:
            raise ValueError(
                message(
                    "number-not-in-e164",
                    "'{number}' is not in E.164; write {right}",
                    number=self.e164,
                    right=parse_any_number(self.e164),
                )
            )
        _check_ring(self.ring_seconds)


@value_class
class Sip:
    """A SIP address that the line rings. ``uri`` is what ``parse_sip`` returns."""

    uri: str
    ring_seconds: int = 30

    def __post_init__(self) -> None:
        parse_sip(self.uri)
        _check_ring(self.ring_seconds)

    @property
    def domain(self) -> str:
        """Return the host behind the ``@``, in small letters."""
        found = _SIP.fullmatch(self.uri)
        return found["domain"].lower() if found else ""


@value_class
class Queue:
    """A queue in which the caller waits until an agent takes the call."""

    name: str
    max_wait_seconds: int = 600

    def __post_init__(self) -> None:
        if not _QUEUE.fullmatch(self.name) or len(self.name) > MAX_QUEUE_NAME:
            raise ValueError(
                message(
                    "queue-name-malformed",
                    "'{name}' is not a queue's name; use letters, digits, '.', '-' and '_', {most} at most",
                    name=self.name,
                    most=MAX_QUEUE_NAME,
                )
            )
        if not 1 <= self.max_wait_seconds <= MAX_WAIT_SECONDS:
            raise ValueError(
                message(
                    "wait-too-short-or-long",
                    "a caller waits from 1 to {most} seconds, not {seconds}",
                    most=MAX_WAIT_SECONDS,
                    seconds=self.max_wait_seconds,
                )
            )


@value_class
class BorrowedTargets:
    """A destination rings the targets of another one while that is open or on call; then the call comes back."""

    destination: str


@value_class
class Together:
    """Telephones that ring at the same moment for the same time; the first to answer has the call.

    Raises ValueError for fewer than two and for more than MAX_TOGETHER.
    """

    members: tuple[Number | Sip, ...]

    def __post_init__(self) -> None:
        if not 2 <= len(self.members) <= MAX_TOGETHER:
            raise ValueError(
                message(
                    "together-too-few-or-many",
                    "from 2 to {most} telephones ring together, not {number}",
                    most=MAX_TOGETHER,
                    number=len(self.members),
                )
            )
        if len({member.ring_seconds for member in self.members}) > 1:
            raise ValueError(
                message(
                    "together-ring-differently", "telephones that ring together ring for the same time; give it once"
                )
            )


@value_class
class Share:
    """Targets that share calls by weight: with 70 and 30, the first target leads in seven calls of ten. The others
    follow it, in order.

    A weight of 0 only follows. Raises ValueError for negative weights and where none is above 0.
    """

    weights: tuple[tuple[int, Number | Sip | Queue | BorrowedTargets | Together], ...]

    def __post_init__(self) -> None:
        if any(weight < 0 for weight, _ in self.weights) or not sum(weight for weight, _ in self.weights):
            raise ValueError(message("weights-malformed", "weights are 0 or more, and one of them is above 0"))

    def order(self, sampling_fraction: float) -> tuple[Number | Sip | Queue | BorrowedTargets | Together, ...]:
        """Return all targets, led by the one at ``sampling_fraction`` (0 to just below 1) of the summed weights."""
        mark = sampling_fraction * sum(weight for weight, _ in self.weights)
        passed = 0
        chosen = 0
        for at, (weight, _) in enumerate(self.weights):
            if weight:
                chosen = at
            passed += weight
            if mark < passed:
                break
        targets = [target for _, target in self.weights]
        return (targets[chosen], *targets[:chosen], *targets[chosen + 1 :])


Target = Number | Sip | Queue
"""What can be rung by itself."""

AnyTarget = Target | BorrowedTargets | Together | Share
"""What a destination's list may hold."""


def _check_ring(seconds: int) -> None:
    if not MIN_RING_SECONDS <= seconds <= MAX_RING_SECONDS:
        raise ValueError(
            message(
                "ring-too-short-or-long",
                "a target rings from {least} to {most} seconds, not {seconds}",
                least=MIN_RING_SECONDS,
                most=MAX_RING_SECONDS,
                seconds=seconds,
            )
        )
