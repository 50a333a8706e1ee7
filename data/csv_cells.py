"""A text becomes a cell of CSV in which no spreadsheet sees a formula; every CSV of the product is written here.

A spreadsheet computes a cell that begins with ``=``, ``+``, ``-``, ``@``, a tab or a line's end (OWASP, CSV Injection).
Such a text stands behind an apostrophe, which ``data.sheet`` takes off where such a file is imported again. Numbers are
no texts: what is below zero stays a number.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from typing import Final, TextIO

CsvValue = str | int | float | None
"""What a cell is made of; None is an empty one."""

_MARK: Final = "'"
_COMPUTED: Final = re.compile(r"'* *[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
"""What a text begins with that is marked: also one that has the mark, so that each is read as it was written. A
spreadsheet of East Asia takes the signs in full width as well.
"""


def text_cell(text: str | None) -> str:
    """Return ``text`` as a cell, behind an apostrophe where it would be taken for a formula; empty for None."""
    if text is None:
        return ""
    return f"{_MARK}{text}" if _COMPUTED.match(text) else text


def cell_text(cell: str) -> str:
    """Return the text of a cell that ``text_cell`` made, or that people wrote so; the reverse of it."""
    return cell[1:] if cell.startswith(_MARK) and _COMPUTED.match(cell, 1) else cell


def write_cells(out: TextIO, rows: Iterable[Iterable[CsvValue]]) -> None:
    """Write ``rows`` to ``out``, commas between the cells."""
    written = csv.writer(out, lineterminator="\n")
    written.writerows([text_cell(each) if isinstance(each, str) else each for each in row] for row in rows)
