"""Reads the contacts of a CSV file as customers' spreadsheets write it; every bad row is told by its line.

Columns are known by their names in Portuguese, Spanish or English, in any order; name and e-mail must be there. A file
is UTF-8 or Windows-1252, as spreadsheets of customers save it, with commas, semicolons or tabs.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from data import values
from data.contact_acts import WantedContact
from data.contact_profile import email, mobile, surveys
from data.csv_cells import cell_text
from ivr.source.folding import fold
from ivr.web.portal.customer_words import in_customer_words
from ivr.web.shell.languages import gettext as _

MOST_ROWS: Final = 50
"""Rows that are read: a company has five contacts, and a file with so many is another one."""

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "name": ("nome", "nombre", "name"),
    "email": ("e-mail", "email", "correo"),
    "mobile": ("celular", "movil", "mobile"),
    "support": ("suporte", "soporte", "support"),
    "consultancy": ("consultoria", "consultancy"),
    "surveys": ("pesquisas", "encuestas", "surveys"),
}
REQUIRED: Final = ("name", "email")
_SPANISH_YES: Final = {"sí": "sim", "si": "sim"}


@dataclass(slots=True)
class ContactSheet:
    """Contacts that were read, each with its line, and what is wrong with the others: sentences by line, in order."""

    contacts: list[tuple[int, WantedContact]] = field(default_factory=list)
    wrong: list[tuple[int, str]] = field(default_factory=list)


def read_contact_sheet(written: bytes) -> ContactSheet:
    """Read a file that a customer sent. Never raises for what it holds."""
    sheet = ContactSheet()
    text = _decoded(written)
    first = text.lstrip().partition("\n")[0]
    separator = max(";,\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    columns: list[str] = []
    while True:
        line = reader.line_num + 1
        try:
            cells = [cell_text(cell.strip()) for cell in next(reader)]
        except StopIteration:
            break
        except csv.Error:
            sheet.wrong.append((line, _("This row cannot be read: look for a quote that is not closed.")))
            break
        if not any(cells):
            continue
        if not columns:
            columns = [_column(cell) for cell in cells]
            if not all(each in columns for each in REQUIRED) or "" in columns or len(set(columns)) < len(columns):
                told = _("The first line names the columns: nome; e-mail; celular; suporte; consultoria; pesquisas.")
                sheet.wrong.append((line, told))
                break
        elif len(sheet.contacts) + len(sheet.wrong) >= MOST_ROWS:
            sheet.wrong.append((line, _("There are more rows than a company may have contacts.")))
            break
        elif any(cells[len(columns) :]):
            told = _("This row has more cells than the first line: put quotes around commas in a text.")
            sheet.wrong.append((line, told))
        else:
            _read_row(sheet, line, dict(zip(columns, cells, strict=False)))
    if not sheet.contacts and not sheet.wrong:
        sheet.wrong.append((1, _("The file has no contacts.")))
    return sheet


def _read_row(sheet: ContactSheet, line: int, cells: dict[str, str]) -> None:
    faults = []
    found: dict[str, object] = {"mobile": None, "support": True, "consultancy": False, "surveys": frozenset()}
    readers: values.Readers = {
        "name": values.words,
        "email": email,
        "mobile": mobile,
        "support": _flag,
        "consultancy": _flag,
        "surveys": surveys,
    }
    for column, read in readers.items():
        cell = cells.get(column, "")
        if cell or column in REQUIRED:
            try:
                found[column] = read(cell)
            except ValueError as error:
                faults.append(f"{COLUMNS[column][0]}: {in_customer_words(error)}")
    if faults:
        sheet.wrong.append((line, " ".join(faults)))
    else:
        sheet.contacts.append((line, WantedContact(**found)))  # type: ignore[arg-type]


def _flag(text: str) -> bool:
    word = text.strip().lower()
    return values.flag(_SPANISH_YES.get(word, word))


def _column(cell: str) -> str:
    return next((column for column, names in COLUMNS.items() if fold(cell) in names), "")


def _decoded(written: bytes) -> str:
    try:
        return written.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Every byte is a sign of Latin-1; what spreadsheets of Brazil write is Windows-1252, which leaves five out.
        return written.decode("cp1252", errors="replace")
