"""The people of tickets by name: the customer of one, the companies of a list, the contacts whom a ticket is opened
for.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from sqlalchemy import Connection, bindparam, select

from data.company import COMPANY
from data.contact import CONTACT
from data.statement import Statement
from data.tickets import searchable
from value_class import value_class

MOST_FOUND: Final = 30
"""Contacts that a search by name returns."""


@value_class
class TicketCustomer:
    """A contact of a company; ``last_two`` are the last signs of the company's document. ``contact_id`` and
    ``contact_name`` are None where only the company is known.
    """

    company_id: int
    company_name: str
    last_two: str
    special_contract: str | None
    contact_id: int | None = None
    contact_name: str | None = None
    blocked: bool = False


_COMPANY_COLUMNS = (COMPANY.c.id, COMPANY.c.name, COMPANY.c.last_two, COMPANY.c.special_contract)
_COMPANY: Final = Statement(select(*_COMPANY_COLUMNS).where(COMPANY.c.id == bindparam("of")))
_OF_CONTACT: Final = Statement(
    select(*_COMPANY_COLUMNS, CONTACT.c.id, CONTACT.c.name, CONTACT.c.blocked)
    .join(CONTACT, CONTACT.c.company_id == COMPANY.c.id)
    .where(CONTACT.c.id == bindparam("of"))
)
_OF_DOCUMENT: Final = Statement(select(COMPANY.c.id).where(COMPANY.c.sealed == bindparam("of")))
_NAMES = select(COMPANY.c.id, COMPANY.c.name).where(COMPANY.c.id.in_(bindparam("ids", expanding=True)))
_PEOPLE = (
    select(CONTACT.c.id, CONTACT.c.name, COMPANY.c.name)
    .join(COMPANY, CONTACT.c.company_id == COMPANY.c.id)
    .order_by(COMPANY.c.name, COMPANY.c.id, CONTACT.c.name, CONTACT.c.id)
)
_OF_COMPANY = select(CONTACT.c.id).where(CONTACT.c.company_id == bindparam("of")).order_by(CONTACT.c.name, CONTACT.c.id)


def ticket_customer(connection: Connection, company_id: int, contact_id: int | None) -> TicketCustomer | None:
    """Return the customer of a ticket: its contact, or its company where that is no more; None where both are gone."""
    if contact_id is not None:
        found = contact_to_serve(connection, contact_id)
        if found is not None and found.company_id == company_id:
            return found
    row = _COMPANY.first(connection, {"of": company_id})
    return TicketCustomer(*row) if row else None


def contact_to_serve(connection: Connection, contact_id: int) -> TicketCustomer | None:
    """Return the contact of that id with the company; None where there is none."""
    row = _OF_CONTACT.first(connection, {"of": contact_id})
    return TicketCustomer(*row) if row else None


def company_names(connection: Connection, companies: Collection[int]) -> dict[int, str]:
    """Return the name of each company by its id."""
    rows = connection.execute(_NAMES, {"ids": sorted(companies)}) if companies else ()
    return {row.id: row.name for row in rows}


def contacts_of_document(connection: Connection, digest: str) -> list[TicketCustomer]:
    """Return the contacts of the company whose document has that digest (``Vault.document_digest``)."""
    row = _OF_DOCUMENT.first(connection, {"of": digest})
    return contacts_of_company(connection, row[0]) if row else []


def contacts_of_company(connection: Connection, company_id: int) -> list[TicketCustomer]:
    """Return the contacts of a company."""
    return _whole(connection, list(connection.scalars(_OF_COMPANY, {"of": company_id})))


def contacts_named(connection: Connection, words: str) -> list[TicketCustomer]:
    """Return the first contacts in whose name, with that of their company, all ``words`` begin a word, whatever their
    accents and capital letters.

    It looks through the names of all, 100,000 of them in about half a second: people search so before they open a
    ticket, and no call does.
    """
    wanted = searchable(words).split()
    if not wanted:
        return []
    found: list[int] = []
    for contact_id, contact, company in connection.execute(_PEOPLE):
        begun = f" {searchable(company, contact)}"
        if all(f" {word}" in begun for word in wanted):
            found.append(contact_id)
            if len(found) >= MOST_FOUND:
                break
    return _whole(connection, found)


def _whole(connection: Connection, contacts: list[int]) -> list[TicketCustomer]:
    return [found for each in contacts if (found := contact_to_serve(connection, each))]
