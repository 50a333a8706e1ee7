"""What people write in a spreadsheet or a call script, read into values: yes or no, a day, an amount.

Every reader takes a text and raises ValueError with what to write instead. No message repeats the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal

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
    raise ValueError("write yes or no")


def day(text: str) -> date:
    """A date, ``2026-03-10`` or ``10/03/2026``."""
    written = text.strip()
    if iso := _ISO_DATE.fullmatch(written):
        year, month, number = iso.groups()
    elif brazilian := _BRAZILIAN_DATE.fullmatch(written):
        number, month, year = brazilian.groups()
    else:
        raise ValueError("write a date as 2026-03-10 or 10/03/2026")
    try:
        return date(int(year), int(month), int(number))
    except ValueError:
        raise ValueError("this date is not in the calendar") from None


def moment(text: str) -> datetime:
    """A local time, ``2026-03-10T18:00``, without a zone."""
    try:
        written = datetime.fromisoformat(text.strip())
    except ValueError:
        written = None
    if written is None or written.tzinfo or "T" not in text:
        raise ValueError("write a local time as 2026-03-10T18:00")
    return written


def amount(text: str) -> Decimal:
    """Reais and centavos: ``1234.56``, ``1234,56`` or ``1.234,56``.

    ``1.234`` is refused: it is one real to some and a thousand to others.
    """
    written = text.strip()
    if not _AMOUNT.fullmatch(written):
        raise ValueError("write an amount as 1234.56 or 1.234,56")
    if "," in written:
        written = written.replace(".", "").replace(",", ".")
    return Decimal(written).quantize(Decimal("0.01"))


def days(text: str) -> int:
    """A number of days, up to 99999."""
    if not _WHOLE.fullmatch(text.strip()):
        raise ValueError("write a whole number of days")
    return int(text)


def is_garbled(text: str) -> bool:
    """Whether ``text`` is UTF-8 that a program took for Windows-1252: ``JoÃ£o``."""
    try:
        return text.encode("cp1252").decode("utf-8") != text
    except UnicodeError:
        return False


def words(text: str) -> str:
    """A name or a number of a document: one line of at most 120 characters that can be shown and spoken.

    An accent is one character with its letter (NFC), however it was written, so that a name has one spelling.
    """
    written = " ".join(unicodedata.normalize("NFC", text).split())
    if not written:
        raise ValueError("write something here")
    if len(written) > 120 or not written.isprintable():
        raise ValueError("write at most 120 printable characters")
    return written
