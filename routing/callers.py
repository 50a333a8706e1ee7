"""The telephone number of whoever calls, out of what the telephone company tells of a caller."""

from __future__ import annotations

import re
from urllib.parse import unquote

from routing.numbers import parse_any_number

_ADDRESS = re.compile(r"(?:sips?|tel):(?P<user>[^@;?]*)", re.IGNORECASE)
_LONGEST = 64


def number_of(caller: str, country: str = "BR") -> str | None:
    """The number in E.164, also where it stands inside an address (``sip:+5521991040175@host``); None where there is
    none: a hidden number, a name, an extension of a few digits, digits that are no number of ``country`` or abroad.
    """
    text = caller.strip()
    found = _ADDRESS.match(text)
    if found:
        text = unquote(found["user"]).partition(";")[0]
    if not (text.isascii() and len(text) <= _LONGEST):
        return None
    try:
        return parse_any_number(text, country)
    except ValueError:
        return None
