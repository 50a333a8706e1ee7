"""A destination is a desk that a call can be sent to: whom to ring, when, and what if nobody answers."""

from __future__ import annotations

import re
from dataclasses import dataclass

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

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

_RINGABLE = {
    PhoneNumberType.FIXED_LINE,
    PhoneNumberType.MOBILE,
    PhoneNumberType.FIXED_LINE_OR_MOBILE,
    PhoneNumberType.SHARED_COST,
    PhoneNumberType.TOLL_FREE,
    PhoneNumberType.UAN,
    PhoneNumberType.VOIP,
}

_NUMBER = re.compile(r"[0-9()+. -]+")
_SIP = re.compile(
    r"sips?:[A-Za-z0-9._~!$&'()*+,=%-]+@"
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)*[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
    r"(?::(?P<port>[0-9]{1,5}))?"
    r"(?:;[A-Za-z0-9._-]+(?:=[A-Za-z0-9._-]+)?)*"
    r"(?:\?[A-Za-z0-9._~%=&-]+)?"
)
_QUEUE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def parse_number(text: str) -> str:
    """``text`` as E.164 (``+5511987654321``); a number without a country code is Brazilian.

    National local-rate numbers (4003-0015) pass with and without an area code. Raises ValueError for what is
    no valid number, for extensions and letters, and for services that bill whoever rings them by the minute.
    """
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"'{text}' is not a telephone number; write digits only, like +5511987654321")
    try:
        number = phonenumbers.parse(text, "BR")
    except phonenumbers.NumberParseException as error:
        raise ValueError(f"'{text}' is not a telephone number; write it like +5511987654321") from error
    if not phonenumbers.is_valid_number(number):
        raise ValueError(f"'{text}' is no valid telephone number; check the area code and the digits")
    if phonenumbers.number_type(number) not in _RINGABLE or _is_0300(number):
        raise ValueError(
            f"'{text}' is billed at a special rate or no telephone; give a fixed, mobile, 0800 or 4003 number"
        )
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def _is_0300(number: phonenumbers.PhoneNumber) -> bool:
    """0300 costs more than a local call, but its kind (shared cost) is also that of the 4003 numbers."""
    return number.country_code == 55 and phonenumbers.national_significant_number(number).startswith("300")


def parse_sip(text: str) -> str:
    """``text`` as a SIP address (``sip:desk@example.com``, also ``sips:``, with port and parameters).

    Raises ValueError for anything else.
    """
    address, _, headers = text.partition("?")
    if len(address) > MAX_SIP_URI or len(headers) > MAX_SIP_HEADERS:
        raise ValueError(
            f"a SIP address has {MAX_SIP_URI} characters at most, and its headers {MAX_SIP_HEADERS}; shorten it"
        )
    found = _SIP.fullmatch(text)
    if not found or not 0 < int(found["port"] or 5060) < 65536:
        raise ValueError(f"'{text}' is not a SIP address; write it like sip:desk@example.com")
    return text


@dataclass(frozen=True, slots=True)
class Number:
    """A telephone to ring. ``e164`` is what ``parse_number`` returns."""

    e164: str
    ring_seconds: int = 30

    def __post_init__(self) -> None:
        if parse_number(self.e164) != self.e164:
            raise ValueError(f"'{self.e164}' is not in E.164; write {parse_number(self.e164)}")
        _check_ring(self.ring_seconds)


@dataclass(frozen=True, slots=True)
class Sip:
    """A SIP address to ring. ``uri`` is what ``parse_sip`` returns."""

    uri: str
    ring_seconds: int = 30

    def __post_init__(self) -> None:
        parse_sip(self.uri)
        _check_ring(self.ring_seconds)


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue to wait in until an agent of the desk takes the call."""

    name: str
    max_wait_seconds: int = 600

    def __post_init__(self) -> None:
        if not _QUEUE.fullmatch(self.name) or len(self.name) > MAX_QUEUE_NAME:
            raise ValueError(
                f"'{self.name}' is not a queue's name; use letters, digits, '.', '-' and '_', {MAX_QUEUE_NAME} at most"
            )
        if not 1 <= self.max_wait_seconds <= MAX_WAIT_SECONDS:
            raise ValueError(f"a caller waits from 1 to {MAX_WAIT_SECONDS} seconds, not {self.max_wait_seconds}")


Target = Number | Sip | Queue


def _check_ring(seconds: int) -> None:
    if not MIN_RING_SECONDS <= seconds <= MAX_RING_SECONDS:
        raise ValueError(f"a target rings from {MIN_RING_SECONDS} to {MAX_RING_SECONDS} seconds, not {seconds}")


@dataclass(frozen=True, slots=True)
class NextTarget:
    """Ring the next target of the same list."""


@dataclass(frozen=True, slots=True)
class Divert:
    """Send the call to another destination, whose own hours and rules then hold."""

    destination: str


@dataclass(frozen=True, slots=True)
class Apologise:
    """Say that nobody can be reached, and hang up. ``prompt`` names the text; None is the line's own."""

    prompt: str | None = None


@dataclass(frozen=True, slots=True)
class Announce:
    """Say when the desk opens, and hang up."""


@dataclass(frozen=True, slots=True)
class RingOnCall:
    """Ring the on-call targets although the desk is closed."""


AfterFailure = NextTarget | Divert | Apologise
AfterLast = Divert | Apologise
ClosedAnswer = Announce | RingOnCall | Divert


@dataclass(frozen=True, slots=True)
class Destination:
    """A desk. ``hours`` names opening hours of the book; None is always open.

    ``targets`` are rung one after the other while the desk is open, ``on_call`` while its staff are on call.
    ``busy``, ``no_answer`` and ``failed`` say what follows one target's failure, ``exhausted`` what follows
    when no target is left.
    """

    name: str
    targets: tuple[Target, ...]
    hours: str | None = None
    on_call: tuple[Target, ...] = ()
    closed: ClosedAnswer = Announce()
    busy: AfterFailure = NextTarget()
    no_answer: AfterFailure = NextTarget()
    failed: AfterFailure = NextTarget()
    exhausted: AfterLast = Apologise()

    def diverts(self) -> frozenset[str]:
        """The destinations that this one may pass a call on to."""
        answers = (self.closed, self.busy, self.no_answer, self.failed, self.exhausted)
        return frozenset(answer.destination for answer in answers if isinstance(answer, Divert))
