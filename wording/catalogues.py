"""Catalogues say messages in another language: files of GNU gettext, each beside the code whose messages it has.

    flow/messages.pt-BR.po

They are read when the first message of a language is shown, and compiled then: no compiled file can be older than its
source, and who works in English waits for none.
"""

from __future__ import annotations

from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Final

from wording.message import Message

SOURCE: Final = "en"
"""The language of the code: what a message is called is what it says."""

LANGUAGES: Final = {SOURCE: "English", "pt-BR": "Português"}
"""Each language that messages can be shown in, as it calls itself."""

ROOMS: Final = ("data", "ivr", "routing")
"""The packages whose folders have catalogues of what commands and pages tell."""

HERE: Final = Path(__file__).parents[1]


def put(message: str, tag: str) -> str:
    """Return ``message`` in the language ``tag``; a text that is no message stays as it is."""
    return message.put_by(translations(tag)) if isinstance(message, Message) else message


@lru_cache
def translations(tag: str) -> NullTranslations:
    """Return the catalogue of the language ``tag``, that of all rooms in one."""
    return NullTranslations() if tag == SOURCE else merged(catalogue_files(tag))


def catalogue_files(tag: str) -> list[Path]:
    """Return each file that has messages of commands and diagnostics in the language ``tag``."""
    return sorted(file for room in ROOMS for file in (HERE / room).rglob(f"messages.{tag}.po"))


def merged(files: list[Path]) -> NullTranslations:
    """Return the messages of several files as one catalogue."""
    import polib  # only where another language is asked for: it takes a tenth of a second with what it reads

    whole = polib.POFile()
    for file in files:
        catalogue = polib.pofile(str(file))
        whole.metadata = catalogue.metadata
        whole.extend(catalogue)
    return GNUTranslations(BytesIO(whole.to_binary()))


def known_tag(written: str) -> str | None:
    """Return the language that ``pt``, ``pt_BR.UTF-8``, ``PT-br`` or ``en`` names; None for one that has no catalogue.

    A POSIX locale without a language (``C``, ``POSIX``) is English.
    """
    plain = written.partition(".")[0].partition("@")[0].replace("_", "-").lower()
    if plain in {"c", "posix"}:
        return SOURCE
    wanted = plain.partition("-")[0]
    return next((tag for tag in LANGUAGES if tag.partition("-")[0].lower() == wanted), None)
