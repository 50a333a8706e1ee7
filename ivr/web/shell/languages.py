"""Pages speak the language that a browser asks for: English is written in the code, the others stand in catalogues.

A catalogue is a file of GNU gettext beside the page that it translates (``phone/messages.pt-BR.po``), so that a
translator gets one folder and two pages are never edited in one file: see ``wording.catalogues``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from gettext import NullTranslations
from pathlib import Path
from typing import Final

import polib
from flask import Flask, g, request

from wording import catalogues
from wording.catalogues import SOURCE

LANGUAGES: Final = {"pt-BR": "Português", "en": "English"}
"""Each language that pages speak, as it calls itself. The first one is spoken where a browser asks for none of them."""

DEFAULT: Final = "pt-BR"

COOKIE: Final = "ivr_language"

PAGES: Final = Path(__file__).parents[1]
"""The folder of the pages, one folder each."""


def language() -> str:
    """Return the language of the request: the one that was chosen, else the best that the browser accepts."""
    # Each message of a page asks.
    known: str | None = g.get("language")
    if known is None:
        chosen = request.cookies.get(COOKIE, "")
        known = chosen if chosen in LANGUAGES else request.accept_languages.best_match(LANGUAGES) or DEFAULT
        g.language = known
    return known


def gettext(message: str) -> str:
    """Return ``message`` in the language of the request."""
    return translations(language()).gettext(message)


def ngettext(one: str, many: str, number: int) -> str:
    """Return the form of the message that goes with ``number``, in the language of the request."""
    return translations(language()).ngettext(one, many, number)


def translations(tag: str) -> NullTranslations:
    """Return the catalogue of the language ``tag``: that of all pages, and what commands and diagnostics say."""
    return catalogues.translations(tag)


def catalogue_files(tag: str) -> list[Path]:
    """Return the catalogue of each page in the language ``tag``."""
    return sorted(PAGES.glob(f"*/messages.{tag}.po"))


@cache
def for_scripts(tag: str) -> Mapping[str, str]:
    """Return what scripts show in the language ``tag``, by what the code calls it: messages without plural forms. The
    catalogues are read once a process.
    """
    if tag == SOURCE:
        return {}
    entries = [entry for file in catalogue_files(tag) for entry in polib.pofile(str(file))]
    return {entry.msgid: entry.msgstr for entry in entries if not entry.msgid_plural and _is_of_script(entry)}


def _is_of_script(entry: polib.POEntry) -> bool:
    return any(file.endswith(".js") for file, _ in entry.occurrences)


def speak(app: Flask) -> None:
    """Let the templates of ``app`` translate: ``{{ _("...") }}`` and ``{% trans %}``."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
