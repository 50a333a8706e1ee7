"""A table of regions chooses the destination that serves a caller by the area code of the caller's number."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import phonenumbers

from routing.callers import number_of
from value_class import value_class
from wording import message

_CODES = re.compile(r"([0-9]{1,4})(?:-([0-9]{1,4}))?")


AREA_CODES = frozenset(
    {
        *map(str, (*range(11, 20), 21, 22, 24, 27, 28, *range(31, 36), 37, 38, *range(41, 50), 51, 53, 54, 55)),
        *map(str, (*range(61, 70), 71, 73, 74, 75, 77, 79, *range(81, 90), *range(91, 100))),
    }
)
"""Those of Brazil that Anatel has given out."""


@value_class
class Regions:
    """A table of regions maps area codes to ``destinations``. ``default`` serves every other number, hidden and foreign
    ones included.
    """

    name: str
    country: str
    default: str
    destinations: Mapping[str, str]

    def of(self, number: str) -> tuple[str, str | None]:
        """Return the destination for ``number`` (E.164, or what the carrier sends), and the area code that decided."""
        return self.at(area_code(number, self.country))

    def at(self, code: str | None) -> tuple[str, str | None]:
        """Return the destination for the area ``code``, and the code where it decided."""
        if code is not None and code in self.destinations:
            return self.destinations[code], code
        return self.default, None


def area_code(number: str, country: str = "BR") -> str | None:
    """Return the area code of ``number`` (``11`` of ``+5511987654321``), also of one inside an address
    (``sip:+5511...@``); None where it has none, is abroad or is no number.
    """
    try:
        parsed = phonenumbers.parse(number_of(number, country) or number)
    except phonenumbers.NumberParseException:
        return None
    if phonenumbers.region_code_for_number(parsed) != country:
        return None
    length = phonenumbers.length_of_geographical_area_code(parsed)
    return phonenumbers.national_significant_number(parsed)[:length] or None


def parse_area_codes(text: str) -> Iterable[str]:
    """Return the area codes of ``21`` or ``21-28``, ends included. Raises ValueError for any other text."""
    found = _CODES.fullmatch(text)
    first, last = (found[1], found[2] or found[1]) if found else ("1", "0")
    if first.startswith("0"):
        raise ValueError(
            message(
                "area-code-with-zero",
                "'{text}' begins with 0, which no area code does; write it like 21, or several like 21-28",
                text=text,
            )
        )
    if len(first) != len(last) or int(first) > int(last):
        raise ValueError(
            message(
                "area-code-malformed", "'{text}' is no area code; write it like 21, or several like 21-28", text=text
            )
        )
    return [f"{code:0{len(first)}}" for code in range(int(first), int(last) + 1)]
