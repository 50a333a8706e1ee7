"""A section that is away, empty, or under another name: told once, in place of all that is missing without it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ivr.flow.routing.section import ALWAYS_OPEN
from ivr.languages import LANGUAGES
from ivr.source.diagnostics import Diagnostics, Mark
from ivr.source.fields import suggest
from ivr.source.folding import fold
from ivr.source.yaml import Mapping, Text, Value
from wording import message, phrase

SECTIONS: Final = {
    "menu": ("line", "states"),
    "prompts": ("prompts", "destinations", "announcements"),
    "routing": (
        "allowed", "calendars", "hours", "rotas", "destinations", "contracts", "access_codes", "regions", "requires",
        "services", "callbacks", "agents", "tickets", "surveys",
    ),
}  # fmt: skip

_OTHER_NAMES: Final = {name: meant for each in LANGUAGES.values() for name, meant in each.writing.sections.items()}
"""What operators call the sections in their own languages."""

_REQUIRED: Final = {"menu": ("line", "states"), "prompts": ("prompts", "destinations"), "routing": ("destinations",)}
"""Sections without which the rest of a file means nothing."""

_NAMED_BY: Final = {
    "calendars": ("hours", ("calendar",)),
    "hours": ("destinations", ("hours",)),
    "rotas": ("destinations", ("on_call", "rota")),
}
"""Sections whose entries another section names, and the keys by which each entry of it does."""


def lacking(root: Mapping, file: str, diagnostics: Diagnostics) -> bool:
    """Tell each section of ``file`` that cannot be read at all; true where one is: other faults follow from it."""
    if misnamed(root, file, diagnostics):
        return True
    told = list(_lacks(root, file))
    for mark, fault in told:
        diagnostics.error(mark, fault)
    return bool(told)


def _lacks(root: Mapping, file: str) -> Iterator[tuple[Mark, str]]:
    for section in SECTIONS[file]:
        entry = root.entries.get(section)
        mark, value = (entry[0].mark, entry[1]) if entry else (root.mark, None)
        if isinstance(value, Text) and value.is_null:
            value = None
        if value is not None and not isinstance(value, Mapping):
            yield (
                value.mark,
                message(
                    "section-not-a-mapping",
                    "'{section}' of the {file} file must be a mapping of keys to values",
                    section=section,
                    file=file,
                ),
            )
        elif value is None or not value.entries:
            if section in _REQUIRED[file]:
                empty = message(
                    "section-left-empty", "'{section}' of the {file} file is left empty", section=section, file=file
                )
                yield (
                    mark,
                    empty
                    if entry
                    else message(
                        "section-missing", "the {file} file needs the key '{section}'", file=file, section=section
                    ),
                )
            elif len(names := list(_names(root, section))) > 1:
                written = {"name": names[0], "more": len(names) - 1, "section": section}
                left_empty = message(
                    "named-section-left-empty",
                    "'{name}' and {more} more of '{section}' are named, but that section is left empty; write it",
                    **written,
                )
                away = message(
                    "named-section-missing",
                    "'{name}' and {more} more of '{section}' are named, but that section is missing; write it",
                    **written,
                )
                yield names[0].mark, left_empty if entry else away


def _names(root: Mapping, section: str) -> Iterator[Text]:
    """Each name of an entry of ``section`` that another one holds."""
    by, keys = _NAMED_BY.get(section, ("", ()))
    naming = root.get(by)
    for _, value in naming.entries.values() if isinstance(naming, Mapping) else ():
        found: Value | None = value
        for key in keys:
            found = found.get(key) if isinstance(found, Mapping) else None
        if isinstance(found, Text) and not found.is_null and found != ALWAYS_OPEN:
            yield found


def misnamed(root: Mapping, file: str, diagnostics: Diagnostics) -> bool:
    """Tell each section of ``file`` that stands under another name while its own is missing; true where one does."""
    known: Sequence[str] = SECTIONS[file]
    missing = [name for name in known if name not in root.entries]
    found = False
    for name, mark, _ in root.items():
        if name in known:
            continue
        meant = _OTHER_NAMES.get(fold(name).replace("_", " ").replace("-", " "), "")
        hint = phrase("; did you mean '{near}'?", near=meant) if meant in missing else suggest(name, missing)
        if hint:
            found = True
            diagnostics.error(
                mark,
                message(
                    "section-unknown",
                    "the {file} file has no section '{name}'{hint} (sections: {known})",
                    file=file,
                    name=name,
                    hint=hint,
                    known=", ".join(known),
                ),
            )
    return found
