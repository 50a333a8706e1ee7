"""An import leaves the telephone password that a contact chose, unless the file itself says another one than before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from data.company import COMPANY
from data.contact import CONTACT
from data.contact_profile import phone_password_set_at
from data.csv_import import ImportReport, import_csv
from data.customers import identify
from data.database import Database
from data.phone_passwords import set_phone_password
from data.vault import Cost, Vault
from data.whole_source import WholeSource
from routing.documents import parse_document
from tests.databases import database_kind, database_url, server_database
from tests.line_server import KEY

__all__ = ["database_kind", "database_url", "server_database"]

Load = Callable[..., ImportReport]
Choose = Callable[..., None]
LetsIn = Callable[[str], bool]

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
PADARIA = "31.731.819/0001-52"
HEADER = "document,company,contact,password,administrator\n"
ANA = f"{PADARIA},Padaria,Ana Prova,2580,yes\n"


@pytest.fixture
def load(server_database: Database, server_vault: Vault, tmp_path: Path) -> Load:
    """Imports a text as a file of a source (None: of none), and as a dry run where that is asked for."""

    def load(
        text: str, source: str | None = None, *, dry_run: bool = False, vault: Vault = server_vault
    ) -> ImportReport:
        path = tmp_path / "contacts.csv"
        path.write_text(HEADER + text)
        whole = WholeSource(source, NOW, NOW, False, 100) if source else None
        report = import_csv(server_database, vault, path, parse_document, source=whole, dry_run=dry_run)
        assert report.problems == ()
        return report

    return load


@pytest.fixture
def choose(server_database: Database, server_vault: Vault) -> Callable[..., None]:
    """Ana chooses other digits, as by telephone or at the portal."""

    def choose(digits: str, name: str = "Ana Prova") -> None:
        with server_database.transaction() as connection:
            found = connection.execute(
                select(CONTACT.c.id, CONTACT.c.company_id, COMPANY.c.keyed).join(COMPANY).where(CONTACT.c.name == name)
            ).one()
            hashed = server_vault.hash_password(found.keyed, digits)
            set_phone_password(connection, found.company_id, found.id, hashed, NOW)

    return choose


@pytest.fixture
def lets_in(server_database: Database, server_vault: Vault) -> Callable[[str], bool]:
    """Whether these digits let a caller of the company in."""
    document = server_vault.document_digest(parse_document(PADARIA).number)
    return lambda digits: identify(server_database, server_vault, document, digits) is not None


def _chosen_at(database: Database) -> datetime | None:
    with database.reading() as connection:
        ana = connection.execute(select(CONTACT.c.id).where(CONTACT.c.name == "Ana Prova")).scalar_one()
        return phone_password_set_at(connection, ana)


@pytest.mark.parametrize("source", [None, "erp"])
def test_an_unchanged_file_leaves_the_password_that_a_contact_chose(
    load: Load,
    choose: Choose,
    lets_in: LetsIn,
    server_database: Database,
    source: str | None,
) -> None:
    load(ANA, source)
    choose("7391")
    report = load(ANA, source)
    assert (report.kept_passwords, report.reset_passwords) == (1, 0)
    assert lets_in("7391")
    assert not lets_in("2580")
    assert _chosen_at(server_database) == NOW


def test_a_file_that_says_another_password_than_before_sets_it(
    load: Load, choose: Choose, lets_in: LetsIn, server_database: Database
) -> None:
    load(ANA)
    choose("7391")
    other = ANA.replace("2580", "4682")
    assert load(other, dry_run=True).reset_passwords == 1
    assert lets_in("7391")
    report = load(other)
    assert (report.kept_passwords, report.reset_passwords) == (0, 1)
    assert lets_in("4682")
    assert not lets_in("7391")
    assert _chosen_at(server_database) is None


def test_a_source_that_names_a_contact_first_leaves_what_was_chosen(
    load: Load, choose: Choose, lets_in: LetsIn
) -> None:
    load(ANA)
    choose("7391")
    assert load(ANA.replace("2580", "4682"), "erp").kept_passwords == 1
    assert lets_in("7391")
    assert load(ANA.replace("2580", "4682"), "erp").kept_passwords == 1
    assert load(ANA).kept_passwords == 1, "each source is compared with itself"
    assert lets_in("7391")


def test_a_contact_who_chose_nothing_gets_what_the_file_says(load: Load, lets_in: LetsIn) -> None:
    load(ANA)
    load(ANA.replace("2580", "4682"), "erp")
    report = load(ANA)
    assert (report.kept_passwords, report.reset_passwords) == (0, 0)
    assert lets_in("2580")


def test_a_cost_that_was_raised_makes_no_password_a_new_one(load: Load, choose: Choose, lets_in: LetsIn) -> None:
    load(ANA)
    choose("7391")
    dearer = Vault(KEY, Cost(16, 2, 1))
    for _ in range(2):
        assert load(ANA, vault=dearer).kept_passwords == 1
    assert lets_in("7391")


def test_the_digits_that_another_contact_keeps_are_not_given_twice(load: Load, choose: Choose, lets_in: LetsIn) -> None:
    bia = f"{PADARIA},Padaria,Bia Prova,3691,no\n"
    load(ANA + bia)
    choose("7391")
    choose("2580", "Bia Prova")
    assert load(ANA + bia).kept_passwords == 2
    assert lets_in("7391")
    assert lets_in("2580")
