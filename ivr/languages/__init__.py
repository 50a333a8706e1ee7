"""Every word that the line says or understands by itself, one file a language: hours and days, digits, letters, keys.

A line's ``language`` chooses by its first part: ``es-MX`` speaks as ``es``. What callers hear besides is the line's own
prompts. ``ivr check`` refuses a line of any other language. To add one is a file like ``portuguese.py`` and its entry
in LANGUAGES; ``tests/languages`` asks it for everything.
"""

from __future__ import annotations

from typing import Final

from ivr.languages.english import ENGLISH
from ivr.languages.language import Language
from ivr.languages.portuguese import PORTUGUESE
from ivr.languages.spanish import SPANISH

LANGUAGES: Final = {"en": ENGLISH, "es": SPANISH, "pt": PORTUGUESE}


def language_of(code: str) -> Language:
    """The language of ``code`` (``es-MX``). Raises KeyError for one that is not spoken here, which no line has."""
    return LANGUAGES[code.partition("-")[0]]
