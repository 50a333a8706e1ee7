"""What the house itself says and hears in each language: hours and days, digits and letters. One file a language.

A line's ``language`` chooses by its first part: ``es-MX`` speaks as ``es``. What callers hear besides is the line's own
prompts. The languages here are those of ivr/flow/spoken_keys.py, so that ``ivr check`` refuses any other.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from ivr.languages.english import ENGLISH
from ivr.languages.language import Language
from ivr.languages.portuguese import PORTUGUESE
from ivr.languages.spanish import SPANISH

LANGUAGES: Final = {"en": ENGLISH, "es": SPANISH, "pt": PORTUGUESE}


def language_of(code: str) -> Language:
    """The language of ``code`` (``es-MX``). Raises KeyError for one that is not spoken here, which no line has."""
    return LANGUAGES[code.partition("-")[0]]


def spoken_opening(opens_at: datetime | None, now: datetime, language: str) -> str:
    """``hoje às treze e meia``, ``mañana a las ocho de la mañana``, ``on Monday the 23rd at 7 a.m.``

    Both moments are aware; days are counted in the zone of ``opens_at``. None is no opening within a year.
    """
    return language_of(language).opening(opens_at, now)
