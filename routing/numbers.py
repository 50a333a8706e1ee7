"""Telephone numbers: in E.164, and of which kind, for what an ordinary call costs and what one abroad does."""

from __future__ import annotations

import re
from typing import Literal

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

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

_WORLD = "001"
"""The region that phonenumbers gives to codes of no country (ITU-T E.164.1)."""

_WORLDS_PREMIUM = 979
_WORLDS_ORDINARY = {800, 808}

_NUMBER = re.compile(r"[0-9()+. -]+")


def parse_number(text: str, country: str = "BR") -> str:
    """``text`` as E.164 (``+5511987654321``); a number without a country code is one of ``country``.

    National local-rate numbers (4003-0015) pass with and without an area code. Raises ValueError for what is
    no valid number, for extensions and letters, and for services that bill whoever rings them by the minute.
    """
    number = parse_any_number(text, country)
    if kind_of(number, country) == "premium":
        raise ValueError(
            f"'{text}' is billed at a special rate or no telephone; give a fixed, mobile, 0800 or 4003 number"
        )
    return number


def parse_any_number(text: str, country: str = "BR") -> str:
    """As ``parse_number``, for a number of any kind."""
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"'{text}' is not a telephone number; write digits only, like +5511987654321")
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException as error:
        raise ValueError(f"'{text}' is not a telephone number; write it like +5511987654321") from error
    if not phonenumbers.is_valid_number(number):
        raise ValueError(f"'{text}' is no valid telephone number; check the area code and the digits")
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def national_digits(e164: str) -> str:
    """A valid number without the code of its country, as people tell it: ``11987654321``."""
    return phonenumbers.national_significant_number(phonenumbers.parse(e164))


def kind_of(e164: str, country: str = "BR") -> Kind:
    """What a call to a valid number is to somebody in ``country``."""
    number = phonenumbers.parse(e164)
    region = phonenumbers.region_code_for_number(number)
    if region == _WORLD and number.country_code not in (*_WORLDS_ORDINARY, _WORLDS_PREMIUM):
        return "satellite"
    if phonenumbers.number_type(number) not in _RINGABLE or _is_0300(number):
        return "premium"
    return "ordinary" if region == country else "foreign"


def _is_0300(number: phonenumbers.PhoneNumber) -> bool:
    """0300 costs more than a local call, but its kind (shared cost) is also that of the 4003 numbers."""
    return number.country_code == 55 and phonenumbers.national_significant_number(number).startswith("300")
