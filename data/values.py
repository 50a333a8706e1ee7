"""Values are read from what people write in a spreadsheet or a call script: yes or no, a day, an amount.

Every reader takes a text and raises ValueError with what to write instead. No message repeats the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal

from wording import message

Readers = Mapping[str, Callable[[str], object]]
"""How the text under each key or column is read."""

YES = frozenset({"yes", "true", "sim", "s", "1", "verdadeiro"})
NO = frozenset({"no", "false", "não", "nao", "n", "0", "falso"})

_ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_BRAZILIAN_DATE = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})")
_AMOUNT = re.compile(r"[0-9]{1,12}(?:[.,][0-9]{1,2})?|[0-9]{1,3}(?:\.[0-9]{3}){1,3},[0-9]{2}")
_WHOLE = re.compile(r"[0-9]{1,5}")


def flag(text: str) -> bool:
    """``yes`` or ``no``, in English or Portuguese."""
    word = unicodedata.normalize("NFC", text.strip().lower())
    if word in YES:
        return True
    if word in NO:
        return False
    raise ValueError(message("value-not-yes-or-no", "write yes or no"))


def day(text: str) -> date:
    """A date, ``2026-03-10`` or ``10/03/2026``."""
    written = text.strip()
    if iso := _ISO_DATE.fullmatch(written):
        year, month, number = iso.groups()
    elif brazilian := _BRAZILIAN_DATE.fullmatch(written):
        number, month, year = brazilian.groups()
    else:
        raise ValueError(message("value-not-a-date", "write a date as 2026-03-10 or 10/03/2026"))
    try:
        return date(int(year), int(month), int(number))
    except ValueError:
        raise ValueError(message("value-date-impossible", "this date is not in the calendar")) from None


def moment(text: str) -> datetime:
    """A local time, ``2026-03-10T18:00``, without a zone."""
    try:
        written = datetime.fromisoformat(text.strip())
    except ValueError:
        written = None
    if written is None or written.tzinfo or "T" not in text:
        raise ValueError(message("value-not-a-local-time", "write a local time as 2026-03-10T18:00"))
    return written


def amount(text: str) -> Decimal:
    """Reais and centavos: ``1234.56``, ``1234,56`` or ``1.234,56``.

    ``1.234`` is refused: it is one real to some and a thousand to others.
    """
    written = text.strip()
    if not _AMOUNT.fullmatch(written):
        raise ValueError(message("value-not-an-amount", "write an amount as 1234.56 or 1.234,56"))
    if "," in written:
        written = written.replace(".", "").replace(",", ".")
    return Decimal(written).quantize(Decimal("0.01"))


def days(text: str) -> int:
    """A number of days, up to 99999."""
    if not _WHOLE.fullmatch(text.strip()):
        raise ValueError(message("value-not-a-number-of-days", "write a whole number of days"))
    return int(text)


_UTF8_AS_CP1252 = re.compile(r"[\u00c2-\u00df].|[\u00e0-\u00ef\u0153\u0178]..", re.DOTALL)
"""Two or three signs that may be one sign of UTF-8, byte by byte."""

_LOST = "\ufffd"
"""What a program writes for a sign that it could not read."""


def is_garbled(text: str) -> bool:
    """Return whether a program took UTF-8 for Windows-1252 in part of ``text`` (``JoÃ£o``), or lost a sign of it."""
    return _LOST in text or any(_one_sign(found[0]) for found in _UTF8_AS_CP1252.finditer(text))


def _one_sign(pair: str) -> bool:
    """Whether the signs are the bytes of a letter of Europe, or of a dash or quote."""
    try:
        sign = b"".join(_byte(each) for each in pair).decode("utf-8")
    except UnicodeError:
        return False
    return len(sign) == 1 and ("\u00a0" <= sign <= "\u017f" or "\u2010" <= sign <= "\u2122" or sign == _LOST)


def _byte(sign: str) -> bytes:
    """The byte that is ``sign`` in Windows-1252; five bytes are no sign there, and stay what they are."""
    return sign.encode("latin-1") if "\x80" <= sign <= "\x9f" else sign.encode("cp1252")


def words(text: str) -> str:
    """A name or a number of a document: one line of at most 120 characters that can be shown and spoken.

    An accent is one character with its letter (NFC), however it was written, so that a name has one spelling. Of a
    garbled text the half signs that cannot be shown are left out: ``LuÃ\xads`` is taken, and told, as ``JoÃ£o`` is.
    """
    if is_garbled(text):
        text = "".join(sign for sign in text if sign.isprintable())
    written = " ".join(unicodedata.normalize("NFC", text).split())
    if not written:
        raise ValueError(message("value-empty", "write something here"))
    if len(written) > 120 or not written.isprintable():
        raise ValueError(message("value-too-long", "write at most 120 printable characters"))
    return written
