"""A voice should not read addresses, names of sound files, markup, signs and pictures: ``unspeakable`` finds them.

A voice reads whatever it is given: ``https`` letter by letter, ``<b>`` as "less than b", a smiling face by its name.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from ivr.source.folding import fold_words
from wording import message

_ADDRESS: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://\S*|^(?:www\.|//)\S+$")
_SOUND: Final = re.compile(
    r"\S*\.(?:wav|mp3|mp4|m4a|ogg|oga|opus|aac|aiff?|flac|gsm|ulaw|alaw|au|wma|amr|webm)\b(?!\.\w)", re.IGNORECASE
)
_PATH: Final = re.compile(r"^\S*[/\\]\S*$")
_MARKUP: Final = re.compile(r"<[/!?]?\s*[A-Za-z-][^>]*>|</?[A-Za-z]+|\*\*|__|\]\(")
_ENTITY: Final = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]*|#[0-9]+|#[xX][0-9A-Fa-f]+);")
_MISREAD: Final = re.compile("[ÂÃ][\u00a0-\u00bf]|â€")
_UNSPOKEN: Final = frozenset("<>[]{}\\|^~_`´¨")
_SPOKEN: Final = frozenset("°×÷±−")
"""Signs of the categories of pictures and of mathematics that have a word of their own."""


def unspeakable(text: str) -> str | None:
    """Return why ``text``, without its placeholders, cannot be spoken as it stands, and what to do, or None."""
    address = _ADDRESS.search(text.strip())
    if address:
        return message(
            "text-with-an-address",
            "is or has the address '{address}', which would be read sign by sign; write what callers are to hear",
            address=address[0],
        )
    markup = _MARKUP.search(text) or _ENTITY.search(text)
    if markup:
        return message(
            "text-with-markup", "has the markup '{markup}', which would be read; write words only", markup=markup[0]
        )
    sound = _SOUND.search(text)
    if sound:
        return message(
            "text-with-a-sound",
            "names the sound '{sound}', which would be read and not played; write what callers are to hear",
            sound=sound[0],
        )
    if _PATH.match(text.strip()):
        return message("text-is-a-path", "is a path, which would be read sign by sign; write what callers are to hear")
    if _MISREAD.search(text):
        return message(
            "text-in-another-encoding",
            "has letters that were read in another encoding; write them anew and save the file as UTF-8",
        )
    for sign in dict.fromkeys(text):
        if sign in _UNSPOKEN or _is_picture(sign):
            shown = f"'{sign}' (U+{ord(sign):04X})" if sign.isprintable() else f"U+{ord(sign):04X}"
            return message(
                "text-with-a-sign",
                "has the sign {shown}, which is not speech; delete it, or write it in words",
                shown=shown,
            )
    if not fold_words(text):
        return message(
            "text-without-a-letter",
            "has no letter and no digit, so that nothing is heard; write what callers are to hear",
        )
    return None


def _is_picture(sign: str) -> bool:
    if sign in _SPOKEN or sign == "\n":
        return False
    category = unicodedata.category(sign)
    return category in {"So", "Me", "Zl", "Zp"} or category[0] == "C" or (category == "Sm" and not sign.isascii())
