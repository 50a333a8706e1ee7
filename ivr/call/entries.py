"""What was keyed or spoken into a collect state, read as the thing that it should be."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ivr.call.events import Event, Keys, Speech
from ivr.call.hearing import spoken_document
from ivr.call.spoken import language_of
from routing.access_codes import AccessCodes
from routing.documents import Document, DocumentError, parse_document

_STAFF = re.compile(r"([0-9]{3,6})\*([0-9]{8,12})\*([0-9])(\*0)?")
_PASSWORD = re.compile(r"[0-9]{4,8}")
_AS_KEYED = re.compile(r"[0-9]{14}")


@dataclass(frozen=True, slots=True)
class StaffEntry:
    """What staff key to close a desk: ``desk`` is a key, ``opens`` the wish to open it again."""

    number: str
    password: str = field(repr=False)
    desk: str
    opens: bool


def read_staff_entry(event: Event) -> StaffEntry | None:
    """``101*48151623*1``, with ``*0`` behind it to open; None for anything else. Never spoken aloud."""
    found = _STAFF.fullmatch(event.digits.removesuffix("#")) if isinstance(event, Keys) else None
    return StaffEntry(found[1], found[2], found[3], bool(found[4])) if found else None


def went_back(digits: str) -> bool:
    """True where nothing was keyed after the last ``*``, and nothing but ``*`` before: back to the menu before."""
    return bool(digits) and set(digits) == {"*"}


def corrected(digits: str) -> str:
    """What was keyed after the last ``*``: a caller who errs keys ``*`` and begins again; ``#`` counts for nothing."""
    return digits.rpartition("*")[2].replace("#", "")


def read_document(event: Event, *, spoken: bool, language: str) -> Document | None:
    """The document of the event, or None where there is none with right check digits. It may be said in ``language``
    (``pt-BR``) where it may be ``spoken`` at all."""
    match event:
        case Keys(digits):
            return _document(corrected(digits))
        case Speech(said) if spoken:
            heard = spoken_document(said, language_of(language))
            # Small words around a number sound like letters ("o CNPJ que é ..."): its digits alone may be the document.
            return _document(heard) or _document("".join(filter(str.isdigit, heard)))
        case _:
            return None


def _document(text: str) -> Document | None:
    try:
        return parse_document(text)
    except DocumentError:
        return None


def read_keys_of_document(event: Event) -> str | None:
    """The keys of a whole entry that may stand for a document: those of a CNPJ, each letter by the key that carries it,
    whatever their check digits, or a CPF. None for anything else, and for what was spoken.
    """
    if not isinstance(event, Keys):
        return None
    if _AS_KEYED.fullmatch(corrected(event.digits)):
        return corrected(event.digits)
    document = _document(corrected(event.digits))
    return document.number if document else None


def read_password(event: Event) -> str | None:
    """Four to eight digits keyed (seed 003 gives each contact a numeric password); never spoken aloud."""
    if isinstance(event, Keys) and _PASSWORD.fullmatch(corrected(event.digits)):
        return corrected(event.digits)
    return None


def read_code(event: Event, codes: AccessCodes | None) -> str | None:
    """A whole access code, its digits only; here ``*`` stands for the dot."""
    text = event.digits if isinstance(event, Keys) else event.text if isinstance(event, Speech) else ""
    return codes.format.digits_of(text.strip("#")) if codes else None
