"""What another system says is imported whole: what it lacks goes, up to a share; a dry run changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from data.all_tables import METADATA
from data.contact import CONTACT
from data.contact_acts import block_contact
from data.csv_import import ImportReport, import_csv
from data.database import Database
from data.imported_sources import ImportedSource, forget_source, imported_sources
from data.invoice import INVOICE
from data.vault import Vault
from data.whole_source import ImportCounts, WholeSource
from routing.documents import parse_document
from tests.databases import database_kind, database_url, server_database

__all__ = ["database_kind", "database_url", "server_database"]

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
PADARIA, METAL = "31.731.819/0001-52", "45.745.819/0001-16"
HEADER = "document,company,contact,password,administrator\n"
ANA = f"{PADARIA},Padaria,Ana Prova,1234,yes\n"
BIA = f"{PADARIA},Padaria,Bia Prova,2345,no\n"
CAIO = f"{METAL},Metal,Caio,3456,yes\n"
DUE = "document,number,amount,due,paid\n"
FIRST = f"{PADARIA},P-1,10,2026-01-10,no\n"
SECOND = f"{PADARIA},P-2,10,2026-01-10,no\n"
PAID = f"{PADARIA},P-3,10,2026-01-10,yes\n"

Load = Callable[..., ImportReport]


@pytest.fixture
def load(server_database: Database, server_vault: Vault, tmp_path: Path) -> Load:
    """Imports a text as all that a source says: erp, unless another is told."""

    def load(
        text: str,
        *,
        share: int = 100,
        dry_run: bool = False,
        delete: bool = True,
        as_of: datetime = NOW,
        old_after: int | None = None,
        source: str = "erp",
    ) -> ImportReport:
        path = tmp_path / "all.csv"
        path.write_text(text)
        whole = WholeSource(source, as_of, NOW, delete, share, old_after)
        return import_csv(server_database, server_vault, path, parse_document, source=whole, dry_run=dry_run)

    return load


@pytest.fixture(autouse=True)
def _only_these(server_database: Database) -> None:
    """No contact of the demo data is served, and no invoice of it open: what may go is what a test loads."""
    with server_database.transaction() as connection:
        connection.execute(update(CONTACT).values(blocked=True))
        connection.execute(update(INVOICE).values(paid=True))


def _everything(database: Database) -> dict[str, list[tuple[object, ...]]]:
    with database.reading() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for table in METADATA.sorted_tables
        }


def _blocked(database: Database, name: str) -> bool:
    with database.reading() as connection:
        return bool(connection.execute(select(CONTACT.c.blocked).where(CONTACT.c.name == name)).scalar_one())


def _invoices(database: Database) -> set[str]:
    with database.reading() as connection:
        return {row.number for row in connection.execute(select(INVOICE.c.number)) if row.number.startswith("P-")}


def _told(report: ImportReport) -> list[str]:
    return [str(each).rpartition("/")[2] for each in report.problems]


def test_a_contact_that_the_source_has_no_more_is_blocked(load: Load, server_database: Database) -> None:
    assert load(HEADER + ANA + BIA).counts == ImportCounts(2, 0, 0)
    report = load(HEADER + ANA.replace("1234", "9876"))
    assert (report.problems, report.counts) == ((), ImportCounts(0, 1, 1))
    assert _blocked(server_database, "Bia Prova")
    assert not _blocked(server_database, "Ana Prova")
    with server_database.reading() as connection:
        assert imported_sources(connection) == [ImportedSource("erp", NOW, NOW, 0, 1, 1)]


def test_without_the_word_for_it_nothing_is_blocked(load: Load, server_database: Database) -> None:
    load(HEADER + ANA + BIA)
    assert load(HEADER + ANA, delete=False).counts == ImportCounts(0, 0, 0)
    assert not _blocked(server_database, "Bia Prova")


def test_a_contact_that_is_blocked_already_does_not_go_again(load: Load) -> None:
    load(HEADER + ANA + BIA)
    load(HEADER + ANA)
    assert load(HEADER + ANA, share=0).counts == ImportCounts(0, 0, 0)


def test_unpaid_invoices_that_the_source_has_no_more_are_deleted(load: Load, server_database: Database) -> None:
    load(HEADER + ANA)
    load(DUE + FIRST + SECOND + PAID)
    assert load(DUE + FIRST).counts == ImportCounts(0, 0, 1)
    assert _invoices(server_database) == {"P-1", "P-3"}


def test_an_import_that_takes_more_than_the_share_is_refused(load: Load, server_database: Database) -> None:
    load(HEADER + ANA + BIA)
    load(DUE + FIRST + SECOND)
    before = _everything(server_database)
    report = load(DUE + FIRST.replace(",10,", ",11,"), share=49)
    assert _told(report) == [
        "all.csv:1: 1 of 2 unpaid invoices would be deleted, more than 49 %, as the file does not have them;"
        " look whether it is whole, and where that is meant, say --share 50"
    ]
    assert (report.rows, report.counts) == (0, None)
    assert _everything(server_database) == before
    assert load(DUE + FIRST, share=50).counts == ImportCounts(0, 0, 1)


def test_a_file_without_rows_takes_nothing_away(load: Load, server_database: Database) -> None:
    load(HEADER + ANA + BIA)
    before = _everything(server_database)
    assert _told(load(HEADER, share=10))[0].startswith("all.csv:1: 2 of 2 contacts would be blocked, more than 10 %")
    assert _everything(server_database) == before


def test_the_administrator_of_a_company_is_never_blocked(load: Load, server_database: Database) -> None:
    load(HEADER + ANA + BIA + CAIO)
    before = _everything(server_database)
    remedy = "keep the row, or write yes under 'administrator' for another contact of that company"
    assert _told(load(HEADER + BIA)) == [
        f"all.csv:1: the file lacks the administrator of Metal, who cannot be blocked; {remedy}",
        f"all.csv:2: the file lacks the administrator of this company, who cannot be blocked; {remedy}",
    ]
    assert _everything(server_database) == before
    assert load(HEADER + BIA.replace(",no", ",yes") + CAIO).counts == ImportCounts(0, 1, 1)
    assert _blocked(server_database, "Ana Prova")


def test_one_bad_row_of_a_source_keeps_every_contact(load: Load, server_database: Database) -> None:
    load(HEADER + ANA + BIA)
    before = _everything(server_database)
    report = load(HEADER + ANA + BIA.replace("2345", "canary"))
    assert [each.line for each in report.problems] == [3]
    assert _everything(server_database) == before


def test_a_dry_run_tells_what_would_be_and_leaves_every_row(load: Load, server_database: Database) -> None:
    load(HEADER + ANA + BIA)
    before = _everything(server_database)
    report = load(HEADER + ANA.replace("1234", "9876") + CAIO, dry_run=True)
    assert (report.rows, report.counts) == (2, ImportCounts(1, 1, 1))
    assert _everything(server_database) == before


def test_data_older_than_those_imported_are_refused(load: Load, server_database: Database) -> None:
    load(HEADER + ANA + BIA)
    before = _everything(server_database)
    (told,) = _told(load(HEADER + ANA, as_of=NOW - timedelta(hours=1)))
    assert told.startswith("all.csv:1: erp was imported as of 2026-03-10T12:00:00+0000 already, which is later")
    assert _everything(server_database) == before


def test_the_hours_of_a_source_are_remembered_until_others_are_said(load: Load, server_database: Database) -> None:
    for said, kept in ((None, 48), (200, 200), (None, 200), (24, 24)):
        load(HEADER + ANA, old_after=said)
        with server_database.reading() as connection:
            assert [each.old_after for each in imported_sources(connection)] == [kept]


def test_a_source_that_is_forgotten_has_no_age(load: Load, server_database: Database) -> None:
    load(HEADER + ANA)
    with server_database.transaction() as connection:
        assert forget_source(connection, "erp")
        assert not forget_source(connection, "erp")
        assert imported_sources(connection) == []


def test_a_contact_that_the_source_has_again_is_released(load: Load, server_database: Database) -> None:
    load(HEADER + ANA + BIA)
    load(HEADER + ANA)
    assert _blocked(server_database, "Bia Prova")
    assert load(HEADER + ANA + BIA, dry_run=True).counts == ImportCounts(0, 1, 0)
    assert _blocked(server_database, "Bia Prova")
    assert load(HEADER + ANA + BIA).counts == ImportCounts(0, 1, 0)
    assert not _blocked(server_database, "Bia Prova")


@pytest.mark.parametrize("said", ["by a person", "by the file"])
@pytest.mark.parametrize("source", ["erp", "crm"])
def test_a_contact_that_people_blocked_stays_blocked(
    load: Load, server_database: Database, said: str, source: str
) -> None:
    load(HEADER + ANA + BIA)
    load(HEADER + ANA)
    if said == "by a person":
        with server_database.transaction() as connection:
            bia = connection.execute(select(CONTACT).where(CONTACT.c.name == "Bia Prova")).one()
            block_contact(connection, bia.company_id, bia.id, NOW)
    if said == "by the file":
        marked = HEADER.replace("\n", ",blocked\n") + ANA.replace("\n", ",no\n")
        load(marked + BIA.replace("\n", ",yes\n"))
    load(HEADER + ANA + BIA, source=source)
    assert _blocked(server_database, "Bia Prova")


@pytest.mark.parametrize("source", ["crm", None])
def test_whoever_names_a_contact_again_releases_it(
    load: Load, server_database: Database, source: str | None, tmp_path: Path, server_vault: Vault
) -> None:
    load(HEADER + ANA + BIA)
    load(HEADER + ANA)
    assert _blocked(server_database, "Bia Prova")
    if source:
        load(HEADER + BIA, source=source, delete=False)
    else:
        path = tmp_path / "few.csv"
        path.write_text(HEADER + BIA)
        assert import_csv(server_database, server_vault, path, parse_document).problems == ()
    assert not _blocked(server_database, "Bia Prova")
    load(HEADER + ANA)
    assert _blocked(server_database, "Bia Prova") is (source is None), "a file of no source names nobody afterwards"


def test_a_contact_that_another_source_names_is_not_blocked(load: Load, server_database: Database) -> None:
    load(HEADER + ANA + BIA)
    load(HEADER + BIA, source="crm", delete=False)
    assert load(HEADER + ANA, dry_run=True, share=0).counts == ImportCounts(0, 0, 0)
    load(HEADER + ANA, share=0)
    assert not _blocked(server_database, "Bia Prova")


def test_a_contact_is_blocked_once_no_source_names_it(load: Load, server_database: Database) -> None:
    load(HEADER + ANA + BIA)
    load(HEADER + BIA, source="crm", delete=False)
    load(HEADER + ANA)
    load(HEADER, source="crm", delete=False)
    assert not _blocked(server_database, "Bia Prova")
    assert load(HEADER + ANA).counts == ImportCounts(0, 0, 1)
    assert _blocked(server_database, "Bia Prova")


def test_a_source_that_is_forgotten_keeps_no_contact(load: Load, server_database: Database) -> None:
    load(HEADER + ANA + BIA)
    load(HEADER + BIA, source="crm", delete=False)
    with server_database.transaction() as connection:
        forget_source(connection, "crm")
    load(HEADER + ANA)
    assert _blocked(server_database, "Bia Prova")
