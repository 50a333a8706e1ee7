from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from stdnum.ar import cuit
from stdnum.br import cnpj, cpf
from stdnum.co import nit
from stdnum.mx import rfc
from stdnum.pe import ruc

from data import demo
from data.customers import CustomerRecord, identify
from data.database import Database
from data.demo.generate import write
from data.vault import KEYPAD, Vault, normalised
from routing.documents import parse_document

FIRST_DAY, LAST_DAY = date(2024, 1, 1), date(2036, 12, 31)


ORACLES = {"": (cpf, cnpj), "MX": (rfc,), "CO": (nit,), "PE": (ruc,), "AR": (cuit,)}


def _csv(name: str) -> list[dict[str, str]]:
    with (demo.FOLDER / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _table(heading: str) -> list[list[str]]:
    """The rows of the README's table below ``heading``."""
    section = (
        (demo.FOLDER / "README.md").read_text(encoding="utf-8").partition(f"## {heading}\n")[2].partition("\n## ")[0]
    )
    rows = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("|")]
    return rows[2:]


def test_the_files_are_what_the_generator_writes(tmp_path: Path) -> None:
    write(tmp_path)
    for name in ("contacts.csv", "invoices.csv", "README.md"):
        assert (tmp_path / name).read_text(encoding="utf-8") == (demo.FOLDER / name).read_text(encoding="utf-8")


def test_there_are_enough_companies_and_contacts_to_play_with() -> None:
    contacts = _csv("contacts.csv")
    assert len(contacts) >= 60
    assert len({row["document"] for row in contacts}) >= 25


def test_every_document_is_valid_for_others_too() -> None:
    for document in {row["document"] for row in _csv("contacts.csv") + _csv("invoices.csv")}:
        assert parse_document(document).last_two == document[-2:]
        country, _, number = document.rpartition(":")
        assert any(oracle.is_valid(number) for oracle in ORACLES[country]), document


def test_the_readme_tells_of_each_contact_what_the_files_say() -> None:
    flags = ("administrator", "blocked", "consultancy", "support")
    written = [
        [
            row["company"],
            row["document"],
            row["contact"],
            row["password"],
            ", ".join(flag for flag in flags if row[flag] == "yes") or "none",
        ]
        for row in _csv("contacts.csv")
    ]
    told = [
        [company, document, contact, password, permissions]
        for company, document, _, contact, password, permissions, _, _ in _table("Everybody")
    ]
    assert told == written


def test_everybody_in_the_readme_is_identified_by_the_keys_it_names(demo_database: Database, vault: Vault) -> None:
    for company, document, keys, contact, password, permissions, _, _ in _table("Everybody"):
        assert re.fullmatch("[0-9]{10,14}", keys)
        assert keys == normalised(document.rpartition(":")[2]).translate(KEYPAD)
        found = identify(demo_database, vault, vault.document_digest(keys), password)
        assert found is not None, (company, contact)
        assert (found.company_name, found.contact_name) == (company, contact)
        assert found.blocked == ("blocked" in permissions)


def _overdue(customer: CustomerRecord, today: date) -> bool:
    return any(invoice.is_overdue(today) for invoice in customer.invoices)


def _ended(customer: CustomerRecord, today: date) -> bool:
    return customer.contract_until is not None and customer.contract_until < today


def _plain(customer: CustomerRecord) -> bool:
    return not any(_overdue(customer, day) or _ended(customer, day) for day in (FIRST_DAY, LAST_DAY))


FIRST: dict[str, Callable[[CustomerRecord], bool]] = {
    "fine, asks for support": lambda c: _plain(c) and c.support,
    "may not order consultancy": lambda c: _plain(c) and not c.consultancy,
    "may order consultancy": lambda c: _plain(c) and c.consultancy,
    "blocked contact": lambda c: _plain(c) and c.blocked,
    "contact without support": lambda c: _plain(c) and not c.support,
    "Datacenter contract, special contract SLA": lambda c: _plain(c) and c.datacenter and c.special_contract == "SLA",
    "no Datacenter contract": lambda c: _plain(c) and not c.datacenter,
    "invoice overdue beyond grace": lambda c: _overdue(c, FIRST_DAY) and _overdue(c, LAST_DAY),
    "overdue, would order consultancy": lambda c: _overdue(c, FIRST_DAY) and c.consultancy,
    "late but within grace": lambda c: _plain(c) and any(each.due < date(2024, 3, 1) for each in c.invoices),
    "special contract PRIME, facilitator VALERIA": lambda c: _plain(c) and c.special_contract == "PRIME.VALERIA",
    "RFC of Mexico": _plain,
    "CUIT of Argentina, special contract PRIME": lambda c: _plain(c) and c.special_contract == "PRIME",
    "contract ended": lambda c: _ended(c, date(2025, 1, 1)) and not _overdue(c, LAST_DAY),
    "CNPJ with letters": _plain,
    "CPF, fine": _plain,
    "CPF, overdue": lambda c: _overdue(c, FIRST_DAY) and _overdue(c, LAST_DAY),
}


def test_dial_these_first_has_one_customer_for_every_branch() -> None:
    assert {row[0] for row in _table("Dial these first")} == set(FIRST)


@pytest.mark.parametrize("branch", FIRST)
def test_who_is_to_be_dialled_first_is_what_the_list_says(demo_database: Database, vault: Vault, branch: str) -> None:
    (row,) = [row for row in _table("Dial these first") if row[0] == branch]
    _, company, keys, password = row
    found = identify(demo_database, vault, vault.document_digest(keys), password)
    assert found is not None
    assert found.company_name == company
    assert FIRST[branch](found)


def test_every_kind_of_company_is_there() -> None:
    contacts, invoices = _csv("contacts.csv"), _csv("invoices.csv")
    assert {"", "SLA", "BSO", "PRIME", "PRIME.VALERIA"} == {row["special_contract"] for row in contacts}
    assert {"yes", "no"} == {row["datacenter"] for row in contacts}
    assert 5 in Counter(row["document"] for row in contacts).values()
    assert sum(len(document) == 14 for document in {row["document"] for row in contacts}) >= 4  # CPF, punctuated
    assert sum(any(map(str.isalpha, document)) for document in {row["document"] for row in contacts}) >= 2
    assert any(row["paid"] == "yes" and row["due"] < "2023-07-01" for row in invoices)
    assert {"", "2024-12-31", "2039-12-31"} <= {row["contract_until"] for row in contacts}


def test_damaged_demo_files_are_told_by_line(
    database: Database, vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path)
    lines = len((tmp_path / "contacts.csv").read_text(encoding="utf-8").splitlines())
    with (tmp_path / "contacts.csv").open("a") as file:
        file.write("what is this\n")
    monkeypatch.setattr("data.demo.FOLDER", tmp_path)
    with pytest.raises(ValueError, match=rf"contacts\.csv:{lines + 1}: 1 cells under 16 columns"):
        demo.load(database, vault, parse_document)
