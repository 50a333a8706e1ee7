"""A benchmark gives rows of one table: a figure, the floor that was measured in the same run, their ratio, the goal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One figure, in words; what it has not is empty."""

    name: str
    figure: str
    floor: str = ""
    ratio: str = ""
    goal: str = ""


HEADER = Row("what", "figure", "floor", "ratio", "goal")


def written(rows: Sequence[Row], *, header: bool) -> str:
    """The rows as lines of a table whose columns are as wide as those of every other benchmark."""
    widths = (46, 30, 30, 8)
    lines = []
    for row in ([HEADER] if header else []) + list(rows):
        *columns, last = astuple(row)
        padded = (f"{text:<{width}}" for text, width in zip(columns, widths, strict=True))
        lines.append("  ".join((*padded, last)).rstrip())
    return "\n".join(lines)
