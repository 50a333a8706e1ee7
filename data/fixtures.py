"""What a call script's ``fixtures`` say: companies, contacts and invoices that differ from the stored ones.

    fixtures:
      companies:
        - document: 11.222.333/0001-81       # the only key that must be there
          name: Padaria Pão Quente Ltda
          contract_until: 2026-12-31         # empty: without end
          datacenter: yes
          special_contract: SLA              # BSO, PRIME, PRIME.ANA; empty: none
          area_code: "11"                    # of its address; empty: not known
          contacts:                          # known by the name, else by the password; else a new one
            - {name: Ana, password: "1234", blocked: no, administrator: no, support: yes, consultancy: no}
          invoices:                          # known by the number; a new one needs amount and due
            - {number: F-1, amount: 150.00, due: 2026-01-10, grace_days: 30, paid: no}
      closures:                              # desks that ops closed before the call came in
        - {destination: suporte, reason: falta de luz, until: 2026-03-10T18:00}   # until: local time of the line
      staff:                                 # who may close desks by telephone
        - {number: "101", name: Bia, password: "48151623"}

What is left out stays as it is stored, or is as the tables' defaults say.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any

from sqlalchemy import Connection

from data import closures, company, contact, invoice, staff
from data.company import ParseDocument, TaxDocument
from data.database import Database
from data.values import Readers
from data.vault import Vault

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)

_KEY = re.compile(r"[A-Za-z_]{1,30}")


class FixturesError(ValueError):
    """``problems`` are pairs of a path, ``fixtures.companies[0].contacts[1].pasword``, and what is wrong there."""

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        super().__init__("\n".join(f"{path}: {message}" for path, message in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class FixtureCompany:
    """One company of the fixtures; the mappings hold what was written, read into values."""

    path: str
    document: TaxDocument = field(repr=False)
    fields: Mapping[str, Any]
    contacts: tuple[Mapping[str, Any], ...] = field(repr=False)
    invoices: tuple[Mapping[str, Any], ...]

    def hashes(self, vault: Vault) -> list[str]:
        """The hash of each contact's password, in their order."""
        salt = vault.keypad_digest(self.document.number)
        return [vault.hash_password(salt, person["password"]) for person in self.contacts]

    def save(self, connection: Connection, vault: Vault, password_hashes: list[str]) -> None:
        """Write it; ``password_hashes`` are those of the contacts, in their order. Raises FixturesError."""
        company_fields: Any = self.fields
        company_id = company.save_company(connection, vault, self.document, company_fields)
        for place, (person, password_hash) in enumerate(zip(self.contacts, password_hashes, strict=True)):
            contact_fields: Any = {key: value for key, value in person.items() if key != "password"}
            contact_fields["password_hash"] = password_hash
            with _at(f"{self.path}.contacts[{place}]"):
                contact.save_contact(connection, company_id, contact_fields, by_password=True)
        for place, owed in enumerate(self.invoices):
            invoice_fields: Any = {key: value for key, value in owed.items() if key != "number"}
            with _at(f"{self.path}.invoices[{place}]"):
                invoice.save_invoice(connection, company_id, owed["number"], invoice_fields)


@dataclass(frozen=True, slots=True)
class Fixtures:
    """Fixtures that were read; they can be applied to any number of databases."""

    companies: tuple[FixtureCompany, ...]
    closures: tuple[Mapping[str, Any], ...] = ()
    staff: tuple[Mapping[str, Any], ...] = field(default=(), repr=False)

    def apply(self, database: Database, vault: Vault, line: str = "", zone: tzinfo = UTC) -> None:
        """Write them over what is stored, all or nothing. Raises FixturesError where the two do not fit together.

        ``line`` is whose desks are closed, and ``zone`` its own.
        """
        # Hashed before the transaction: argon2 is slow on purpose.
        hashed = [(each, each.hashes(vault)) for each in self.companies]
        with database.transaction() as connection:
            for each, password_hashes in hashed:
                each.save(connection, vault, password_hashes)
            for person in self.staff:
                number = person["number"]
                password_hash = staff.staff_hash(vault, number, person["password"])
                staff.save_staff(connection, number, person["name"], password_hash)
            for closure in self.closures:
                until: datetime | None = closure.get("until")
                closes = until.replace(tzinfo=zone) if until else None
                new = closures.NewClosure(
                    line, closure["destination"], closure["reason"], LONG_AGO, closes, closed_by="fixtures"
                )
                closures.close_desk(connection, new)


@contextmanager
def _at(path: str) -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        raise FixturesError([(path, str(error))]) from None


def read_fixtures(fixtures: object, parse_document: ParseDocument) -> Fixtures:
    """The ``fixtures`` of a call script, loaded from YAML as dict, list, str and None.

    Raises FixturesError with everything that is wrong; no message repeats a document or a password.
    """
    reading = _Reading(company.document_reader(parse_document))
    top = reading.mapping({} if fixtures is None else fixtures, "fixtures", ("companies", "closures", "staff"))
    companies = [
        reading.company(value, path) for value, path in reading.items(top.get("companies"), "fixtures.companies")
    ]
    closed = reading.records(top.get("closures"), "fixtures.closures", closures.READERS, ("destination", "reason"))
    people = reading.records(top.get("staff"), "fixtures.staff", staff.READERS, tuple(staff.READERS))
    if reading.problems:
        raise FixturesError(reading.problems)
    return Fixtures(tuple(each for each in companies if each), closed, people)


class _Reading:
    """Reads the values below ``fixtures`` and notes everything that is wrong on the way."""

    def __init__(self, read_document: Callable[[str], TaxDocument]) -> None:
        self.problems: list[tuple[str, str]] = []
        self._document_readers = {"document": read_document}

    def company(self, value: object, path: str) -> FixtureCompany | None:
        keys = self.mapping(value, path, ("document", *company.READERS, "contacts", "invoices"))
        before = len(self.problems)
        documents = self.fields(keys, path, self._document_readers, required=("document",))
        fields = self.fields(keys, path, company.READERS)
        contacts = self.records(keys.get("contacts"), f"{path}.contacts", contact.READERS, required=("password",))
        invoices = self.records(keys.get("invoices"), f"{path}.invoices", invoice.READERS, required=("number",))
        if len(self.problems) > before:
            return None
        return FixtureCompany(path, documents["document"], fields, contacts, invoices)

    def records(
        self, value: object, path: str, readers: Readers, required: tuple[str, ...]
    ) -> tuple[dict[str, Any], ...]:
        """A list of flat mappings."""
        return tuple(
            self.fields(self.mapping(item, where, tuple(readers)), where, readers, required)
            for item, where in self.items(value, path)
        )

    def fields(
        self, keys: Mapping[str, object], path: str, readers: Readers, required: tuple[str, ...] = ()
    ) -> dict[str, Any]:
        """The values of those keys of ``keys`` that have a reader."""
        found: dict[str, Any] = {}
        for key, read in readers.items():
            match keys.get(key):
                case str() as text:
                    try:
                        found[key] = read(text)
                    except ValueError as error:
                        self.problems.append((f"{path}.{key}", str(error)))
                case None if key in required:
                    self.problems.append((f"{path}.{key}", "this is needed; write it"))
                case None if key in keys and key in company.MAY_BE_NONE:
                    found[key] = None
                case None:
                    pass
                case _:
                    self.problems.append((f"{path}.{key}", "write one text here, not a list or a mapping"))
        return found

    def mapping(self, value: object, path: str, known: tuple[str, ...]) -> Mapping[str, object]:
        """``value`` where it is a mapping; keys that nobody reads are problems."""
        if not isinstance(value, Mapping):
            self.problems.append((path, f"write a mapping here with the keys {', '.join(known)}"))
            return {}
        for key in value:
            if key not in known:
                near = difflib.get_close_matches(str(key), known, n=1)
                hint = f"did you mean '{near[0]}'?" if near else f"known are {', '.join(known)}"
                # What is no word may be a document that was written in the wrong place.
                where = f"{path}.{key}" if _KEY.fullmatch(str(key)) else path
                self.problems.append((where, f"unknown key; {hint}"))
        return value

    def items(self, value: object, path: str) -> list[tuple[object, str]]:
        """The items of a list, each with its path; nothing written is an empty list."""
        if value is None:
            return []
        if not isinstance(value, list):
            self.problems.append((path, "write a list here, each item after a '-'"))
            return []
        return [(item, f"{path}[{place}]") for place, item in enumerate(value)]
