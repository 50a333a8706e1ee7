"""A customer with calls, messages, consents and callbacks, beside other people's."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import inspect, select, text

from data.company import COMPANY
from data.contact import CONTACT
from data.database import Database
from data.vault import KEYPAD, Vault
from routing.documents import check_digits, parse_document
from tests.fixtures_of import fixtures_of
from tests.lines import TUESDAY
from tests.security.canary import CNPJ, LETTERS, LETTERS_PASSWORD, PASSWORD
from tests.security.old_calls import OldCall, sid

NAME = "Canário Amarelo Ltda"
PERSON = "Piu-Piu da Silva"
TWIN = LETTERS.translate(KEYPAD)[:12]
TWIN += check_digits(TWIN)
FIXTURES = {
    "companies": [
        {
            "document": CNPJ,
            "name": NAME,
            "contacts": [{"name": PERSON, "password": PASSWORD}],
            "invoices": [{"number": "NF-CANARIO-77", "amount": "1234.50", "due": "2026-01-10"}],
        },
        {"document": LETTERS, "name": "Letras", "contacts": [{"name": "Bem-te-vi", "password": LETTERS_PASSWORD}]},
    ]
}
ENDED = TUESDAY - timedelta(days=2)
DOCUMENT = parse_document(CNPJ)


@pytest.fixture
def customer(server_database: Database, server_vault: Vault) -> Database:
    """The canary's company with two calls of its own and one that gave no password, beside other people's."""
    fixtures_of(FIXTURES).apply(server_database, server_vault)
    company, contact = ids_of(server_database, NAME)
    digest = server_vault.document_digest(CNPJ)
    began = ENDED - timedelta(minutes=5)
    theirs = OldCall(sid(1), began, ENDED, contact, company, digest, "7000000001", try_sid=sid(51))
    theirs.write(server_database)
    replace(theirs, sid=sid(2), protocol="7000000002", try_sid=sid(52)).write(server_database)
    replace(theirs, sid=sid(3), contact_id=None, company_id=None, protocol="7000000003", try_sid=sid(53)).write(
        server_database
    )
    other = OldCall(sid(9), began, ENDED, 1, 1, "0" * 64, "7000000009", try_sid=sid(59))
    other.write(server_database)
    # Whoever was called back was reached.
    replace(theirs, sid=sid(51), contact_id=None, company_id=None, account="1" * 64, protocol=None).write(
        server_database
    )
    return server_database


def ids_of(database: Database, name: str) -> tuple[int, int]:
    with database.reading() as connection:
        company = connection.execute(select(COMPANY.c.id).where(COMPANY.c.name == name)).scalar_one()
        contact = connection.execute(select(CONTACT.c.id).where(CONTACT.c.company_id == company)).scalars().first()
    assert contact is not None
    return company, contact


def everything(database: Database) -> dict[str, list[dict[str, Any]]]:
    with database.reading() as connection:
        return {
            name: [dict(row) for row in connection.execute(text(f'SELECT * FROM "{name}"')).mappings()]
            for name in sorted(inspect(connection).get_table_names())
        }
