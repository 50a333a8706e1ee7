"""A caller is identified as a contact, of the company it calls for, with what the call may ask about both."""

from __future__ import annotations

import hmac
from datetime import date

from sqlalchemy import Connection, and_, bindparam, or_, select

from data.attempts import AttemptLimit, unlimited
from data.calls import CALL
from data.company import COMPANY
from data.contact import CONTACT
from data.database import Database
from data.invoice import INVOICE, InvoiceRecord
from data.statement import Statement
from data.vault import Cost, Vault
from value_class import value_class


@value_class
class CustomerRecord:
    """The record holds what is known of an identified caller. ``contract_until`` is the contract's last day, None
    without end.

    ``invoices`` are those not paid, the oldest first.
    """

    contact_id: int
    company_id: int
    company_name: str
    contact_name: str
    blocked: bool
    administrator: bool
    support: bool
    consultancy: bool
    contract_until: date | None
    datacenter: bool
    special_contract: str | None
    area_code: str | None
    invoices: tuple[InvoiceRecord, ...] = ()


_FIRM = (
    select(COMPANY.c.name)
    .join_from(CALL, COMPANY, CALL.c.company_id == COMPANY.c.id)
    .where(CALL.c.sid == bindparam("sid"), COMPANY.c.kind != "cpf")
)
_CONTACTS = Statement(
    select(CONTACT.c.id, CONTACT.c.password_hash, COMPANY.c.keyed)
    .join_from(CONTACT, COMPANY, CONTACT.c.company_id == COMPANY.c.id)
    .where(or_(COMPANY.c.sealed == bindparam("sealed"), COMPANY.c.keyed == bindparam("keyed")))
)

_CALLER = (
    CONTACT.c.id.label("contact_id"),
    COMPANY.c.id.label("company_id"),
    COMPANY.c.name.label("company_name"),
    CONTACT.c.name.label("contact_name"),
    CONTACT.c.blocked,
    CONTACT.c.administrator,
    CONTACT.c.support,
    CONTACT.c.consultancy,
    COMPANY.c.contract_until,
    COMPANY.c.datacenter,
    COMPANY.c.special_contract,
    COMPANY.c.area_code,
)

_INVOICE = (INVOICE.c.number, INVOICE.c.amount, INVOICE.c.due, INVOICE.c.grace_days)

_CUSTOMER = Statement(
    select(*_CALLER, *_INVOICE)
    .join_from(CONTACT, COMPANY, CONTACT.c.company_id == COMPANY.c.id)
    .outerjoin(INVOICE, and_(INVOICE.c.company_id == COMPANY.c.id, INVOICE.c.paid.is_(False)))
    .where(CONTACT.c.id == bindparam("contact_id"))
    .order_by(INVOICE.c.due, INVOICE.c.number)
)


def identify(
    database: Database,
    vault: Vault,
    sealed: str,
    password: str,
    *,
    exactly: bool = False,
    limit: AttemptLimit = unlimited,
) -> CustomerRecord | None:
    """The contact whose company's document is ``sealed`` and whose password is ``password``.

    None for an unknown document and for a wrong password, which cost the same: one read and one argon2, as the
    known caller does (who costs a second read). So does a right password where ``limit`` takes none any more. The
    account that it counts for is the document as keyed, whether a customer has it or not: companies that share it share
    its tries. The argon2 runs outside of any transaction. A blocked contact with
    the right password is returned as such: a caller who knows the password may hear what is wrong.

    ``sealed`` may be the digest of the document as keyed (see ``Vault.keypad_digest``). Several companies may share
    that; their contacts' passwords then tell them apart, and where those are equal too no contact is identified.
    ``exactly`` leaves them out: the document was spoken, or confirmed, so that no other company is meant.
    """
    with database.autocommit() as connection:
        contacts = _CONTACTS.all(connection, {"sealed": sealed, "keyed": "" if exactly else sealed})
    salt = contacts[0][2] if contacts else sealed

    def compare() -> int | None:
        # One cost, but for the days in which an old file was imported before the cost was raised.
        costs = {Cost.of(password_hash) for _, password_hash, _ in contacts} or {vault.cost}
        hashes = [vault.hash_password(salt, password, cost) for cost in costs]
        # Every contact is compared with every hash: where the right one stands must not show in the time.
        right = [id_ for id_, password_hash, _ in contacts if sum(_equal(password_hash, each) for each in hashes)]
        return right[0] if len(right) == 1 else None

    contact_id = limit(salt, compare)
    if contact_id is None:
        return None
    with database.autocommit() as connection:
        return customer(connection, contact_id)


def customer(connection: Connection, contact_id: int) -> CustomerRecord | None:
    """Return what is known now of the contact, in one statement; None where there is none of that id."""
    rows = _CUSTOMER.all(connection, {"contact_id": contact_id})
    if not rows:
        return None
    unpaid = (row[len(_CALLER) :] for row in rows)
    invoices = tuple(InvoiceRecord(*invoice) for invoice in unpaid if invoice[0] is not None)
    known = zip(_CALLER, rows[0], strict=False)
    return CustomerRecord(**{column.name: value for column, value in known}, invoices=invoices)


def _equal(stored: str, candidate: str) -> bool:
    return hmac.compare_digest(stored.encode(), candidate.encode())


def name_of_firm(connection: Connection, call_sid: str) -> str | None:
    """Return the name of the company whose caller was identified in a call; None where there is none, and for a CPF:
    that is a person's name.
    """
    return connection.execute(_FIRM, {"sid": call_sid}).scalar()
