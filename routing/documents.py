"""The router reads the tax documents by which customers identify themselves, and checks their check digits. Brazil's
CPF and CNPJ are here, those of other countries in ``foreign_documents``.

A document never stands in a message, a representation or a log; its last two digits may.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from routing.foreign_documents import FOREIGN, as_printed

HOME: Final = "BR"

COUNTRIES: Final = (HOME, *FOREIGN)
"""Those whose documents are known."""

_CPF = re.compile(r"[0-9]{11}")
_CNPJ = re.compile(r"[0-9A-Z]{12}[0-9]{2}")
_BASE = re.compile(r"[0-9]{9}|[0-9A-Z]{12}")
_OF_A_COUNTRY = re.compile(r"\s*([A-Za-z]{2})\s*:(.*)", re.DOTALL)
_TEXT = re.compile(r"""\s*(?:'|(?P<formula>=?)(?P<quote>"))?(?P<written>[^'"]*)(?(quote)")\s*""")
"""A spreadsheet's marks around what shall stay a text: '529…, "529…" and ="529…"."""

_CPF_WRITTEN = re.compile(as_printed("[0-9]{3}", ".", "[0-9]{3}", ".", "[0-9]{3}", "-", "[0-9]{2}"))
_CNPJ_WRITTEN = re.compile(
    as_printed("[0-9A-Za-z]{2}", ".", "[0-9A-Za-z]{3}", ".", "[0-9A-Za-z]{3}", "/", "[0-9A-Za-z]{4}", "-", "[0-9]{2}")
)
_DECIMAL = re.compile(r"[0-9]+\.[0-9]+")
"""A number with a point and no other sign: a spreadsheet's 1000000028.0, whatever place the point stands in."""


class DocumentError(ValueError):
    """``parse_document`` raises this for a text that is no document of its country. The message never repeats it."""


@dataclass(frozen=True, slots=True, repr=False)
class Document:
    """A tax document whose check digits are right; ``parse_document`` makes it. ``number`` has no punctuation: 11
    digits or 14 places of Brazil, 8 to 13 of other countries. ``kind`` is cpf, cnpj, rfc, nit, ruc or cuit.
    """

    kind: str
    number: str

    @property
    def last_two(self) -> str:
        """Return the last two signs (the check digits of Brazil), which may be shown."""
        return self.number[-2:]

    def __repr__(self) -> str:
        return f"Document({self.kind}, …{self.last_two})"


def parse_document(text: str, country: str = HOME) -> Document:
    """Read ``text`` as a document of ``country``, plain or with its printed signs and spaces in their places, in either
    case. A country in front, ``MX: GODE561231GR8``, holds instead.

    Raises DocumentError where it is none, or where its check digits are wrong.
    """
    found = _OF_A_COUNTRY.fullmatch(text)
    if found:
        country, text = found[1].upper(), found[2]
    # A letter with its accent is one sign: else an Ñ would lose its tilde, and be another document's N.
    written = unicodedata.normalize("NFC", text)
    marked = _TEXT.fullmatch(written)
    if marked:
        written = marked["written"].strip()
    if country != HOME:
        return _foreign(written, country)
    if not written.isascii():
        raise DocumentError("a document has only plain digits and letters; type it again without other signs")
    if not (_CPF_WRITTEN.fullmatch(written) or _CNPJ_WRITTEN.fullmatch(written)) or _DECIMAL.fullmatch(written):
        raise DocumentError(
            "a CPF has 11 digits, a CNPJ 14 places of which the last two are digits, with signs only where they are"
            " printed; check what was typed"
        )
    number = _plain(written)
    kind = "cpf" if _CPF.fullmatch(number) else "cnpj"
    # 111.111.111-11 and 00.000.000/0000-00 pass the arithmetic, but are never issued.
    if len(set(number)) == 1 or check_digits(number[:-2]) != number[-2:]:
        raise DocumentError(f"the check digits of this {kind.upper()} are wrong; check what was typed")
    return Document(kind, number)


def _foreign(written: str, country: str) -> Document:
    kind = FOREIGN.get(country)
    if kind is None:
        raise DocumentError(f"documents are known of {', '.join(COUNTRIES)}; write one of these before the colon")
    number = _plain(written)
    if not kind.written.fullmatch(written) or _DECIMAL.fullmatch(written) or not kind.is_right(number):
        raise DocumentError(f"this is no right {kind.name.upper()}, which has {kind.shape}; check what was typed")
    return Document(kind.name, number)


def _plain(written: str) -> str:
    """A document in its printed shape without the signs."""
    return "".join(sign for sign in written.upper() if sign.isalnum() or sign == "&")


def check_digits(base: str) -> str:
    """Return the two check digits of the first 9 digits of a CPF or the first 12 places of a CNPJ.

    Each is modulo 11: weights grow from 2 at the right, and in a CNPJ begin again at 2 after 9. A letter is
    worth its ASCII code minus 48 (Instrução Normativa RFB 2.229/2024), so ``A`` is 17. Raises DocumentError
    for anything else.
    """
    if not _BASE.fullmatch(base):
        raise DocumentError("check digits are those of 9 digits (CPF) or of 12 digits and capital letters (CNPJ)")
    cycle = 8 if len(base) == 12 else 10
    first = _check_digit(base, cycle)
    return first + _check_digit(base + first, cycle)


def _check_digit(places: str, cycle: int) -> str:
    weighted = sum((ord(place) - 48) * (2 + at % cycle) for at, place in enumerate(reversed(places)))
    rest = weighted % 11
    return "0" if rest < 2 else str(11 - rest)
