"""Folds speech: texts that sound alike become equal, and every comparison of what is said asks this file.

Two texts are compared when a menu is checked (no word may mean two keys), when a caller speaks, when a script hears,
and when a prompt is searched for the keys that it tells. Where these fold differently a word is sound at check and
dead on the telephone.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_NO_ASCII: Final = re.compile(r"[^\x00-\x7f]")
_NO_WORD: Final = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """``text`` in small letters without accents, one blank between words; punctuation stays.

    The same letters in another form of Unicode are equal (``ﬁ`` and ``fi``, ``nº`` and ``no``, ``ß`` and ``ss``),
    however their accents are composed, and digits of any script are 0-9.
    """
    # Twice, since folding the case of a letter may bring forth one that can be taken apart once more.
    return " ".join(without_accents(without_accents(text).casefold()).split())


def fold_words(text: str) -> str:
    """The letters and digits of ``text`` alone, folded, words parted by one blank; empty where it holds none."""
    return _NO_WORD.sub(" ", fold(text)).strip()


def without_accents(text: str) -> str:
    """``text`` with each letter in its plain form, capitals and blanks as they were."""
    if text.isascii():
        return text
    return _NO_ASCII.sub(lambda sign: _plain(sign[0]), unicodedata.normalize("NFKD", text))


def composed(text: str) -> str:
    """``text`` in small letters, each with its accents in one sign: for phrases that only an accent tells apart."""
    return unicodedata.normalize("NFKC", text.casefold())


def _plain(sign: str) -> str:
    """One sign that was taken apart: an accent becomes nothing, a digit of any script 0-9."""
    if unicodedata.category(sign).startswith("M"):
        return ""
    digit = unicodedata.decimal(sign, None)
    return sign if digit is None else str(digit)
