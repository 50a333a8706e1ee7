"""The form fields that accompany every request of a call.

Source: Twilio, "TwiML for Programmable Voice", request parameters. Cities, states and post codes are sent empty, as the
vendor does where it does not know them.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TypeAlias

import phonenumbers

from ivr.simulator.carrier import Carrier

Params: TypeAlias = tuple[tuple[str, str], ...]

SECRET = {"Digits", "SpeechResult", "TranscriptionText", "UnstableSpeechResult"}
"""The fields that hold what the caller keyed or said."""

MARK = "•"


def standard(carrier: Carrier, call_sid: str, status: str, from_: str, to: str) -> Params:
    """The fields that every request has."""
    fields = [
        ("AccountSid", carrier.account_sid),
        ("ApiVersion", carrier.api_version),
        ("CallSid", call_sid),
        ("CallStatus", status),
        ("Direction", carrier.direction),
    ]
    for party, number in (("Called", to), ("Caller", from_), ("From", from_), ("To", to)):
        fields.append((party, number))
        fields.append((f"{party}City", ""))
        fields.append((f"{party}Country", country(number)))
        fields.append((f"{party}State", ""))
        fields.append((f"{party}Zip", ""))
    return tuple(sorted({**dict(fields), **dict(carrier.fields)}.items()))


@lru_cache(maxsize=1024)
def country(number: str) -> str:
    """The two letters of the country that ``number`` (E.164) belongs to, or nothing."""
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(number)) or ""
    except phonenumbers.NumberParseException:
        return ""


def conceal(params: Params) -> Params:
    """``params`` with a mark in place of each character that the caller keyed or said."""
    return tuple((name, mark(value) if name in SECRET else value) for name, value in params)


def mark(text: str) -> str:
    """As many marks as ``text`` has characters."""
    return MARK * len(text)
