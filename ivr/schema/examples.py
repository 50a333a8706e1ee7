"""Shows how a key is written that is missing, empty or of another shape: by the example of its row in the schema."""

from __future__ import annotations

from functools import lru_cache
from pathlib import PurePath
from typing import Final, NamedTuple

from ivr.schema import FILES, rows
from ivr.source.diagnostics import Diagnostic
from wording import Message, phrase

SHOWN: Final = {
    "key-missing": "key",
    "value-left-empty": "key",
    "text-left-empty": "key",
    "key-not-a-mapping": "key",
    "not-one-text": "key",
    "not-texts-only": "key",
    "section-missing": "section",
    "section-left-empty": "section",
    "section-not-a-mapping": "section",
    "named-section-missing": "section",
    "named-section-left-empty": "section",
}
"""Codes of diagnostics that leave open how a key is written, and which of their values names it."""

OF_LINE: Final = "'line'"
"""What messages call the mapping ``line`` of a menu."""

_LONGEST: Final = 120
"""Characters of an example; a longer one is no help in a line."""


def with_example(told: Diagnostic) -> Diagnostic:
    """Return ``told`` with an example of the key that it is about, where there is one."""
    fault = told.message
    if not isinstance(fault, Message) or fault.code not in SHOWN:
        return told
    key, owner = str(fault.values.get(SHOWN[fault.code], "")), str(fault.values.get("owner", ""))
    mapping = SHOWN[fault.code] == "section" or fault.code == "key-not-a-mapping"
    example = example_of(told.mark.file, key, of_line=owner == OF_LINE, mapping=mapping)
    if not example:
        return told
    return Diagnostic(told.mark, phrase("{fault}; for example {example}", fault=fault, example=example))


def example_of(file: str, key: str, *, of_line: bool = False, mapping: bool = False) -> str:
    """Return how ``key`` is written in the file of that name, as ``key: value``; empty where no row shows it.

    The same word may be a key of ``line`` and one of a state, and a kind of state as well as a text of one.
    """
    kind = PurePath(file).name.partition(".")[0]
    if kind not in FILES:
        return ""
    found = [each for each in _examples(kind) if each.key == key and each.of_line == of_line]
    if mapping:
        return next((each.written for each in found if each.is_mapping), "")
    return next((each.written for each in sorted(found, key=lambda each: each.is_mapping)), "")


class KeyExample(NamedTuple):
    """An example of one row: as it is written, whether it is a mapping, and whether it stands in ``line``."""

    key: str
    written: str
    is_mapping: bool
    of_line: bool


@lru_cache
def _examples(kind: str) -> tuple[KeyExample, ...]:
    import yaml

    found: list[KeyExample] = []
    for path, row in rows(FILES[kind]()):
        key, examples = path.rpartition(".")[2], row.get("examples")
        for example in examples if isinstance(examples, list) else ():
            written = yaml.safe_dump({key: example}, default_flow_style=True, allow_unicode=True, width=10_000)
            if len(written) <= _LONGEST:
                of_line = path.startswith("line.")
                found.append(KeyExample(key, written.strip()[1:-1], isinstance(example, dict), of_line))
    return tuple(found)
