"""``python -m tests.catalogues`` writes into each catalogue what its code says and no translation is for.

Babel reads the messages out of templates, scripts and Python; what is no longer said is taken out. ``make messages``
runs it, and the tests compare with what it finds. A page has a catalogue, and so has each room of the house that tells
people anything in a terminal.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polib
from babel.messages.extract import extract_from_file

from ivr.web.portal.layout import PORTAL, SPOKEN
from ivr.web.shell.languages import PAGES
from wording.catalogues import HERE, LANGUAGES, SOURCE

Keywords = dict[str, tuple[int, ...] | None]
"""Functions that make a message, and which of their arguments it is; None: the first."""

METHODS: Final = {".html": "jinja2.ext.babel_extract", ".js": "javascript"}
"""How Babel reads what is no Python; of that it loses a message within the call of another."""

KEYWORDS: Final[Keywords] = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}
"""What pages say."""

MESSAGES: Final[Keywords] = {"message": (2,), "phrase": None, "counted": (1, 2)}
"""What ``wording`` makes messages of."""

ROWS: Final[Keywords] = {"key": None, "document": None}
"""What a schema tells of a key."""

OTHERS: Final = tuple(tag for tag in LANGUAGES if tag != SOURCE)
"""What commands and the pages of the staff speak beside the code's language."""

OF_CUSTOMERS: Final = tuple(SPOKEN)
"""What the portal speaks."""

HEAD: Final = {
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=2; plural=(n > 1);",
}


@dataclass(frozen=True)
class Speaker:
    """A folder whose files say something to people."""

    folder: Path
    keywords: Keywords
    deep: bool
    tags: tuple[str, ...] = OTHERS

    def files(self) -> list[Path]:
        """Every file that may say something."""
        return sorted(self.folder.rglob("*") if self.deep else self.folder.iterdir())

    def catalogue(self, tag: str) -> Path:
        """Where its catalogue in the language ``tag`` stands."""
        return self.folder / f"messages.{tag}.po"

    def said(self) -> polib.POFile:
        """Its messages, untranslated, with the files that say them."""
        found: dict[tuple[str, str], set[str]] = {}
        for file in self.files():
            for one, many in _messages(file, self.keywords):
                found.setdefault((one, many), set()).add(str(file.relative_to(self.folder)))
        catalogue = polib.POFile(wrapwidth=120)
        catalogue.metadata = HEAD
        for (one, many), names in found.items():
            forms = {0: "", 1: ""} if many else {}
            entry = polib.POEntry(msgid=one, msgid_plural=many, msgstr_plural=forms)
            entry.occurrences = [(name, "") for name in sorted(names)]
            catalogue.append(entry)
        return catalogue


def _messages(file: Path, keywords: Keywords) -> Iterator[tuple[str, str]]:
    """Yield each message of a file, with the form for several where it has one."""
    if file.suffix == ".py":
        yield from _of_python(file, keywords)
    elif file.suffix in METHODS:
        for _, message, _, _ in extract_from_file(METHODS[file.suffix], str(file), keywords=keywords):
            one, many = message if isinstance(message, tuple) else (message, "")
            yield one, many


def _of_python(file: Path, keywords: Keywords) -> Iterator[tuple[str, str]]:
    code = file.read_text(encoding="utf-8")
    if not any(f"{name}(" in code for name in keywords):
        return  # most files say nothing, and to parse one takes long
    for node in ast.walk(ast.parse(code)):
        name = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
        if name in keywords and isinstance(node, ast.Call):
            places = keywords[name] or (1,)
            written = [each.value for place in places if isinstance(each := node.args[place - 1], ast.Constant)]
            if len(written) == len(places):
                yield str(written[0]), str(written[1]) if len(written) > 1 else ""


def speakers() -> list[Speaker]:
    """Every folder that says anything."""
    return [each for each in _folders() if each.said()]


def _folders() -> Iterator[Speaker]:
    for folder in sorted(PAGES.iterdir()):
        if folder.is_dir():
            tags = OF_CUSTOMERS if folder == PORTAL else OTHERS
            yield Speaker(folder, {**KEYWORDS, **MESSAGES}, deep=False, tags=tags)
    for folder in sorted(PORTAL.iterdir()):
        if folder.is_dir():
            yield Speaker(folder, {**KEYWORDS, **MESSAGES}, deep=False, tags=OF_CUSTOMERS)
    for room in ("data", "routing"):
        yield Speaker(HERE / room, MESSAGES, deep=True)
    yield Speaker(HERE / "ivr", MESSAGES, deep=False)
    for folder in sorted((HERE / "ivr").iterdir()):
        if folder.is_dir() and folder != PAGES:
            yield Speaker(folder, {**MESSAGES, **ROWS} if folder.name == "schema" else MESSAGES, deep=True)


def main() -> None:
    """Write every catalogue anew, with the translations that it has."""
    for speaker in speakers():
        for tag in speaker.tags:
            file = speaker.catalogue(tag)
            stored = polib.pofile(str(file)) if file.exists() else polib.POFile()
            known = {(entry.msgid, entry.msgid_plural): entry for entry in stored}
            said = speaker.said()
            said.metadata = {"Language": tag, **HEAD}
            for entry in said:
                old = known.get((entry.msgid, entry.msgid_plural))
                if old:
                    entry.msgstr, entry.msgstr_plural = old.msgstr, old.msgstr_plural
            said.save(str(file))
            missing = said.untranslated_entries()
            print(f"{file.relative_to(HERE)}: {len(said)} messages, {len(missing)} without a translation")


if __name__ == "__main__":
    main()
