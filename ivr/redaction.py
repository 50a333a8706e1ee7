"""``redacted`` hides what may be a person's secret in a text that is logged: the last line of defence of the log.

No field that is written should hold a document, a password, keys or a telephone number in the first place. This is for
the day on which one does, and for what libraries write. It would rather hide too much than too little: a date or an
address of a computer may go as well.
"""

from __future__ import annotations

import re
from itertools import chain
from typing import Final

from ivr.languages import LANGUAGES
from routing.documents import DocumentError, parse_document

MASK: Final = "•••"

SHORTEST: Final = 4
"""As many keys in a row are hidden: the shortest password of a customer."""

_BETWEEN = r"[\s.,:;/()\[\]'\"|_•*#+-]{0,4}"
"""What people, and careless programs, write between two signs of a number."""

_DIGITS: Final = "|".join(
    sorted({*chain.from_iterable((*each.numbers.names, *each.dictation.digits) for each in LANGUAGES.values())})
)
_JOINERS: Final = "|".join(sorted({each.dictation.joiner for each in LANGUAGES.values()}))
_SECRETS: Final = "|".join(sorted({*chain.from_iterable(each.writing.secrets for each in LANGUAGES.values())}))
"""Digits as they are said, what stands between two of them, and what stands before a password, in every language."""

_SID = r"(?<![0-9A-Za-z])[A-Z]{2}[0-9a-f]{32}(?![0-9A-Za-z])"
"""Twilio's: two capitals say what it is of, 32 hex digits which one. It tells nothing of a person."""

_PASSWORD_OF_URL = re.compile(r"(?<=://)([^\s:/@]{0,100}):\S{0,200}@")
_NAMED_SECRET = re.compile(
    rf"(?i)([a-z_]{{0,30}}(?:{_SECRETS})[a-z_]{{0,30}}['\"]?\s{{0,3}}[=:]\s{{0,3}})"
    r"(?:'[^']{0,200}'|\"[^\"]{0,200}\"|[^\s'\",;&]+)"
)

_HIDDEN = re.compile(
    rf"(?P<sid>{_SID})"
    # A CNPJ with letters, as it is printed or without punctuation; two digits end it.
    r"|(?<![0-9A-Za-z])[0-9A-Za-z]{2}[.-]?[0-9A-Za-z]{3}[.-]?[0-9A-Za-z]{3}[/-]?[0-9A-Za-z]{4}-?\d{2}(?![0-9A-Za-z])(?:[*#][0-9*#]*)?"
    # Letters and digits mixed, with three digits or more: part of such a CNPJ, a token, a digest.
    r"|(?<![0-9A-Za-z])(?=[0-9]*[A-Za-z])(?=(?:[A-Za-z]*[0-9]){3})[0-9A-Za-z]{6,}(?![0-9A-Za-z])"
    # Runs of digits with anything usual in between: keys, CPF, CNPJ, telephone numbers.
    rf"|[0-9*#]{{{SHORTEST},}}"
    rf"|\d(?:{_BETWEEN}\d){{{SHORTEST - 1},}}[0-9A-Za-z*#]*"
    # Sign by sign.
    r"|(?<![^\W_])[0-9A-Za-z](?:[\s,.;|'\"-]{1,4}[0-9A-Za-z](?![^\W_])){5,}"
    # Spoken.
    rf"|\b(?:{_DIGITS})(?:[\s,.-]+(?:(?:{_JOINERS})\s+)?(?:{_DIGITS})\b){{{SHORTEST - 1},}}",
    re.IGNORECASE,
)
_SID_ONLY = re.compile(_SID)

_LIKE_A_DOCUMENT = re.compile(
    r"(?<![0-9A-Za-z])(?:[0-9A-Za-z]{2}[ .]?[0-9A-Za-z]{3}[ .]?[0-9A-Za-z]{3}[ /]?[0-9A-Za-z]{4}[ -]?[0-9]{2}"
    r"|[0-9]{3}[ .]?[0-9]{3}[ .]?[0-9]{3}[ -]?[0-9]{2})(?![0-9A-Za-z])"
)
_SAID_SECRET = re.compile(
    rf"(?i)(\b(?:{_SECRETS})\b(?:[^\S\n]{{1,3}}\w{{1,20}}){{0,3}}?(?:[^\S\n]{{0,3}}[=:]|[^\S\n]{{1,3}}(?:é|eh|is|es)\b)"
    r"[^\S\n]{0,3})(?=[^\s,;]*[0-9])[^\s,;]{4,}"
)


def redacted(text: str) -> str:
    """Return ``text`` with MASK for each document (CPF or CNPJ, with or without punctuation and letters), run of
    SHORTEST or more keys, telephone number, and password in a URL or behind its name. Twilio's sids stay.
    """
    text = _PASSWORD_OF_URL.sub(rf"\1:{MASK}@", text)
    text = _NAMED_SECRET.sub(rf"\1{MASK}", text)
    return _HIDDEN.sub(_mask, text)


def without_secrets(text: str) -> str:
    """Return a text that people wrote with MASK for each CPF and CNPJ whose check digits are right, and each password
    behind its name.

    This is for what is kept and read, as the texts of tickets are: versions, error numbers and protocols stay.
    """
    text = _NAMED_SECRET.sub(rf"\1{MASK}", text)
    text = _SAID_SECRET.sub(rf"\1{MASK}", text)
    return _LIKE_A_DOCUMENT.sub(lambda found: MASK if _is_document(found[0]) else found[0], text)


def _is_document(written: str) -> bool:
    try:
        parse_document("".join(sign for sign in written if sign.isalnum()))
    except DocumentError:
        return False
    return True


def _mask(found: re.Match[str]) -> str:
    # Letters are compared without their case, but a sid has its own.
    sid = found["sid"]
    return sid if sid and _SID_ONLY.fullmatch(sid) else MASK
