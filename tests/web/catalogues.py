"""``python -m tests.web.catalogues`` writes into each page's catalogue what its code says and no translation is for.

Babel reads the messages out of templates, scripts and Python; what is no longer said is taken out. ``make messages``
runs it, and the tests compare with what it finds.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polib
from babel.messages.extract import extract_from_file

from ivr.web.shell.languages import LANGUAGES, PAGES, SOURCE

METHODS: Final = {".html": "jinja2.ext.babel_extract", ".js": "javascript", ".py": "python"}

KEYWORDS: Final = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}

HEAD: Final = {
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=2; plural=(n > 1);",
}


def said_in(folder: Path) -> polib.POFile:
    """Return the messages that the files of one page's folder say, untranslated, with the files that say them."""
    found: dict[tuple[str, str], set[str]] = {}
    for file in sorted(folder.iterdir()):
        if file.suffix in METHODS:
            for _, message, _, _ in extract_from_file(METHODS[file.suffix], str(file), keywords=KEYWORDS):
                one, many = message if isinstance(message, tuple) else (message, "")
                found.setdefault((one, many), set()).add(file.name)
    catalogue = polib.POFile(wrapwidth=120)
    catalogue.metadata = HEAD
    for (one, many), names in found.items():
        forms = {0: "", 1: ""} if many else {}
        entry = polib.POEntry(msgid=one, msgid_plural=many, msgstr_plural=forms)
        entry.occurrences = [(name, "") for name in sorted(names)]
        catalogue.append(entry)
    return catalogue


def pages() -> list[Path]:
    """Return the folders of pages that say anything."""
    return [folder for folder in sorted(PAGES.iterdir()) if folder.is_dir() and said_in(folder)]


def catalogue_of(folder: Path, tag: str) -> Path:
    """Return where the catalogue of a page in the language ``tag`` stands."""
    return folder / f"messages.{tag}.po"


def main() -> None:
    """Write every catalogue anew, with the translations that it has."""
    for folder in pages():
        for tag in LANGUAGES:
            if tag == SOURCE:
                continue
            file = catalogue_of(folder, tag)
            stored = polib.pofile(str(file)) if file.exists() else polib.POFile()
            known = {(entry.msgid, entry.msgid_plural): entry for entry in stored}
            said = said_in(folder)
            said.metadata = {"Language": tag, **HEAD}
            for entry in said:
                old = known.get((entry.msgid, entry.msgid_plural))
                if old:
                    entry.msgstr, entry.msgstr_plural = old.msgstr, old.msgstr_plural
            said.save(str(file))
            missing = said.untranslated_entries()
            print(f"{file.relative_to(PAGES.parents[1])}: {len(said)} messages, {len(missing)} without a translation")


if __name__ == "__main__":
    main()
