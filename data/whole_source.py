"""A whole source is all that another system of record says: what the database has beyond it goes, up to a share.

Contacts that are gone are blocked: calls, consents and tickets refer to them. One whom another source names goes on
being served (``data.sourced_contacts``), and one who was blocked so is released by any file that names it again, unless
people blocked it, or a file says ``blocked``. Invoices that are gone are deleted where they are unpaid. Rows that no
source ever named are looked at as well, of all companies: the file is all that there is.
"""

from __future__ import annotations

from collections.abc import Set
from datetime import datetime
from typing import Final, Literal, TypeAlias

from sqlalchemy import Connection, delete, select, update

from data.company import COMPANY
from data.contact import CONTACT
from data.contact_acts import block_contact
from data.contact_profile import PROFILE
from data.imported_sources import OLD_AFTER, ImportedSource, imported_sources, note_import
from data.invoice import INVOICE
from data.sheet import Sheet
from data.sourced_contacts import drop_sourced, named_by_others
from value_class import value_class

Kind: TypeAlias = Literal["contacts", "invoices"]

RowKey: TypeAlias = tuple[int, int | str]
"""A company's id with the id of its contact, or the number of its invoice."""

_ENCRYPTED: Final = {COMPANY.c.lettered, PROFILE.c.email, PROFILE.c.mobile}
"""Differ each time they are written, whatever they hold; the digests beside them tell a change."""

_CONTACTS: Final = select(
    CONTACT.c.id,
    CONTACT.c.company_id,
    CONTACT.c.administrator,
    CONTACT.c.blocked,
    COMPANY.c.name.label("company_name"),
    *(
        column.label(f"told_{table.name}_{column.name}")
        for table in (CONTACT, COMPANY, PROFILE)
        for column in table.c
        if column not in _ENCRYPTED
    ),
).select_from(CONTACT.join(COMPANY, COMPANY.c.id == CONTACT.c.company_id).outerjoin(PROFILE))
_INVOICES: Final = select(INVOICE)
_BATCH: Final = 500


@value_class
class WholeSource:
    """The system ``name`` said at ``as_of`` (aware) all that it knows; the import is at ``now`` (aware). With
    ``delete_missing`` up to ``share`` percent of the rows may go. ``old_after`` are the hours after which its data are
    too old; None: as was said before, else OLD_AFTER.
    """

    name: str
    as_of: datetime
    now: datetime
    delete_missing: bool
    share: int
    old_after: int | None = None


@value_class
class ImportCounts:
    """So many rows of the database an import adds, changes, and blocks or deletes."""

    added: int
    changed: int
    gone: int


@value_class
class KnownRow:
    """A contact or an invoice that is stored; ``live``: not blocked, or not paid."""

    id: int
    company_id: int
    company_name: str
    live: bool
    administrator: bool
    told: tuple[object, ...]


def known_rows(connection: Connection, kind: Kind) -> dict[RowKey, KnownRow]:
    """Return all contacts, or all invoices, of the database."""
    if kind == "contacts":
        return {
            (row.company_id, row.id): KnownRow(
                row.id, row.company_id, row.company_name, not row.blocked, row.administrator, tuple(row)
            )
            for row in connection.execute(_CONTACTS)
        }
    return {
        (row.company_id, row.number): KnownRow(row.id, row.company_id, "", not row.paid, False, tuple(row))
        for row in connection.execute(_INVOICES)
    }


def is_outdated(connection: Connection, source: WholeSource, sheet: Sheet) -> bool:
    """Return, and tell, whether something newer of this source was imported: an older file would undo that."""
    newer = [each for each in imported_sources(connection) if each.source == source.name and each.as_of > source.as_of]
    for each in newer:
        sheet.about_file(
            f"{source.name} was imported as of {each.as_of:%Y-%m-%dT%H:%M:%S%z} already, which is later; take a newer"
            " file, or another --as-of"
        )
    return bool(newer)


def settle(
    connection: Connection,
    kind: Kind,
    before: dict[RowKey, KnownRow],
    kept: Set[RowKey],
    source: WholeSource | None,
    sheet: Sheet,
) -> ImportCounts:
    """Count what the rows of the file, the ``kept``, did to those of ``before``; block or delete what is missing, and
    remember the age of the source. Where too much would go it is a problem of ``sheet``, and nothing is done.
    """
    after = known_rows(connection, kind)
    missing: list[KnownRow] = []
    if source is not None and kind == "contacts":
        drop_sourced(connection, source.name, {key[1] for key in kept})
    if source is not None and source.delete_missing:
        named = named_by_others(connection, source.name) if kind == "contacts" else set()
        lacking = [key for key, row in before.items() if row.live and key not in kept and key in after]
        missing = [after[key] for key in lacking if key[1] not in named]
        existing = sum(row.live for row in before.values())
        if not _may_go(kind, missing, existing, source.share, sheet):
            return ImportCounts(0, 0, 0)
        _remove(connection, kind, missing, source, sheet)
    gone = {row.id for row in missing}
    changed = sum(row.id not in gone and key in before and before[key].told != row.told for key, row in after.items())
    counts = ImportCounts(len(after.keys() - before.keys()), changed, len(missing))
    if source is not None:
        known = {each.source: each.old_after for each in imported_sources(connection)}
        old_after = source.old_after or known.get(source.name, OLD_AFTER)
        told = (counts.added, counts.changed, counts.gone, old_after)
        note_import(connection, ImportedSource(source.name, source.as_of, source.now, *told))
    return counts


def _may_go(kind: Kind, missing: list[KnownRow], existing: int, share: int, sheet: Sheet) -> bool:
    if len(missing) * 100 > share * existing:
        what = "contacts would be blocked" if kind == "contacts" else "unpaid invoices would be deleted"
        sheet.about_file(
            f"{len(missing)} of {existing} {what}, more than {share} %, as the file does not have them; look whether it"
            f" is whole, and where that is meant, say --share {-(-len(missing) * 100 // existing)}"
        )
        return False
    administrators = [row for row in missing if row.administrator]
    for row in administrators:
        remedy = "keep the row, or write yes under 'administrator' for another contact of that company"
        if line := sheet.companies.get(row.company_id):
            sheet.problem(line, f"the file lacks the administrator of this company, who cannot be blocked; {remedy}")
        else:
            sheet.about_file(f"the file lacks the administrator of {row.company_name}, who cannot be blocked; {remedy}")
    return not administrators


def release_named(connection: Connection, named: Set[RowKey]) -> None:
    """Release the contacts whom a file has ``named``, of those that were blocked as a source had them no more."""
    lacked = select(CONTACT.c.company_id, CONTACT.c.id).where(CONTACT.c.missing_in.is_not(None))
    again = [row.id for row in connection.execute(lacked) if (row.company_id, row.id) in named]
    for first in range(0, len(again), _BATCH):
        of_these = CONTACT.c.id.in_(again[first : first + _BATCH])
        connection.execute(update(CONTACT).where(of_these).values(blocked=False, missing_in=None))


def _remove(connection: Connection, kind: Kind, missing: list[KnownRow], source: WholeSource, sheet: Sheet) -> None:
    if kind == "contacts":
        for row in missing:
            try:
                block_contact(connection, row.company_id, row.id, source.now)
                lacked = update(CONTACT).where(CONTACT.c.id == row.id).values(missing_in=source.name)
                connection.execute(lacked)
            except ValueError as error:  # became the administrator at the portal in this moment
                sheet.about_file(str(error))
        return
    for first in range(0, len(missing), _BATCH):
        ids = [row.id for row in missing[first : first + _BATCH]]
        connection.execute(delete(INVOICE).where(INVOICE.c.id.in_(ids), INVOICE.c.paid.is_(False)))
