from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select

from data.contact import CONTACT
from data.customers import CustomerRecord, identify
from data.database import Database
from data.fixtures import FixturesError, read_fixtures
from data.vault import Vault
from routing.documents import parse_document

PADARIA, UNKNOWN = "11.222.333/0001-81", "390.533.447-05"


def _apply(database: Database, vault: Vault, *companies: dict[str, Any]) -> None:
    read_fixtures({"companies": list(companies)}, parse_document).apply(database, vault)


def _caller(database: Database, vault: Vault, document: str, password: str) -> CustomerRecord:
    found = identify(database, vault, vault.document_digest(document), password)
    assert found is not None
    return found


def _contacts(database: Database) -> int:
    with database.reading() as connection:
        return connection.execute(select(func.count()).select_from(CONTACT)).scalar_one()


def test_what_fixtures_say_of_a_known_company_goes_over_the_stored(demo_database: Database, vault: Vault) -> None:
    company = {
        "document": PADARIA,
        "contract_until": "2025-12-31",
        "datacenter": "yes",
        "invoices": [{"number": "F-9", "amount": "150.00", "due": "2026-01-10", "grace_days": "5"}],
    }
    _apply(demo_database, vault, company)
    ana = _caller(demo_database, vault, PADARIA, "1234")
    assert (ana.company_name, ana.contract_until, ana.datacenter) == (
        "Padaria Pão Quente Ltda",
        date(2025, 12, 31),
        True,
    )
    assert [(each.number, each.grace_days) for each in ana.invoices] == [("F-9", 5)]


def test_an_unknown_company_is_added_with_defaults(demo_database: Database, vault: Vault) -> None:
    _apply(demo_database, vault, {"document": UNKNOWN, "contacts": [{"password": "1234"}]})
    caller = _caller(demo_database, vault, UNKNOWN, "1234")
    assert (caller.company_name, caller.contact_name) == ("Empresa sem nome", "Contato 1")
    assert (caller.contract_until, caller.datacenter, caller.special_contract) == (None, False, None)
    assert (caller.administrator, caller.support, caller.consultancy) == (False, True, False)


def test_a_contact_is_known_by_its_name(demo_database: Database, vault: Vault) -> None:
    before = _contacts(demo_database)
    _apply(demo_database, vault, {"document": PADARIA, "contacts": [{"name": "ana", "password": "5555"}]})
    assert _caller(demo_database, vault, PADARIA, "5555").administrator
    assert identify(demo_database, vault, vault.document_digest(PADARIA), "1234") is None
    assert _contacts(demo_database) == before


def test_a_contact_without_a_known_name_is_known_by_its_password(demo_database: Database, vault: Vault) -> None:
    before = _contacts(demo_database)
    people = [{"password": "1234", "consultancy": "sim"}, {"name": "Carlota", "password": "2468", "blocked": "no"}]
    _apply(demo_database, vault, {"document": PADARIA, "contacts": people})
    ana = _caller(demo_database, vault, PADARIA, "1234")
    assert (ana.contact_name, ana.consultancy, ana.administrator) == ("Ana", True, True)
    assert _caller(demo_database, vault, PADARIA, "2468").contact_name == "Carlota"
    assert _contacts(demo_database) == before


def test_an_invoice_is_known_by_its_number(demo_database: Database, vault: Vault) -> None:
    transportes = "34.190.256/0001-20"
    _apply(demo_database, vault, {"document": transportes, "invoices": [{"number": "F-2023-11", "paid": "yes"}]})
    assert _caller(demo_database, vault, transportes, "1470").invoices == ()


def test_an_emptied_end_of_contract_is_a_contract_without_end(demo_database: Database, vault: Vault) -> None:
    _apply(demo_database, vault, {"document": PADARIA, "contract_until": None, "name": None})
    ana = _caller(demo_database, vault, PADARIA, "1234")
    assert (ana.contract_until, ana.company_name) == (None, "Padaria Pão Quente Ltda")


@pytest.mark.parametrize("fixtures", [None, {}, {"companies": None}, {"companies": []}])
def test_fixtures_may_say_nothing(demo_database: Database, vault: Vault, fixtures: object) -> None:
    before = _contacts(demo_database)
    read_fixtures(fixtures, parse_document).apply(demo_database, vault)
    assert _contacts(demo_database) == before


def test_fixtures_read_once_can_be_applied_to_many_databases(demo_database: Database, vault: Vault) -> None:
    fixtures = read_fixtures(
        {"companies": [{"document": UNKNOWN, "contacts": [{"password": "1234"}]}]},
        parse_document,
    )
    for _ in range(2):
        copy = demo_database.copy()
        fixtures.apply(copy, vault)
        _caller(copy, vault, UNKNOWN, "1234")
        copy.close()
    assert identify(demo_database, vault, vault.document_digest(UNKNOWN), "1234") is None


@pytest.mark.parametrize(
    ("fixtures", "told"),
    [
        ("Padaria", ["fixtures: write a mapping here with the keys companies, closures, staff"]),
        ({"company": []}, ["fixtures.company: unknown key; did you mean 'companies'?"]),
        ({"companies": {}}, ["fixtures.companies: write a list here, each item after a '-'"]),
        ({"companies": [{}]}, ["fixtures.companies[0].document: this is needed; write it"]),
        (
            {"companies": [{"document": "11.222.333/0001-82"}]},
            [
                "fixtures.companies[0].document: this is not a valid CNPJ: its check digits do not match;"
                " compare it with the contract"
            ],
        ),
        (
            {"companies": [{"document": PADARIA, "contacts": [{"password": "1234"}, {"pasword": "1234"}]}]},
            [
                "fixtures.companies[0].contacts[1].pasword: unknown key; did you mean 'password'?",
                "fixtures.companies[0].contacts[1].password: this is needed; write it",
            ],
        ),
        (
            {
                "companies": [
                    {"document": PADARIA, "contacts": "Ana", "name": ["x"]},
                    {"document": PADARIA, "colour": "x"},
                ]
            },
            [
                "fixtures.companies[0].name: write one text here, not a list or a mapping",
                "fixtures.companies[0].contacts: write a list here, each item after a '-'",
                "fixtures.companies[1].colour: unknown key; known are document, name, contract_until, datacenter,"
                " special_contract, area_code, contacts, invoices",
            ],
        ),
        (
            {"companies": [{"document": PADARIA, "invoices": [{"number": "1", "amount": "x", "due": "10/3/26"}]}]},
            [
                "fixtures.companies[0].invoices[0].amount: write an amount as 1234.56 or 1.234,56",
                "fixtures.companies[0].invoices[0].due: write a date as 2026-03-10 or 10/03/2026",
            ],
        ),
    ],
)
def test_everything_that_is_wrong_is_told_at_its_path(fixtures: object, told: list[str]) -> None:
    with pytest.raises(FixturesError) as caught:
        read_fixtures(fixtures, parse_document)
    assert str(caught.value).splitlines() == told
    assert [f"{path}: {message}" for path, message in caught.value.problems] == told


@pytest.mark.parametrize(
    ("company", "told"),
    [
        (
            {"contacts": [{"name": "Ana", "password": "4321"}]},
            "fixtures.companies[0].contacts[0]:"
            " another contact of this company has this password; give each one of its own",
        ),
        (
            {"contacts": [{"password": "1234"}, {"name": "Zoe", "password": "9999"}]},
            "fixtures.companies[0].contacts[1]: this company has 5 contacts "
            "already, the most there may be; leave one out",
        ),
        (
            {"invoices": [{"number": "new", "amount": "1"}]},
            "fixtures.companies[0].invoices[0]: a new invoice needs due; write what is missing",
        ),
    ],
)
def test_what_does_not_fit_with_the_stored_is_told_and_nothing_stays(
    demo_database: Database, vault: Vault, company: dict[str, Any], told: str
) -> None:
    with pytest.raises(ValueError) as caught:
        _apply(demo_database, vault, {"document": PADARIA, "name": "Changed", **company})
    assert str(caught.value) == told
    assert _caller(demo_database, vault, PADARIA, "1234").company_name == "Padaria Pão Quente Ltda"


def test_neither_errors_nor_representations_show_documents_or_passwords() -> None:
    secrets = {"document": "52998224725", "contacts": [{"password": "77778888"}]}
    assert "52998224725" not in repr(read_fixtures({"companies": [secrets]}, parse_document))
    assert "77778888" not in repr(read_fixtures({"companies": [secrets]}, parse_document))
    misplaced = {
        "companies": [
            {"document": "52998224726", "contacts": [{"password": "canary7"}], "52998224725": "77778888"},
            {"52998224725": {"name": "x"}},
        ]
    }
    with pytest.raises(FixturesError) as caught:
        read_fixtures(misplaced, parse_document)
    for secret in ("5299822472", "canary7", "77778888"):
        assert secret not in str(caught.value)
