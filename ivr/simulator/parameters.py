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

SECRET = {
    "BankAccountNumber", "BankRoutingNumber", "Body", "Digits", "ExpirationDate", "HandoffData",
    "PaymentCardPostalCode", "SecurityCode", "SpeechResult", "TranscriptionData", "TranscriptionText",
    "UnstableSpeechResult",
}  # fmt: skip
"""The fields that hold what the caller keyed, said or texted."""

MARK = "•"

_CALL_SID = "CallSid"


def standard(carrier: Carrier, call_sid: str, status: str, from_: str, to: str) -> Params:
    """The fields that every request has."""
    before, after = _around_call_sid(carrier, status, from_, to)
    return (*before, (_CALL_SID, call_sid), *after) if after else before


@lru_cache(maxsize=1024)
def _around_call_sid(carrier: Carrier, status: str, from_: str, to: str) -> tuple[Params, Params]:
    """What stands before and behind the call's own name, which calls between the same two numbers have alike; nothing
    is behind it where the carrier is set up to send another name.
    """
    fields = {
        "AccountSid": carrier.account_sid,
        "ApiVersion": carrier.api_version,
        "CallStatus": status,
        "Direction": carrier.direction,
    }
    for party, number in (("Called", to), ("Caller", from_), ("From", from_), ("To", to)):
        fields[party] = number
        fields[f"{party}City"] = ""
        fields[f"{party}Country"] = country(number)
        fields[f"{party}State"] = ""
        fields[f"{party}Zip"] = ""
    named = tuple(sorted((fields | dict(carrier.fields)).items()))
    if _CALL_SID in dict(carrier.fields):
        return named, ()
    return tuple(each for each in named if each[0] < _CALL_SID), tuple(each for each in named if each[0] > _CALL_SID)


@lru_cache(maxsize=1024)
def country(number: str) -> str:
    """The two letters of the country that ``number`` (E.164) belongs to, or nothing."""
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(number)) or ""
    except phonenumbers.NumberParseException:
        return ""


def conceal(params: Params) -> Params:
    """``params`` with a mark in place of each character that the caller keyed or said."""
    return tuple([(name, mark(value) if name in SECRET else value) for name, value in params])


def mark(text: str) -> str:
    """As many marks as ``text`` has characters."""
    return MARK * len(text)
