from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from argon2.low_level import hash_secret
from sqlalchemy import Connection, Engine, event

from data.company import save_company
from data.contact import ContactFields, save_contact
from data.customers import CustomerRecord, customer, identify
from data.database import Database
from data.demo.generate import firms
from data.invoice import InvoiceRecord
from data.vault import Cost, Vault
from routing.documents import parse_document

PADARIA = "11222333000181"


@dataclass
class Bill:
    """What an attempt cost: the statements that the database ran, and the costs of the argon2 computed."""

    statements: list[str] = field(default_factory=list)
    hashes: list[tuple[int, int, int]] = field(default_factory=list)

    @property
    def total(self) -> tuple[int, list[tuple[int, int, int]]]:
        return len(self.statements), self.hashes


@contextmanager
def metered(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bill]:
    """Counts at the border to SQLite and to argon2: our own code runs as it is."""
    bill = Bill()

    def counting_argon2(**options: Any) -> bytes:
        bill.hashes.append((options["memory_cost"], options["time_cost"], options["parallelism"]))
        return hash_secret(**options)

    def count_statement(_c: Connection, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("SELECT"):
            bill.statements.append(statement)

    event.listen(Engine, "before_cursor_execute", count_statement)
    with monkeypatch.context() as patch:
        patch.setattr("data.vault.hash_secret", counting_argon2)
        yield bill
    event.remove(Engine, "before_cursor_execute", count_statement)


def attempt(database: Database, vault: Vault, document: str, password: str) -> CustomerRecord | None:
    return identify(database, vault, vault.document_digest(document), password)


def _company_where(case: str) -> str:
    """The document of the demo company that shows ``case``."""
    return next(firm.document for firm in firms() if case in firm.case)


def test_the_password_tells_which_contact_of_the_company_calls(demo_database: Database, vault: Vault) -> None:
    ana, bruno = (attempt(demo_database, vault, PADARIA, password) for password in ("1234", "4321"))
    assert ana is not None
    assert bruno is not None
    assert (ana.contact_name, ana.administrator, ana.support, ana.consultancy) == ("Ana", True, True, False)
    assert (bruno.contact_name, bruno.administrator, bruno.support, bruno.consultancy) == ("Bruno", False, True, True)
    assert ana.company_name == bruno.company_name == "Padaria Pão Quente Ltda"


def test_a_password_of_another_company_identifies_nobody(demo_database: Database, vault: Vault) -> None:
    assert attempt(demo_database, vault, PADARIA, "2580") is None
    assert attempt(demo_database, vault, "11444777000161", "2580") is not None


def test_the_facts_of_contract_and_invoices_come_with_the_customer(demo_database: Database, vault: Vault) -> None:
    metal = attempt(demo_database, vault, "11444777000161", "2580")
    assert metal is not None
    assert (metal.datacenter, metal.special_contract, metal.contract_until) == (True, "SLA", date(2039, 12, 31))
    assert metal.invoices == ()
    transportes = attempt(demo_database, vault, "34190256000120", "1470")
    assert transportes is not None
    assert transportes.invoices == (InvoiceRecord("F-2023-11", Decimal("1890.00"), date(2023, 11, 10), 30),)


def test_an_invoice_is_overdue_from_the_day_after_its_grace() -> None:
    invoice = InvoiceRecord("F-1", Decimal("10.00"), date(2026, 3, 10), grace_days=5)
    assert not invoice.is_overdue(date(2026, 3, 15))
    assert invoice.is_overdue(date(2026, 3, 16))


def test_an_unknown_document_costs_what_a_wrong_password_costs(
    demo_database: Database, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusals = {
        "unknown document": ("39053344705", "1234"),
        "wrong password, five contacts": (PADARIA, "9999"),
        "wrong password, one contact": ("52998224725", "1111"),
        "wrong password, every contact blocked": (_company_where("the contact is blocked"), "1212"),
        "no password at all": (PADARIA, ""),
    }
    costs = {}
    for what, (document, password) in refusals.items():
        with metered(monkeypatch) as bill:
            assert attempt(demo_database, vault, document, password) is None, what
        costs[what] = bill.total
    assert set(map(str, costs.values())) == {"(1, [(8, 1, 1)])"}, costs


@pytest.mark.parametrize("password", ["9753", "2468"], ids=["active", "blocked"])
def test_the_known_caller_costs_one_argon2_and_one_statement_more(
    demo_database: Database, vault: Vault, monkeypatch: pytest.MonkeyPatch, password: str
) -> None:
    with metered(monkeypatch) as bill:
        assert attempt(demo_database, vault, PADARIA, password) is not None
    assert bill.total == (2, [(8, 1, 1)])


def test_argon2_is_computed_outside_of_any_transaction(
    demo_database: Database, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_while_hashing: list[bool] = []

    def watch(**options: Any) -> bytes:
        with demo_database._engine.connect() as connection:
            driver: Any = connection.connection.driver_connection
            open_while_hashing.append(driver.in_transaction)
        return hash_secret(**options)

    monkeypatch.setattr("data.vault.hash_secret", watch)
    attempt(demo_database, vault, PADARIA, "1234")
    assert open_while_hashing == [False]


def test_hashes_of_an_older_cost_are_still_known(database: Database, vault: Vault) -> None:
    document = parse_document(PADARIA)
    older = Vault(b"a key of the tests, 32 bytes.....", Cost(16, 1, 1))
    with database.transaction() as connection:
        company = save_company(connection, vault, document, {"name": "P"})
        for each, password in ((older, "1234"), (vault, "4321")):
            hashed = each.hash_password(each.keypad_digest(document.number), password)
            save_contact(connection, company, {"name": password, "password_hash": hashed})
    for password in ("1234", "4321"):
        found = attempt(database, vault, PADARIA, password)
        assert found is not None
        assert found.contact_name == password
    assert attempt(database, vault, PADARIA, "1111") is None


def test_a_document_with_letters_is_known_by_its_letters_and_as_keyed(demo_database: Database, vault: Vault) -> None:
    for document in ("12ABC34501DE35", "12222345013335"):
        found = attempt(demo_database, vault, document, "8520")
        assert found is not None
        assert found.contact_name == "Nádia"


# These two differ in letters that lie on the same keys: A, B and C on 2; D, E and F on 3.
TWINS = ("12ABC34501DE35", "12AAA34501DD35")


def _twins(database: Database, vault: Vault, passwords: tuple[str, str]) -> None:
    for number, password in zip(TWINS, passwords, strict=True):
        with database.transaction() as connection:
            document = _AsIs(number)
            company = save_company(connection, vault, document, {"name": number})
            hashed = vault.hash_password(vault.keypad_digest(number), password)
            save_contact(connection, company, ContactFields(name=number, password_hash=hashed))


@dataclass(frozen=True)
class _AsIs:
    """A document whose check digits nobody looks at: twelve places are enough for two to sound alike."""

    number: str
    kind: str = "cnpj"

    @property
    def last_two(self) -> str:
        return "35"


def test_companies_that_are_keyed_alike_are_told_apart_by_the_password(
    database: Database, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    _twins(database, vault, ("1234", "4321"))
    with metered(monkeypatch) as bill:
        first = attempt(database, vault, "12222345013335", "1234")
    second = attempt(database, vault, "12222345013335", "4321")
    assert first is not None
    assert second is not None
    assert (first.company_name, second.company_name) == TWINS
    assert bill.total == (2, [(8, 1, 1)])


def test_no_company_is_identified_where_two_share_keys_and_password(database: Database, vault: Vault) -> None:
    _twins(database, vault, ("1234", "1234"))
    assert attempt(database, vault, "12222345013335", "1234") is None
    known = attempt(database, vault, "12ABC34501DE35", "1234")
    assert known is not None
    assert known.company_name == "12ABC34501DE35"


def test_a_blocked_contact_is_known_only_with_the_right_password(demo_database: Database, vault: Vault) -> None:
    carla = attempt(demo_database, vault, PADARIA, "2468")
    assert carla is not None
    assert (carla.contact_name, carla.blocked) == ("Carla", True)
    assert attempt(demo_database, vault, _company_where("the contact is blocked"), "1212") is None


def test_a_contact_is_read_again_by_its_id_with_what_changed_since(demo_database: Database, vault: Vault) -> None:
    ana = attempt(demo_database, vault, PADARIA, "1234")
    assert ana is not None
    with demo_database.transaction() as connection:
        hashed = vault.hash_password(vault.document_digest(PADARIA), "1234")
        save_contact(connection, ana.company_id, {"name": "Ana", "password_hash": hashed, "blocked": True})
    with demo_database.reading() as connection:
        again = customer(connection, ana.contact_id)
        assert again is not None
        assert again.blocked
        assert customer(connection, 10**6) is None


def test_unpaid_invoices_come_oldest_first_and_paid_ones_not_at_all(demo_database: Database, vault: Vault) -> None:
    document = _company_where("two invoices overdue")
    (password,) = [firm.people[0].password for firm in firms() if firm.document == document]
    found = attempt(demo_database, vault, document, password)
    assert found is not None
    assert [invoice.number for invoice in found.invoices] == ["F-2023-11", "F-2023-12"]
