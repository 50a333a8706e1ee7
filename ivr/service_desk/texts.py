"""The service desk keeps what people write on tickets without control signs and without secrets, and bounded."""

from __future__ import annotations

import unicodedata
from typing import Final

from ivr.redaction import without_secrets
from wording import message

LONGEST_TEXT: Final = 10_000
"""Characters of a question, a solution, a note, a description."""

LONGEST_SUBJECT: Final = 200

_TURNING: Final = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
"""Signs that turn the writing around: a text could read otherwise than it is."""


def kept_text(written: str, most: int = LONGEST_TEXT) -> str:
    """Return a text of several lines as it is kept: without control signs, documents and passwords (see
    ``ivr.redaction.without_secrets``).

    Raises ValueError, in words, for one of more than ``most`` characters.
    """
    lines = unicodedata.normalize("NFC", written.replace("\r\n", "\n").replace("\r", "\n"))
    kept = "".join(
        sign
        for sign in lines
        if sign in "\n\t" or (sign not in _TURNING and unicodedata.category(sign) not in {"Cc", "Cs", "Co", "Cn"})
    ).strip()
    if len(kept) > most:
        raise ValueError(
            message(
                "ticket-text-too-long",
                "the text has {length} characters; {most} is the most: attach the rest as a file",
                length=len(kept),
                most=most,
            )
        )
    return without_secrets(kept)


def kept_subject(written: str) -> str:
    """Return a subject as it is kept: one line. Raises ValueError, in words, for an empty or too long one."""
    kept = " ".join(kept_text(written, LONGEST_TEXT).split())
    if not kept:
        raise ValueError(message("ticket-without-subject", "write the subject in a few words"))
    if len(kept) > LONGEST_SUBJECT:
        raise ValueError(
            message(
                "ticket-subject-too-long",
                "the subject has {length} characters; {most} is the most: the description takes the rest",
                length=len(kept),
                most=LONGEST_SUBJECT,
            )
        )
    return kept
