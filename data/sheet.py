"""A CSV file as people's spreadsheets write it: UTF-8, or UTF-16 with its mark; commas, semicolons or tabs part it.

An apostrophe by which ``data.csv_cells`` kept a text from being a formula is no part of the text.
"""

from __future__ import annotations

import codecs
import csv
import difflib
import io
import os
import re
import stat
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from data.csv_cells import cell_text
from value_class import value_class

MAX_BYTES = 32 * 1024 * 1024
"""A hundred thousand contacts take about 10 MB."""

MAX_PROBLEMS = 1000
"""Problems of one file that are told: a file with more is the wrong one, or the wrong separator."""

_SEPARATOR = re.compile(r'\s*"?sep=(?P<sign>[,;|\t])"?[ \t;,]*(?:\r?\n|\Z)', re.IGNORECASE)
"""A spreadsheet's own first line, which says what parts the cells."""

_WINDOWS = set("áàâãäéèêëíìîïóòôõöúùûüçñÁÀÂÃÄÉÈÊËÍÌÎÏÓÒÔÕÖÚÙÛÜÇÑªº°§´¿¡–—‘’“”€\xa0")
"""Signs of Windows-1252 that names of people and companies hold."""

_NAME = re.compile(r"[a-z_]{1,30}")


@value_class
class Problem:
    """A problem is what is wrong in a file, at which line (counted from 1), and what to do. Never repeats what a cell
    holds. ``in_list``: the line is a place in a list of objects, counted from 0.
    """

    file: str
    line: int
    message: str
    in_list: bool = False

    def __str__(self) -> str:
        if self.in_list:
            return f"{self.file}[{self.line}]: {self.message}"
        return f"{self.file}:{self.line}: {self.message}"


@value_class
class SheetRow:
    """One row: the line on which it begins, and its cells by the column's name, without spaces around them."""

    line: int
    cells: dict[str, str] = field(repr=False)


@dataclass(slots=True)
class Sheet:
    """A file that was read. Rows that cannot be read are left out and told in ``problems``."""

    file: str
    columns: tuple[str, ...] = ()
    rows: list[SheetRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    companies: dict[int, int] = field(default_factory=dict)
    """The line at which each company that was stored is named first."""
    saved: set[tuple[int, int | str]] = field(default_factory=set)
    """The company's id, and the contact's or the number of the invoice, of each row that was stored."""
    kept_passwords: int = 0
    """Telephone passwords that contacts chose, and that the file leaves as they are."""
    kept_values: int = 0
    """Other values that people changed since the file said the same, and that it leaves as they are."""
    reset_passwords: int = 0
    """Telephone passwords that contacts chose, and that the file says anew."""
    warnings: list[Problem] = field(default_factory=list)
    """What is allowed, but was hardly meant."""
    is_list: bool = False
    """The rows are objects of a list (JSON): each one's line is its place there, counted from 0."""

    def place(self, line: int) -> str:
        """Return what the row at ``line`` is called in a sentence about another one."""
        return f"[{line}]" if self.is_list else f"line {line}"

    def about_file(self, message: str) -> None:
        """Note what is wrong with the file and no single row of it."""
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(Problem(self.file, 1, message))

    def warning(self, line: int, message: str) -> None:
        """Note what was hardly meant at ``line``."""
        if len(self.warnings) < MAX_PROBLEMS:
            self.warnings.append(Problem(self.file, line, f"warning: {message}", self.is_list))

    def problem(self, line: int, message: str) -> None:
        """Note what is wrong at ``line``; where that is one too many, only that there is more."""
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(Problem(self.file, line, message, self.is_list))
        elif len(self.problems) == MAX_PROBLEMS:
            self.problems.append(Problem(self.file, line, "there is more that is wrong; mend what is told first"))

    def expect(self, required: Collection[str], optional: Collection[str]) -> bool:
        """True where the header names all required columns and no unknown one; else it is a problem."""
        before = len(self.problems)
        known = [*required, *optional]
        missing = [column for column in required if column not in self.columns]
        if missing:
            where = "no object has" if self.is_list else "the header lacks"
            self.about_file(f"{where} {_listed(missing)}; add {'it' if len(missing) == 1 else 'them'}")
        for place, column in enumerate(self.columns, start=1):
            if column not in known:
                # Where the header was forgotten, a document or a password stands here.
                shown = f"'{column}'" if _NAME.fullmatch(column) else f"number {place}"
                near = difflib.get_close_matches(column, known, n=1)
                hint = f"did you mean '{near[0]}'?" if near else f"known are {', '.join(known)}"
                self.about_file(f"unknown column {shown}; {hint}")
            elif column in self.columns[: place - 1]:
                self.about_file(f"the column '{column}' stands twice; delete one")
        return len(self.problems) == before


def read_sheet(path: Path) -> Sheet:
    """The rows of the file at ``path``. Never raises for what the file holds or lacks: see ``Sheet.problems``."""
    sheet = Sheet(str(path))
    written = contents(path, sheet)
    if written is None:
        return sheet
    text = _decoded(written, sheet)
    if text is None:
        return sheet
    records = _records(text, sheet)
    _, header = next(records, (1, []))
    sheet.columns = tuple(cell.strip().lower() for cell in _without_empty(header, 0))
    if not sheet.columns:
        sheet.problem(1, "the file is empty; its first line must name the columns")
    for line, written_cells in records:
        cells = _without_empty(written_cells, len(sheet.columns))
        if len(cells) == len(sheet.columns):
            texts = (cell_text(cell.strip()) for cell in cells)
            sheet.rows.append(SheetRow(line, dict(zip(sheet.columns, texts, strict=True))))
        else:
            sheet.problem(
                line, f"{len(cells)} cells under {len(sheet.columns)} columns; put a cell that has commas in quotes"
            )
    return sheet


def _decoded(written: bytes, sheet: Sheet) -> str | None:
    """The text of the file where its encoding is beyond doubt; else what it looks like, and what to do, is told."""
    save = "save it from the spreadsheet as 'CSV UTF-8'"
    if written.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and not written.startswith(codecs.BOM_UTF32_LE):
        try:
            return written.decode("utf-16")
        except UnicodeDecodeError:
            sheet.problem(1, f"the file begins as UTF-16 and does not go on so; {save}")
            return None
    begins = written[:1000]
    if begins.count(0) > len(begins) // 3:  # letters of UTF-16 have a zero beside each
        sheet.problem(1, f"the file is not UTF-8, but looks like UTF-16; {save}")
        return None
    try:
        return written.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = written[: error.start].count(b"\n") + 1
        looks = ", but looks like Windows-1252" if _like_windows(written) else ""
        sheet.problem(line, f"the file is not UTF-8{looks}; {save}")
        return None


def _like_windows(written: bytes) -> bool:
    """Whether the signs beyond ASCII are letters and quotes as spreadsheets in Portuguese and Spanish write them."""
    try:
        text = written.decode("cp1252")
    except UnicodeDecodeError:
        return False
    return {sign for sign in text if sign > "\x7f"} <= _WINDOWS


def contents(path: Path, sheet: Sheet) -> bytes | None:
    """Return what an ordinary file holds, up to MAX_BYTES: a pipe would be waited for, a device never end. None where
    it cannot be had; why is a problem of ``sheet``.
    """
    try:
        with open(path, "rb", opener=_at_once) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                sheet.problem(1, "the file cannot be read: it is a pipe or a device; save the rows as a file")
                return None
            written = file.read(MAX_BYTES + 1)
    except OSError as error:
        sheet.problem(1, f"the file cannot be read: {error.strerror}")
        return None
    if len(written) > MAX_BYTES:
        sheet.problem(1, f"the file is larger than {MAX_BYTES // 1024 // 1024} MB; load it in several parts")
        return None
    return written


def _at_once(path: str, flags: int) -> int:
    """Opens without waiting for a writer where the file is a pipe."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _without_empty(cells: list[str], least: int) -> list[str]:
    """``cells`` without the empty ones at their end, which a spreadsheet writes for columns that once held something;
    ``least`` stay.
    """
    end = len(cells)
    while end > least and not cells[end - 1].strip():
        end -= 1
    return cells[:end]


def _records(text: str, sheet: Sheet) -> Iterator[tuple[int, list[str]]]:
    """The records that are not blank, each with the line on which it begins; quoted cells may hold line breaks."""
    before = 0
    told = _SEPARATOR.match(text)
    if told:
        text, before = text[told.end() :], text.count("\n", 0, told.end())
    first = text.lstrip().partition("\n")[0]
    separator = told["sign"] if told else max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        line = reader.line_num + 1 + before
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            sheet.problem(line, "this row cannot be read as CSV; look for a quote that is not closed")
            return
        if any(cell.strip() for cell in cells):
            yield line, cells


def _listed(columns: Collection[str]) -> str:
    names = ", ".join(f"'{column}'" for column in columns)
    return f"the column {names}" if len(columns) == 1 else f"the columns {names}"
