from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import StatementError

from data.all_tables import METADATA
from data.company import save_company
from data.database import Database
from data.invoice import INVOICE, save_invoice
from data.vault import Cost, Vault
from routing.documents import parse_document

VAULT = Vault(b"k" * 32, Cost.rehearsal())


@pytest.fixture(scope="module")
def store() -> Iterator[Database]:
    database = Database("sqlite://")
    database.migrate()
    yield database
    database.close()


def _save(database: Database, amount: Decimal) -> Decimal:
    with database.transaction() as connection:
        company = save_company(connection, VAULT, parse_document("52998224725"), {"name": "Maria"})
        save_invoice(connection, company, "F-1", {"amount": amount, "due": date(2026, 1, 10)})
        stored: Decimal = connection.execute(select(INVOICE.c.amount)).scalar_one()
        return stored


@settings(deadline=None)
@given(st.decimals(min_value=0, max_value=10**12, places=2))
def test_an_amount_comes_back_to_the_centavo(store: Database, amount: Decimal) -> None:
    assert _save(store, amount) == amount
    assert isinstance(_save(store, amount), Decimal)


def test_a_fraction_of_a_centavo_is_refused(store: Database) -> None:
    with pytest.raises(StatementError, match="at most two decimal places"):
        _save(store, Decimal("0.005"))


def test_every_constraint_has_a_name_so_that_a_migration_can_drop_it(store: Database) -> None:
    for table in METADATA.tables.values():
        assert all(constraint.name for constraint in table.constraints)
        assert all(index.name for index in table.indexes)
