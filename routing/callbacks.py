"""Callback rules let the line call back ordinary subscribers only, and not often: the number that a caller shows is
claimed, not proven.

A caller who spoofs a victim's number, or one that bills its callers, must not make the line ring it again and again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta

import phonenumbers
from phonenumbers import PhoneNumberType

from routing.callers import number_of
from value_class import value_class
from wording import message

_SUBSCRIBERS = {PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}

_PREFIX = re.compile(r"\+[1-9][0-9]{0,13}")

# The numbers that are one for all of Brazil (300X, 400X and the like) exist with the area code before them, too, and
# look like a subscriber's then.
_ONE_FOR_ALL = re.compile(r"(?:[1-9][1-9])?(?:300[0-9]|400[0-9]|4020|4062)[0-9]{4}")


@value_class
class CallbackRules:
    """The rules of callbacks. With no ``prefixes``, every land line and mobile telephone of ``country`` may be called;
    with some, only numbers that begin so, which may be abroad then. Special services (0800, 0300, 0900, 4003) are never
    called, nor is a number of ``never``.

    ``per_number_a_day`` and ``per_day`` are the callbacks that are promised in any 24 hours to one number and to all
    together; after ``expires`` a promise is over. Raises ValueError for a prefix that is none.
    """

    country: str = "BR"
    prefixes: tuple[str, ...] = ()
    per_number_a_day: int = 2
    per_day: int = 100
    expires: timedelta = timedelta(hours=96)
    never: frozenset[str] = frozenset()
    """The telephones of the destinations."""

    def __post_init__(self) -> None:
        for prefix in self.prefixes:
            if not _PREFIX.fullmatch(prefix):
                raise ValueError(
                    message(
                        "callback-prefix-malformed",
                        "'{prefix}' is no beginning of a number; write + and digits, like +5511",
                        prefix=prefix,
                    )
                )

    def number_to_call(self, caller: str, own: Iterable[str]) -> str | None:
        """Return the E.164 number of ``caller`` where it may be called, else None; ``own`` are the lines' numbers."""
        e164 = number_of(caller, self.country)
        if e164 is None or e164 in self.never:
            return None
        number = phonenumbers.parse(e164)
        national = phonenumbers.national_significant_number(number)
        if phonenumbers.number_type(number) not in _SUBSCRIBERS:
            return None
        if number.country_code == _BRAZIL and _ONE_FOR_ALL.fullmatch(national):
            return None
        if any(_same(number.country_code, national, each) for each in own):
            return None
        if self.prefixes:
            return e164 if e164.startswith(self.prefixes) else None
        return e164 if phonenumbers.region_code_for_number(number) == self.country else None


SUBSCRIBERS = CallbackRules()
"""With nothing written."""

_BRAZIL = 55


def _same(country_code: int | None, national: str, own: str) -> bool:
    """Whether a number is one's own, with or without an area code before it."""
    mine = phonenumbers.parse(own)
    digits = phonenumbers.national_significant_number(mine)
    return country_code == mine.country_code and (national == digits or national.endswith(digits))
