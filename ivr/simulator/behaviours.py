"""Each behaviour of the simulator has labels, which say how it is known that the carrier does the same.

``behaviours.yaml`` beside this file holds them, a line for each row of the guides' tables, and tells how it is written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from value_class import value_class

FILE: Final = Path(__file__).with_name("behaviours.yaml")

LABELS: Final = ("documented", "inferred", "captured")

OTHERS: Final = frozenset({"fields", "capture"})
"""What a row may say beside its labels."""


@value_class
class Behaviour:
    """One row of a guide's table: ``known`` says by label what of it is known how, ``fields`` which fields of a request
    it is about, and ``capture`` which file shows what is captured of it.
    """

    table: str
    row: str
    known: Mapping[str, str]
    fields: tuple[str, ...] = ()
    capture: str | None = None

    @property
    def label(self) -> str:
        """Return its labels in one word or two: ``documented, inferred``."""
        return ", ".join(label for label in LABELS if label in self.known)


class Behaviours:
    """All rows, in the order of the file. Raises ValueError for a row whose label there is not."""

    def __init__(self, written: Mapping[str, Any]) -> None:
        self.of_the_tool: tuple[str, ...] = tuple(written["of_the_tool"])
        self.rows = tuple(
            _row(table, row, said) for table, rows in written["tables"].items() for row, said in rows.items()
        )

    def __iter__(self) -> Iterator[Behaviour]:
        return iter(self.rows)

    def of_field(self, name: str) -> Behaviour:
        """Return the behaviour that the field ``name`` belongs to: by its own name, else by the longest pattern."""
        found = [(pattern, each) for each in self.rows for pattern in each.fields if fnmatchcase(name, pattern)]
        return max(found, key=lambda one: (one[0] == name, len(one[0])))[1]


def _row(table: str, row: str, said: Mapping[str, Any]) -> Behaviour:
    known = {name: str(value) for name, value in said.items() if name not in OTHERS}
    if not known or set(known) - set(LABELS):
        raise ValueError(f"behaviours.yaml: '{row}' of '{table}' needs a label out of {', '.join(LABELS)}")
    return Behaviour(table, row, known, tuple(said.get("fields", ())), said.get("capture"))


@cache
def behaviours() -> Behaviours:
    """Read the file, once a process."""
    return Behaviours(yaml.safe_load(FILE.read_text(encoding="utf-8")))
