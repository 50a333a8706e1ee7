"""An imported contact is what one row of a file says of a person, and how that is written over what is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any, Final

from sqlalchemy import Connection

from data import company, contact, contact_profile
from data.company import CompanyFields, TaxDocument
from data.contact import ContactFields, folded
from data.contact_acts import end_at_address
from data.sheet import Sheet
from data.sourced_contacts import PERMISSIONS, StoredContact, note_sourced, stored_contacts, told_digest
from data.vault import Vault
from value_class import value_class

_NO_FIELDS: Final = frozenset({"contact", "password", *contact_profile.READERS})
_KEPT: Final = ("blocked", *PERMISSIONS)


@value_class
class ImportedContact:
    """The row at ``line`` of ``sheet`` says this of a contact, and ``company_fields`` of the company.

    ``source`` is the one that the file is of, UNNAMED where it is of none; None where a new database is filled.
    """

    sheet: Sheet = field(repr=False)
    line: int
    vault: Vault = field(repr=False)
    document: TaxDocument = field(repr=False)
    password: str = field(repr=False)
    company_fields: CompanyFields
    fields: ContactFields = field(repr=False)
    profile: Mapping[str, Any] = field(repr=False)
    source: str | None

    def save(self, connection: Connection) -> None:
        """Write the row in a transaction; raises ValueError where it does not fit with what is stored."""
        company_id = company.save_company(connection, self.vault, self.document, self.company_fields)
        contact_id, profile = self._save_contact(connection, company_id)
        reaches = {column: profile[column] for column in ("email", "mobile") if column in profile}
        before = contact_profile.find_contact(connection, contact_id) if reaches else None
        if profile:
            contact_profile.save_profile(connection, self.vault, contact_id, company_id, **profile)
        if before and (before.invited_at or before.activated_at):
            moved = "email" in reaches and before.email_of(self.vault) != reaches["email"]
            if moved or ("mobile" in reaches and before.mobile_of(self.vault) != reaches["mobile"]):
                end_at_address(connection, self.vault, before, moved=moved)
        self.sheet.companies.setdefault(company_id, self.line)
        self.sheet.saved.add((company_id, contact_id))

    def unsaid(self, stored: Mapping[str, StoredContact]) -> frozenset[str]:
        """Return the columns of which the row says what the source's last file said: they are not written, so that
        what people changed since stays. ``stored`` are the company's contacts before the import.

        What blocks a contact is no such column, and nor is the administrator where the company has none.
        """
        before = stored.get(folded(self.fields["name"]))
        if before is None:
            return frozenset()
        lacks_administrator = not any(each.values["administrator"] for each in stored.values())
        told = self.told()
        said_anew = {column for column, digest in told.items() if before.told.get(column) != digest}
        if self.fields.get("blocked"):
            said_anew.add("blocked")
        if self.fields.get("administrator") and lacks_administrator:
            said_anew.add("administrator")
        return frozenset(told.keys() - said_anew)

    def told(self) -> dict[str, str]:
        """Return the digests of what the row says, by column."""
        values: Mapping[str, Any] = {**self.fields, **self.profile}
        said = {column: value for column, value in values.items() if column in {*_KEPT, *self.profile}}
        return {column: told_digest(self.vault, self._salt, column, value) for column, value in said.items()}

    def _save_contact(self, connection: Connection, company_id: int) -> tuple[int, Mapping[str, Any]]:
        """Write the contact, and return its id and what is still to be written of its profile."""
        if self.source is None:
            return contact.save_contact(connection, company_id, self.fields), self.profile
        given = self.fields["password_hash"]
        everybody = stored_contacts(connection, company_id, self.source)
        stored, unsaid = everybody.get(folded(self.fields["name"])), self.unsaid(everybody)
        keeps_password = stored is not None and stored.keeps_password(self.vault, self._salt, self.password)
        fields: Any = {column: value for column, value in self.fields.items() if column not in unsaid}
        if stored and keeps_password:
            fields["password_hash"] = stored.password_hash
        contact_id = contact.save_contact(connection, company_id, fields)
        note_sourced(connection, company_id, contact_id, self.source, given, self.told(), stored)
        if stored:
            self.sheet.kept_values += sum(stored.values[each] != self._stored_as(each) for each in unsaid)
        if stored and stored.chose and stored.password_hash != given:
            if keeps_password:
                self.sheet.kept_passwords += 1
            else:
                self.sheet.reset_passwords += 1
                # What is stored is no choice of the contact's any more, and has no age.
                contact_profile.save_profile(connection, self.vault, contact_id, company_id, phone_password_set_at=None)
        return contact_id, {column: value for column, value in self.profile.items() if column not in unsaid}

    def _stored_as(self, column: str) -> object:
        if column in {"email", "mobile"}:
            return contact_profile.address_digest(self.vault, self.profile[column])
        said: Any = {**self.fields, **self.profile}
        return said[column]

    @property
    def _salt(self) -> str:
        return self.vault.keypad_digest(self.document.number)


def imported_contact(
    sheet: Sheet,
    line: int,
    vault: Vault,
    document: TaxDocument,
    said: Mapping[str, Any],
    person: Mapping[str, Any],
    source: str | None,
) -> ImportedContact:
    """Return the contact of a row: ``said`` are its cells about the company, ``person`` those about the contact, by
    column. The password is hashed here, before any transaction: argon2 is slow on purpose.
    """
    company_fields: Any = {"name" if column == "company" else column: value for column, value in said.items()}
    contact_fields: Any = {column: value for column, value in person.items() if column not in _NO_FIELDS}
    contact_fields["name"] = person["contact"]
    contact_fields["password_hash"] = vault.hash_password(vault.keypad_digest(document.number), person["password"])
    profile = {column: person[column] for column in contact_profile.READERS if column in person}
    return ImportedContact(
        sheet, line, vault, document, person["password"], company_fields, contact_fields, profile, source
    )
