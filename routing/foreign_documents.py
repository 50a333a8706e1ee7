"""Tax documents of other countries: RFC of Mexico, NIT of Colombia, RUC of Peru, CUIT of Argentina.

Each is checked as its tax office does. The last place of an RFC is a check digit too, but about one in seventy that
are in use have a wrong one: it is not held against anybody.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType


def as_printed(*parts: str) -> str:
    """A pattern of groups with the sign that is printed after each: a sign may be left out, and blanks may stand there,
    but no other sign, so that a number which a spreadsheet changed is never another document.
    """
    groups, signs = parts[::2], parts[1::2]
    return groups[0] + "".join(
        rf"[ \t]{{0,3}}{re.escape(sign)}?[ \t]{{0,3}}{group}" for sign, group in zip(signs, groups[1:], strict=True)
    )


_RFC = re.compile(r"[A-ZÑ&]{3,4}([0-9]{2})([0-9]{2})([0-9]{2})[0-9A-Z]{3}")
_NIT = re.compile(r"[0-9]{8,11}")
_ELEVEN = re.compile(r"[0-9]{11}")
_RUC_KINDS = {"10", "15", "17", "20"}
_CUIT_KINDS = {"20", "23", "24", "27", "30", "33", "34", "50", "51", "55"}
_WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
_NIT_WEIGHTS = (3, 7, 13, 17, 19, 23, 29, 37, 41, 43)


@dataclass(frozen=True, slots=True)
class ForeignKind:
    """A country's document: its name, its shape in words, whether one is right, how one is written, and in how many
    keys one with letters is keyed (none where it has no letters)."""

    name: str
    shape: str
    is_right: Callable[[str], bool]
    written: re.Pattern[str]
    lettered: tuple[int, ...] = ()


def _rfc(number: str) -> bool:
    found = _RFC.fullmatch(number)
    if found is None:
        return False
    year, month, day = map(int, found.groups())
    # A century is not written; 2000 is a leap year, as every fourth one is that a company may be of.
    try:
        date(2000 + year, month, day)
    except ValueError:
        return False
    return True


def _nit(number: str) -> bool:
    if not _NIT.fullmatch(number):
        return False
    weighted = zip(_NIT_WEIGHTS, reversed(number[:-1]), strict=False)
    return number[-1] == "01987654321"[sum(weight * int(digit) for weight, digit in weighted) % 11]


def _ruc(number: str) -> bool:
    if not _ELEVEN.fullmatch(number) or number[:2] not in _RUC_KINDS:
        return False
    return number[-1] == str((11 - _weighted(number) % 11) % 10)


def _cuit(number: str) -> bool:
    if not _ELEVEN.fullmatch(number) or number[:2] not in _CUIT_KINDS:
        return False
    # What would be ten is nine: such numbers are issued with another beginning.
    return number[-1] == "012345678990"[11 - _weighted(number) % 11]


def _weighted(number: str) -> int:
    return sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number, strict=False))


_CUIT_WRITTEN = re.compile(as_printed("[0-9]{2}", "-", "[0-9]{8}", "-", "[0-9]"))
_NIT_WRITTEN = re.compile(
    "|".join(as_printed(first, ".", "[0-9]{3}", ".", "[0-9]{3}", "-", "[0-9]") for first in ("[0-9]{1,3}", "[0-9]{4}"))
)
_RFC_WRITTEN = re.compile(as_printed("[A-Za-zÑñ&]{3,4}", "-", "[0-9]{6}", "-", "[0-9A-Za-z]{3}"))
_RUC_WRITTEN = re.compile(r"[0-9]{11}")

FOREIGN: Mapping[str, ForeignKind] = MappingProxyType(
    {
        "AR": ForeignKind("cuit", "11 digits", _cuit, _CUIT_WRITTEN),
        "CO": ForeignKind("nit", "8 to 11 digits, the check digit included", _nit, _NIT_WRITTEN),
        "MX": ForeignKind("rfc", "12 places of a company, or 13 of a person", _rfc, _RFC_WRITTEN, (12, 13)),
        "PE": ForeignKind("ruc", "11 digits", _ruc, _RUC_WRITTEN),
    }
)
"""By country."""
