"""Loads contacts or invoices from a CSV or JSON file; importing the same file twice changes nothing.

A company is known by its document, a contact by its name within the company, an invoice by its number. An absent
column, or an empty cell under a yes-or-no column, leaves what is stored as it is (or at its default); an empty
``contract_until`` says that the contract has no end, an empty ``special_contract`` that there is none. What
people changed since of a contact gives way only where the file says something else than it did before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Connection

from data import company, contact, contact_profile, invoice
from data.company import ParseDocument, TaxDocument
from data.database import Database
from data.imported_administrators import look_at_administrators, refuse_blocked_administrators
from data.imported_contact import ImportedContact, imported_contact
from data.json_sheet import read_json_sheet
from data.sheet import Problem, Sheet, SheetRow, read_sheet
from data.sourced_contacts import UNNAMED
from data.values import Readers, is_garbled
from data.vault import Vault
from data.whole_source import ImportCounts, WholeSource, is_outdated, known_rows, release_named, settle
from value_class import value_class

CONTACT_COLUMNS = ("document", "company", "contact", "password")
CONTACT_OPTIONS = (
    "contract_until",
    "datacenter",
    "special_contract",
    "area_code",
    "unit",
    "blocked",
    "administrator",
    "support",
    "consultancy",
    "email",
    "mobile",
    "surveys",
)
INVOICE_COLUMNS = ("document", "number", "amount", "due")
INVOICE_OPTIONS = ("grace_days", "paid")

_COMPANY = {"company" if key == "name" else key: read for key, read in company.READERS.items()}
_CONTACT = {
    "contact" if key == "name" else key: read
    for key, read in (*contact.READERS.items(), *contact_profile.READERS.items())
}

Rows = dict[tuple[str, str], tuple[int, dict[str, Any]]]
"""Each contact or invoice of a file by its document and name: its line, and what that says."""

Save = Callable[[Connection], None]
Saves = list[tuple[int, Save]]
"""Writes what one row says; raises ValueError where it does not fit with what is stored."""


@value_class
class ImportReport:
    """The import reports how many rows of a file are stored now (in a dry run: would be), what is wrong with the
    others, and where that was asked for, what became of the rows of the database.

    Of the telephone passwords that contacts chose, ``kept_passwords`` stay though the file has others, and
    ``reset_passwords`` are set anew as the file's own value changed. ``kept_values`` of contacts stay as people changed
    them, since the file says what it said before.
    """

    kind: Literal["contacts", "invoices", "unknown"]
    rows: int
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...] = ()
    counts: ImportCounts | None = None
    kept_passwords: int = 0
    reset_passwords: int = 0
    kept_values: int = 0


def import_csv(
    database: Database,
    vault: Vault,
    path: Path,
    parse_document: ParseDocument,
    *,
    all_or_nothing: bool = True,
    each: Callable[[Saves], Iterable[tuple[int, Save]]] = iter,
    source: WholeSource | None = None,
    dry_run: bool = False,
) -> ImportReport:
    """Load the file at ``path`` (JSON where its name ends so, else CSV); its header tells whether it holds contacts or
    invoices. Of a ``source`` it is all that the source says, and one bad row keeps everything out. A ``dry_run`` does
    the same, and takes it back.

    Never raises for what the file holds: every bad row is a problem in the report. With ``all_or_nothing``
    one bad row keeps all others out too. ``each`` hands out the good rows one by one, and sees how far it has come.
    """
    kind, sheet, saves, contacts = _read(vault, path, parse_document, source.name if source else UNNAMED)
    counts: ImportCounts | None = None
    stored = 0
    if kind != "unknown" and (saves or (source and not sheet.problems)):
        stored, counts = _store(
            database, sheet, kind, saves, contacts, each, all_or_nothing or source is not None, source, dry_run
        )
    problems, warnings = (
        tuple(sorted(found, key=lambda each: each.line)) for found in (sheet.problems, sheet.warnings)
    )
    kept = (sheet.kept_passwords, sheet.reset_passwords, sheet.kept_values) if stored else ()
    return ImportReport(kind, stored, problems, warnings, counts, *kept)


def read_rows(vault: Vault, path: Path, parse_document: ParseDocument) -> list[Save]:
    """Return what each row of the file at ``path`` writes into a new database, which has no contact who chose anything.
    Raises ValueError, a line a problem, where anything is wrong.
    """
    _, sheet, saves, _ = _read(vault, path, parse_document, None)
    if sheet.problems:
        raise ValueError("\n".join(map(str, sheet.problems)))
    return [save for _, save in saves]


def _read(
    vault: Vault, path: Path, parse_document: ParseDocument, source: str | None
) -> tuple[Literal["contacts", "invoices", "unknown"], Sheet, Saves, list[ImportedContact]]:
    sheet = read_json_sheet(path) if path.suffix.lower() == ".json" else read_sheet(path)
    kind: Literal["contacts", "invoices", "unknown"] = "unknown"
    saves: Saves = []
    contacts: list[ImportedContact] = []
    read_document = company.document_reader(parse_document)
    if {"contact", "password"} & set(sheet.columns):
        kind = "contacts"
        if sheet.expect(CONTACT_COLUMNS, CONTACT_OPTIONS):
            contacts = _contacts(sheet, vault, read_document, source)
            saves = [(each.line, each.save) for each in contacts]
    elif {"number", "amount", "due"} & set(sheet.columns):
        kind = "invoices"
        if sheet.expect(INVOICE_COLUMNS, INVOICE_OPTIONS):
            saves = _invoices(sheet, vault, read_document)
    elif sheet.columns:
        # Without a header that is known, whatever else is wrong follows from that.
        sheet.problems.clear()
        known = f"neither contacts ({', '.join(CONTACT_COLUMNS)}) nor invoices ({', '.join(INVOICE_COLUMNS)})"
        sheet.about_file(
            f"the keys are those of {known}; write such objects"
            if sheet.is_list
            else f"the header names {known}; write one of these lines first"
        )
    return kind, sheet, saves, contacts


class _NothingError(Exception):
    """Ends a transaction of which nothing is to stay."""


def _store(
    database: Database,
    sheet: Sheet,
    kind: Literal["contacts", "invoices"],
    saves: Saves,
    contacts: Iterable[ImportedContact],
    each: Callable[[Saves], Iterable[tuple[int, Save]]],
    all_or_nothing: bool,
    source: WholeSource | None,
    dry_run: bool,
) -> tuple[int, ImportCounts | None]:
    """Try every row even where nothing is to stay, so that all that is wrong is told in one pass."""
    stored = 0
    counts: ImportCounts | None = None
    try:
        with database.transaction() as connection:
            if source is not None and is_outdated(connection, source, sheet):
                raise _NothingError
            before = known_rows(connection, kind) if source or dry_run else {}
            refused = refuse_blocked_administrators(connection, contacts, sheet)
            for line, save in each(saves):
                if line in refused:
                    continue
                try:
                    with connection.begin_nested():
                        save(connection)
                    stored += 1
                except ValueError as error:
                    sheet.problem(line, str(error))
            if kind == "contacts":
                release_named(connection, sheet.saved)
            look_at_administrators(connection, sheet)
            if (source or dry_run) and not (sheet.problems and all_or_nothing):
                counts = settle(connection, kind, before, sheet.saved, source, sheet)
            if dry_run or (sheet.problems and all_or_nothing):
                raise _NothingError
    except _NothingError:
        if sheet.problems and all_or_nothing:
            return 0, None
    return stored, counts


@dataclass(slots=True)
class _Cells:
    """Reads the cells of one row; what is wrong goes to the sheet's problems."""

    sheet: Sheet
    row: SheetRow
    good: bool = field(default=True)

    def read(self, readers: Readers, required: tuple[str, ...]) -> dict[str, Any]:
        """The values by column."""
        found: dict[str, Any] = {}
        for column, reader in readers.items():
            text = self.row.cells.get(column)
            if text:
                try:
                    found[column] = reader(text)
                except ValueError as error:
                    self._problem(column, str(error))
            elif column in required:
                self._problem(column, "write something here")
            elif text is not None and column in company.MAY_BE_NONE:
                found[column] = None
        return found

    def _problem(self, column: str, message: str) -> None:
        self.sheet.problem(self.row.line, f"{column}: {message}")
        self.good = False


def _contacts(
    sheet: Sheet, vault: Vault, read_document: Callable[[str], TaxDocument], source: str | None
) -> list[ImportedContact]:
    contacts: list[ImportedContact] = []
    companies: dict[str, tuple[int, dict[str, Any]]] = {}
    people: Rows = {}
    administrators: dict[str, tuple[int, str]] = {}
    for row in sheet.rows:
        cells = _Cells(sheet, row)
        key = cells.read({"document": read_document}, CONTACT_COLUMNS)
        said = cells.read(_COMPANY, CONTACT_COLUMNS)
        person = cells.read(_CONTACT, CONTACT_COLUMNS)
        if not cells.good:
            continue
        document: TaxDocument = key["document"]
        line, first = companies.setdefault(document.number, (row.line, said))
        differing = sorted(column for column in first.keys() | said.keys() if first.get(column) != said.get(column))
        if differing:
            sheet.problem(
                row.line, f"{', '.join(differing)}: not as at {sheet.place(line)} for the same company; correct one"
            )
            continue
        for column in ("company", "contact"):
            if is_garbled(row.cells.get(column, "")):
                garbled = "its accents are garbled (JoÃ£o and Jo\ufffdo are João)"
                message = f"{garbled}; save the file as 'CSV UTF-8' where it comes from"
                sheet.warning(row.line, f"{column}: {message}")
        if person.get("administrator"):
            before = administrators.setdefault(document.number, (row.line, person["contact"]))
            if contact.folded(before[1]) != contact.folded(person["contact"]):
                first_place = sheet.place(before[0])
                sheet.problem(
                    row.line,
                    f"administrator: {first_place} says that another contact is; of one company one contact is",
                )
                continue
        if not _stands_twice(sheet, row.line, people, (document.number, person["contact"]), person):
            contacts.append(imported_contact(sheet, row.line, vault, document, said, person, source))
    return contacts


def _stands_twice(sheet: Sheet, line: int, seen: Rows, key: tuple[str, str], said: dict[str, Any]) -> bool:
    """Tell a contact or an invoice that stands in the file before: else the last row would hold, without a word."""
    first, before = seen.setdefault(key, (line, said))
    if first == line:
        return False
    if said == before:
        sheet.warning(line, f"is what {sheet.place(first)} says; delete one")
    else:
        differing = sorted(column for column in before.keys() | said.keys() if before.get(column) != said.get(column))
        told = f"not as at {sheet.place(first)} for the same one; delete one of the rows"
        sheet.problem(line, f"{', '.join(differing)}: {told}")
    return True


def _invoices(sheet: Sheet, vault: Vault, read_document: Callable[[str], TaxDocument]) -> list[tuple[int, Save]]:
    saves: list[tuple[int, Save]] = []
    seen: Rows = {}
    for row in sheet.rows:
        cells = _Cells(sheet, row)
        key = cells.read({"document": read_document}, INVOICE_COLUMNS)
        owed = cells.read(invoice.READERS, INVOICE_COLUMNS)
        if cells.good and not _stands_twice(sheet, row.line, seen, (key["document"].number, owed["number"]), owed):
            saves.append((row.line, _invoice_saver(sheet, vault, key["document"], owed)))
    return saves


def _invoice_saver(sheet: Sheet, vault: Vault, document: TaxDocument, owed: dict[str, Any]) -> Save:
    fields: Any = {column: value for column, value in owed.items() if column != "number"}

    def save(connection: Connection) -> None:
        company_id = company.find_company(connection, vault, document)
        if company_id is None:
            raise ValueError("document: no company has it; import the company's contacts first")
        invoice.save_invoice(connection, company_id, owed["number"], fields)
        sheet.saved.add((company_id, owed["number"]))

    return save
