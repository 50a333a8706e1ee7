"""Telephone numbers are read into E.164, and sorted by what a call costs: ordinary, premium, satellite or foreign."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from wording import message

Kind = Literal["ordinary", "premium", "satellite", "foreign"]

_RINGABLE = {
    PhoneNumberType.FIXED_LINE,
    PhoneNumberType.MOBILE,
    PhoneNumberType.FIXED_LINE_OR_MOBILE,
    PhoneNumberType.SHARED_COST,
    PhoneNumberType.TOLL_FREE,
    PhoneNumberType.UAN,
    PhoneNumberType.VOIP,
}

_LOCAL_RATE_DIGITS = 8

_WORLD = "001"
"""The region that phonenumbers gives to codes of no country (ITU-T E.164.1)."""

_WORLDS_PREMIUM = 979
_WORLDS_ORDINARY = {800, 808}

_LOCAL_RATE = re.compile(r"\+55(?:[1-9][1-9])?(?P<number>(?:300[0-9]|400[0-9]|4020|4062)[0-9]{4})")
"""3003, 3004, 4003, 4004, 4020 and their like (Anatel's codes of access for a whole area): dialled as eight digits."""

_NUMBER = re.compile(r"[0-9()+. -]+")


def parse_number(text: str, country: str = "BR") -> str:
    """Read ``text`` as E.164 (``+5511987654321``); a number without a country code is one of ``country``.

    National local-rate numbers (4003-0015) pass with and without an area code. Raises ValueError for what is
    no valid number, for extensions and letters, and for services that bill their callers by the minute.
    """
    number = parse_any_number(text, country)
    if kind_of(number, country) == "premium":
        raise ValueError(
            message(
                "number-at-a-special-rate",
                "'{text}' is billed at a special rate or no telephone; give a fixed, mobile, 0800 or 4003 number",
                text=text,
            )
        )
    return number


def is_mobile(e164: str) -> bool:
    """Return whether the number is one of a mobile telephone, which takes texts."""
    return bool(phonenumbers.number_type(phonenumbers.parse(e164)) == PhoneNumberType.MOBILE)


@lru_cache(maxsize=1024)
def parse_any_number(text: str, country: str = "BR") -> str:
    """Read a number of any kind as ``parse_number`` does; a premium one is no error."""
    if not _NUMBER.fullmatch(text):
        raise ValueError(
            message(
                "number-with-other-signs",
                "'{text}' is not a telephone number; write digits only, like +5511987654321",
                text=text,
            )
        )
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException as error:
        raise ValueError(
            message("number-malformed", "'{text}' is not a telephone number; write it like +5511987654321", text=text)
        ) from error
    if not phonenumbers.is_valid_number(number):
        raise ValueError(
            message(
                "number-invalid", "'{text}' is no valid telephone number; check the area code and the digits", text=text
            )
        )
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def local_rate(e164: str) -> str | None:
    """Return the eight digits of a Brazilian number that is one for the whole country and costs a local call, such as
    40030015, with or without an area code before it; None for any other number.
    """
    found = _LOCAL_RATE.fullmatch(e164)
    return found["number"] if found else None


def national_digits(e164: str) -> str:
    """Return a valid number without the code of its country, as people tell it: ``11987654321``."""
    return phonenumbers.national_significant_number(phonenumbers.parse(e164))


def kind_of(e164: str, country: str = "BR") -> Kind:
    """Return what a call to the valid number ``e164`` costs in ``country``: ordinary, premium, satellite or foreign."""
    number = phonenumbers.parse(e164)
    region = phonenumbers.region_code_for_number(number)
    if region == _WORLD and number.country_code not in (*_WORLDS_ORDINARY, _WORLDS_PREMIUM):
        return "satellite"
    if phonenumbers.number_type(number) not in _RINGABLE or _is_dear(number):
        return "premium"
    return "ordinary" if region == country else "foreign"


def _is_dear(number: phonenumbers.PhoneNumber) -> bool:
    """0300 and 0303 cost more than a local call, but their kind (shared cost) is also that of the 4003 numbers."""
    national = phonenumbers.national_significant_number(number)
    return number.country_code == 55 and national.startswith(("300", "303")) and len(national) > _LOCAL_RATE_DIGITS
