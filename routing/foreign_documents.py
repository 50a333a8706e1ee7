"""``FOREIGN`` says how other countries' tax documents are written and checked: RFC (Mexico), NIT (Colombia), RUC (Peru)
and CUIT (Argentina).

Each is checked as its tax office does, by python-stdnum. The last place of an RFC is a check digit too, but about one
in seventy that are in use have a wrong one: it is not refused for that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from importlib import import_module
from types import MappingProxyType

from value_class import value_class


def as_printed(*parts: str) -> str:
    """Return a pattern of groups with the sign that is printed after each: a sign may be left out, and blanks may stand
    there, but no other sign, so that a number which a spreadsheet changed is never another document.
    """
    groups, signs = parts[::2], parts[1::2]
    return groups[0] + "".join(
        rf"[ \t]{{0,3}}{re.escape(sign)}?[ \t]{{0,3}}{group}" for sign, group in zip(signs, groups[1:], strict=True)
    )


@value_class
class ForeignKind:
    """A kind of foreign document: its name, its shape in words, the check of its digits, the pattern in which it is
    written, and with how many keys one that has letters is keyed (empty where it has no letters).
    """

    name: str
    shape: str
    is_right: Callable[[str], bool]
    written: re.Pattern[str]
    lettered: tuple[int, ...] = ()


def _checked_by(module: str) -> Callable[[str], bool]:
    """Return the check of python-stdnum's ``module``, which is loaded with the first document: most lines ask for none
    of another country.
    """

    def is_right(number: str) -> bool:
        return bool(import_module(module).is_valid(number))

    return is_right


_CUIT_WRITTEN = re.compile(as_printed("[0-9]{2}", "-", "[0-9]{8}", "-", "[0-9]"))
_NIT_WRITTEN = re.compile(
    "|".join(as_printed(first, ".", "[0-9]{3}", ".", "[0-9]{3}", "-", "[0-9]") for first in ("[0-9]{1,3}", "[0-9]{4}"))
)
_RFC_WRITTEN = re.compile(as_printed("[A-Za-zÑñ&]{3,4}", "-", "[0-9]{6}", "-", "[0-9A-Za-z]{3}"))
_RUC_WRITTEN = re.compile(r"[0-9]{11}")

FOREIGN: Mapping[str, ForeignKind] = MappingProxyType(
    {
        "AR": ForeignKind("cuit", "11 digits", _checked_by("stdnum.ar.cuit"), _CUIT_WRITTEN),
        "CO": ForeignKind(
            "nit", "8 to 11 digits, the check digit included", _checked_by("stdnum.co.nit"), _NIT_WRITTEN
        ),
        "MX": ForeignKind(
            "rfc", "12 places of a company, or 13 of a person", _checked_by("stdnum.mx.rfc"), _RFC_WRITTEN, (12, 13)
        ),
        "PE": ForeignKind("ruc", "11 digits", _checked_by("stdnum.pe.ruc"), _RUC_WRITTEN),
    }
)
"""By country."""
