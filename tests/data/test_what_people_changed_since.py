"""An import leaves what people changed of a contact, unless the file itself says something else than before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, update

from data.contact import CONTACT
from data.contact_acts import block_contact, hand_over, release_contact
from data.contact_profile import PortalContact, find_contact, save_profile
from data.csv_import import ImportReport, import_csv
from data.database import Database
from data.vault import Vault
from data.whole_source import WholeSource
from routing.documents import parse_document
from tests.databases import database_kind, database_url, server_database

__all__ = ["database_kind", "database_url", "server_database"]

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
PADARIA = "31.731.819/0001-52"
HEADER = "document,company,contact,password,administrator,blocked,support,consultancy,email,mobile,surveys\n"
ANA = f"{PADARIA},Padaria,Ana Prova,2580,yes,no,yes,no,ana.prova@a.example,11 91111-0001,1 2\n"
BIA = f"{PADARIA},Padaria,Bia Prova,3691,no,no,yes,no,bia.prova@a.example,11 91111-0002,1 2\n"

Load = Callable[..., ImportReport]
Act = Callable[[Connection, Vault, PortalContact, PortalContact], object]


@pytest.fixture
def load(server_database: Database, server_vault: Vault, tmp_path: Path) -> Load:
    """Imports a text as a file of a source (None: of none)."""

    def load(text: str, source: str | None = "erp") -> ImportReport:
        path = tmp_path / "contacts.csv"
        path.write_text(HEADER + text)
        whole = WholeSource(source, NOW, NOW, False, 100) if source else None
        report = import_csv(server_database, server_vault, path, parse_document, source=whole)
        assert report.problems == ()
        return report

    return load


def _found(connection: Connection, name: str) -> PortalContact:
    number = connection.execute(select(CONTACT.c.id).where(CONTACT.c.name == name)).scalar_one()
    found = find_contact(connection, number)
    assert found is not None
    return found


def _facts(database: Database, vault: Vault) -> list[tuple[object, ...]]:
    with database.reading() as connection:
        return [
            (
                *(each.administrator, each.blocked, each.support, each.consultancy),
                *(each.email_of(vault), each.mobile_of(vault), sorted(each.survey_severities)),
            )
            for each in (_found(connection, "Ana Prova"), _found(connection, "Bia Prova"))
        ]


def _moved(connection: Connection, vault: Vault, _ana: PortalContact, bia: PortalContact) -> None:
    save_profile(connection, vault, bia.contact_id, bia.company_id, email="bia@nova.example", mobile="+5511922220002")


def _unsubscribed(connection: Connection, vault: Vault, _ana: PortalContact, bia: PortalContact) -> None:
    save_profile(connection, vault, bia.contact_id, bia.company_id, surveys=frozenset())


def _permitted(connection: Connection, _vault: Vault, _ana: PortalContact, bia: PortalContact) -> None:
    changed = update(CONTACT).where(CONTACT.c.id == bia.contact_id).values(support=False, consultancy=True)
    connection.execute(changed)


def _handed_over(connection: Connection, _vault: Vault, ana: PortalContact, bia: PortalContact) -> None:
    hand_over(connection, ana.company_id, bia.contact_id, by=ana.contact_id)


def _blocked(connection: Connection, _vault: Vault, _ana: PortalContact, bia: PortalContact) -> None:
    block_contact(connection, bia.company_id, bia.contact_id, NOW)


@pytest.mark.parametrize(
    ("act", "values"), [(_moved, 2), (_unsubscribed, 1), (_permitted, 2), (_handed_over, 2), (_blocked, 1)]
)
@pytest.mark.parametrize("source", [None, "erp"])
def test_an_unchanged_file_leaves_what_people_changed(
    load: Load, server_database: Database, server_vault: Vault, act: Act, values: int, source: str | None
) -> None:
    load(ANA + BIA, source)
    with server_database.transaction() as connection:
        act(connection, server_vault, _found(connection, "Ana Prova"), _found(connection, "Bia Prova"))
    changed = _facts(server_database, server_vault)
    for _ in range(2):
        assert load(ANA + BIA, source).kept_values == values
        assert _facts(server_database, server_vault) == changed


def test_a_value_that_the_file_says_anew_is_written_alone(
    load: Load, server_database: Database, server_vault: Vault
) -> None:
    load(ANA + BIA)
    with server_database.transaction() as connection:
        act = (_found(connection, "Ana Prova"), _found(connection, "Bia Prova"))
        _moved(connection, server_vault, *act)
        _permitted(connection, server_vault, *act)
    assert load(ANA + BIA.replace("no,no,yes,no", "no,no,yes,yes")).kept_values == 3
    _, bia = _facts(server_database, server_vault)
    assert bia == (False, False, False, True, "bia@nova.example", "+5511922220002", [1, 2])


def test_what_a_file_blocks_is_blocked_at_each_import(
    load: Load, server_database: Database, server_vault: Vault
) -> None:
    blocked = BIA.replace("3691,no,no", "3691,no,yes")
    load(ANA + blocked)
    with server_database.transaction() as connection:
        bia = _found(connection, "Bia Prova")
        release_contact(connection, server_vault, bia.company_id, bia.contact_id, NOW)
    load(ANA + blocked)
    assert _facts(server_database, server_vault)[1][1] is True


def test_a_company_without_an_administrator_gets_the_one_of_the_file(
    load: Load, server_database: Database, server_vault: Vault
) -> None:
    load(ANA + BIA)
    with server_database.transaction() as connection:
        ana = _found(connection, "Ana Prova")
        connection.execute(update(CONTACT).where(CONTACT.c.id == ana.contact_id).values(administrator=False))
    load(ANA + BIA)
    assert [each[0] for each in _facts(server_database, server_vault)] == [True, False]


def test_one_who_was_handed_the_part_may_not_be_blocked_by_the_file(
    load: Load, server_database: Database, server_vault: Vault, tmp_path: Path
) -> None:
    load(ANA + BIA)
    with server_database.transaction() as connection:
        _handed_over(connection, server_vault, _found(connection, "Ana Prova"), _found(connection, "Bia Prova"))
    path = tmp_path / "blocking.csv"
    path.write_text(HEADER + ANA + BIA.replace("3691,no,no", "3691,no,yes"))
    source = WholeSource("erp", NOW, NOW, False, 100)
    report = import_csv(server_database, server_vault, path, parse_document, source=source)
    assert [each.line for each in report.problems] == [3]
    path.write_text(HEADER + ANA.replace("yes,no,yes,no", "yes,yes,yes,no") + BIA)
    assert import_csv(server_database, server_vault, path, parse_document, source=source).problems == ()
    assert [each[:2] for each in _facts(server_database, server_vault)] == [(False, True), (True, False)]
