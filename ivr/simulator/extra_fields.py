"""Fields that Twilio sends with some calls only: where the parties are, who vouches for the caller, SIP headers.

Source: Twilio's pages on the parameters of voice requests, on caller name lookup, SHAKEN/STIR, and SIP domains.
``From`` and ``Caller`` name the same party, as ``To`` and ``Called`` do, so what is said of one is said of both.
"""

from __future__ import annotations

import re
from difflib import get_close_matches

from ivr.simulator.parameters import Params
from wording import message, phrase

PARTS = ("City", "State", "Zip", "Country")

PLACES = tuple(f"{party}{part}" for party in ("From", "To", "Caller", "Called") for part in PARTS)

SOMETIMES = (
    "AddOns", "ApplicationSid", "CallToken", "CalledVia", "CallerName", "DisplayName", "ForwardedFrom", "ParentCallSid",
    "SipCallId", "SipDomain", "SipDomainSid", "SipSourceIp", "StirPassportToken", "StirStatus", "StirVerstat",
    "TrunkSid",
)  # fmt: skip

_OWN = """AccountSid ApiVersion AnsweredBy CallDuration CallSid CallStatus Called Caller Confidence DialBridged
DialCallDuration DialCallSid DialCallStatus Digits Direction Duration ErrorCode ErrorUrl FinishedOnKey From QueueResult
QueueSid QueueTime RecordingDuration RecordingSid RecordingUrl SequenceNumber SpeechResult Timestamp To msg"""

OWN = frozenset(_OWN.split())
"""Fields that tell what happens in the call: the simulator writes them itself."""

_HEADER = re.compile(r"SipHeader_[A-Za-z0-9-]+")
_CUSTOM = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")

_ALIASES = {"From": "Caller", "Caller": "From", "To": "Called", "Called": "To"}


def fault(name: str, *, from_client: bool) -> str | None:
    """Return why a call cannot have the field ``name``; None where it can.

    ``from_client``: the Voice SDK sends along whatever parameters the application gives it.
    """
    if name in OWN:
        return message(
            "field-of-the-simulator",
            "the simulator writes {name} itself; what happens in the call decides it",
            name=name,
        )
    if name in PLACES or name in SOMETIMES or _HEADER.fullmatch(name) or (from_client and _CUSTOM.fullmatch(name)):
        return None
    near = get_close_matches(name, (*PLACES, *SOMETIMES), 1, 0.6)
    known = phrase("it may send places (FromCity ...), {known}, SipHeader_X-...", known=", ".join(SOMETIMES))
    hint = phrase("did you mean {near}?", near=near[0]) if near else known
    return message("field-never-sent", "Twilio sends no field {name}; {hint}", name=name, hint=hint)


def with_aliases(fields: Params) -> Params:
    """``fields`` and, of each place that is said of one name of a party, the same of its other name."""
    said = dict(fields)
    for name, value in fields:
        for party, alias in _ALIASES.items():
            rest = name.removeprefix(party)
            if name in PLACES and rest in PARTS:
                said.setdefault(alias + rest, value)
    return tuple(sorted(said.items()))
