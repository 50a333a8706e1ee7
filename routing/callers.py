"""``number_of`` reads the caller's telephone number out of the address that the carrier sends for a caller."""

from __future__ import annotations

import re
from urllib.parse import unquote

from routing.numbers import local_rate, parse_any_number

_ADDRESS = re.compile(r"(?:[^<]*<)?(?:sips?|tel|whatsapp):(?P<user>[^@;?>]*)", re.IGNORECASE)
_LONGEST = 64
_PLAIN = re.compile(r"\+?[0-9]{3,15}")


def number_of(caller: str, country: str = "BR") -> str | None:
    """Return the caller's number in E.164, also where it stands inside an address (``sip:+5521991040175@host``); None
    where there is none: a hidden number, a name, an extension of a few digits, digits that are no number of ``country``
    or abroad.
    """
    text = unquote(caller).strip()
    found = _ADDRESS.match(text)
    if found:
        text = unquote(found["user"]).partition(";")[0].partition(":")[0].strip()
    if not (text.isascii() and len(text) <= _LONGEST):
        return None
    try:
        return parse_any_number(text, country)
    except ValueError:
        return None


def is_dialled(called: str, number: str) -> bool:
    """Return whether ``called``, a number or an address with one inside, means the line's own ``number`` (E.164).

    A national local-rate number is the same with and without an area code: 4003-0015 is +551140030015.
    """
    found = number_of(called)
    if found is None:
        return False
    return found == number or (local_rate(found) is not None and local_rate(found) == local_rate(number))


def needs_caller_id(caller: str) -> bool:
    """Return whether a call from ``caller`` cannot ring a telephone in its own name: only a number may stand there, not
    a SIP address, a client, or nothing (Twilio's error 13214).
    """
    return not _PLAIN.fullmatch(caller)
