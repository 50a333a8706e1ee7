"""Counts the segments of a text as the vendor bills them: GSM-7 where the alphabet has every character, else UCS-2.

Sources: 3GPP TS 23.038 (the default alphabet and its extension), and Twilio's page on the character limit of messages:
160 or 70 characters in one segment, 153 or 67 in each of several, since these need a header.
"""

from __future__ import annotations

from collections.abc import Iterable

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")
"""Each takes an escape and itself: two places, which no segment's end parts."""

ONE_GSM, EACH_GSM = 160, 153
ONE_UCS, EACH_UCS = 70, 67


def is_gsm(text: str) -> bool:
    """Return whether GSM-7 has every character of ``text``."""
    return _BASIC.union(_EXTENDED).issuperset(text)


def segments(text: str) -> int:
    """Return in how many segments ``text`` goes out; an empty one, beside media, in one."""
    if is_gsm(text):
        return _packed((2 if character in _EXTENDED else 1 for character in text), ONE_GSM, EACH_GSM)
    return _packed((2 if ord(character) > 0xFFFF else 1 for character in text), ONE_UCS, EACH_UCS)


def _packed(widths: Iterable[int], one: int, each: int) -> int:
    """Return how many segments of ``each`` places hold the characters in their order, where not one of ``one`` does."""
    count, used, total = 1, 0, 0
    for width in widths:
        total += width
        if used + width > each:
            count, used = count + 1, 0
        used += width
    return 1 if total <= one else count
