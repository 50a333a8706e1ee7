"""What was keyed or spoken into a collect state, read as the thing that it should be."""

from __future__ import annotations

import re

from ivr.call.events import Event, Keys, Speech
from ivr.call.hearing import spoken_document
from routing.access_codes import AccessCodes
from routing.documents import Document, DocumentError, parse_document

_PASSWORD = re.compile(r"[0-9]{4,8}")


def went_back(digits: str) -> bool:
    """True where nothing was keyed after the last ``*``, and nothing but ``*`` before: back to the menu before."""
    return bool(digits) and set(digits) == {"*"}


def corrected(digits: str) -> str:
    """What was keyed after the last ``*``: a caller who errs keys ``*`` and begins again; ``#`` counts for nothing."""
    return digits.rpartition("*")[2].replace("#", "")


def read_document(event: Event, *, spoken: bool) -> Document | None:
    """The document of the event, or None where there is none with right check digits."""
    match event:
        case Keys(digits):
            return _document(corrected(digits))
        case Speech(said) if spoken:
            heard = spoken_document(said)
            # Small words around a number sound like letters ("o CNPJ que é ..."): its digits alone may be the document.
            return _document(heard) or _document("".join(filter(str.isdigit, heard)))
        case _:
            return None


def _document(text: str) -> Document | None:
    try:
        return parse_document(text)
    except DocumentError:
        return None


def read_password(event: Event) -> str | None:
    """Four to eight digits keyed (seed 003 gives each contact a numeric password); never spoken aloud."""
    if isinstance(event, Keys) and _PASSWORD.fullmatch(corrected(event.digits)):
        return corrected(event.digits)
    return None


def read_code(event: Event, codes: AccessCodes | None) -> str | None:
    """A whole access code, its digits only; here ``*`` stands for the dot."""
    text = event.digits if isinstance(event, Keys) else event.text if isinstance(event, Speech) else ""
    return codes.format.digits_of(text.strip("#")) if codes else None
