"""An export holds everything that is remembered of a customer (LGPD art. 18 II); a holding counts it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, func, select

from data.all_tables import PERSONAL
from data.audit import AUDIT
from data.callbacks import CALLBACK
from data.calls import CALL
from data.company import COMPANY, TaxDocument
from data.consents import CONSENT, consents_of
from data.contact import CONTACT
from data.contact_profile import PROFILE, PortalContact, contacts_of
from data.data_subject import COMPANY_OF_DOCUMENT, DataSubject, find_subject, in_parts
from data.database import Database
from data.invoice import INVOICE
from data.messages import MESSAGE
from data.personal import Personal
from data.protocols import PROTOCOL
from data.recordings import RECORDING
from data.tickets import TICKET
from data.vault import Vault


@dataclass(frozen=True, slots=True)
class Holding:
    """A holding counts what there is of a customer, by kind."""

    contacts: int
    invoices: int
    calls: int
    messages: int
    recordings: int
    callbacks: int
    consents: int
    attempts: int


def export(database: Database, vault: Vault, document: TaxDocument) -> dict[str, Any] | None:
    """Return everything that is remembered of the customer, ready for JSON; None where no company has this document.

    What says something of the caller is left out of calls whose caller gave no password of the company.
    """
    with database.reading() as connection:
        subject = find_subject(connection, vault, document)
        if subject is None:
            return None
        (company,) = connection.execute(COMPANY_OF_DOCUMENT, {"sealed": vault.document_digest(document.number)}).all()
        return {
            "company": PERSONAL[COMPANY].shown(company),
            "contacts": _rows(connection, PERSONAL[CONTACT], CONTACT.c.company_id, subject.company_id),
            "portal": profiles(connection, vault, subject.company_id),
            "invoices": _rows(connection, PERSONAL[INVOICE], INVOICE.c.company_id, subject.company_id),
            "calls": [_call(connection, sid, subject) for sid in subject.calls],
            "calls made to call back": [_call(connection, sid, subject) for sid in subject.tries],
            **_of_company(connection, subject.company_id),
            "passwords tried": connection.execute(subject.attempts()).scalar_one(),
        }


def _of_company(connection: Connection, company_id: int) -> dict[str, Any]:
    """The rows of each table that names the company, by the name under which an export shows them."""
    return {
        each.of_company: _rows(connection, each, each.table.c[each.by_company], company_id)
        for each in PERSONAL.values()
        if each.of_company and each.by_company
    }


def export_contact(connection: Connection, vault: Vault, contact: PortalContact) -> dict[str, Any]:
    """Return what is remembered of one contact, ready for JSON: own data, own calls, own tickets with what belongs to
    them, own acts on the portal; nothing of colleagues, and no note that staff keep among themselves.
    """
    me, company_id = contact.contact_id, contact.company_id
    calls = connection.execute(select(CALL.c.sid).where(CALL.c.contact_id == me).order_by(CALL.c.started_at)).scalars()
    sids = tuple(calls)
    own = DataSubject(company_id, (me,), "", sids, (), frozenset(sids))
    tickets = select(TICKET.c.number).where(TICKET.c.contact_id == me)
    found: dict[str, Any] = {
        "company": contact.company_name,
        "contact": _rows(connection, PERSONAL[CONTACT], CONTACT.c.id, me),
        "portal": [each for each in profiles(connection, vault, company_id) if each["name"] == contact.contact_name],
        "calls": [_call(connection, sid, own) for sid in sids],
    }
    for each in PERSONAL.values():
        c = each.table.c
        if not each.of_company:
            continue
        mine: ColumnElement[bool]
        if "ticket" in c:
            mine = c.ticket.in_(tickets)
        elif "contact_id" in c:
            mine = c.contact_id == me
        elif each.table is AUDIT:
            mine = and_(c.company_id == company_id, c.who == f"{contact.contact_name} (company {company_id})")
        else:
            continue
        rows = select(each.table).where(mine).order_by(*each.table.primary_key)
        if "visible" in c:
            rows = rows.where(c.visible.is_(True))
        found[each.of_company] = [each.shown(row) for row in connection.execute(rows)]
    return found


def profiles(connection: Connection, vault: Vault, company_id: int) -> list[dict[str, Any]]:
    """Return what the portal knows of each contact of a company who has a profile, with address and number as they are:
    these are kept encrypted, and an export of the ciphers would tell a customer nothing.
    """
    rows = {
        row.contact_id: row for row in connection.execute(select(PROFILE).where(PROFILE.c.company_id == company_id))
    }
    return [
        {"name": each.contact_name, "email": each.email_of(vault), "mobile": each.mobile_of(vault)}
        | PERSONAL[PROFILE].shown(rows[each.contact_id])
        for each in contacts_of(connection, company_id)
        if each.contact_id in rows
    ]


def holding(database: Database, vault: Vault, document: TaxDocument) -> Holding | None:
    """Return how much there is; None where no customer has this document."""
    with database.reading() as connection:
        subject = find_subject(connection, vault, document)
        if subject is None:
            return None

        def count(table: Table, column: Any, values: Sequence[Any]) -> int:
            return sum(
                connection.execute(select(func.count()).select_from(table).where(column.in_(part))).scalar_one()
                for part in in_parts(values)
            )

        return Holding(
            contacts=len(subject.contact_ids),
            invoices=count(INVOICE, INVOICE.c.company_id, [subject.company_id]),
            calls=len(subject.all_calls),
            messages=count(MESSAGE, MESSAGE.c.call_sid, subject.all_calls),
            recordings=count(RECORDING, RECORDING.c.call_sid, subject.all_calls),
            callbacks=count(CALLBACK, CALLBACK.c.call_sid, subject.all_calls),
            consents=count(CONSENT, CONSENT.c.call_sid, subject.all_calls),
            attempts=connection.execute(subject.attempts()).scalar_one(),
        )


def _call(connection: Connection, sid: str, subject: DataSubject) -> dict[str, Any]:
    call = connection.execute(select(CALL).where(CALL.c.sid == sid)).one()
    # A caller who keyed the document, and no right password, may be a stranger, whose number is their own, also where
    # it was called back.
    own = sid in subject.identified
    shown = PERSONAL[CALL].shown(call, with_caller=own)
    shown["protocol"] = connection.execute(select(PROTOCOL.c.number).where(PROTOCOL.c.call_sid == sid)).scalar()
    for each in PERSONAL.values():
        if each.exported:
            shown[each.exported] = _rows(connection, each, each.table.c.call_sid, sid, with_caller=own)
    for row, consent in zip(shown["consents"], consents_of(connection, sid), strict=True):
        row["worth"] = consent.standing(ended=call.ended_at is not None)
    return shown


def _rows(
    connection: Connection, personal: Personal, column: ColumnElement[Any], value: object, *, with_caller: bool = True
) -> list[dict[str, Any]]:
    found = select(personal.table).where(column == value).order_by(*personal.table.primary_key)
    return [personal.shown(row, with_caller=with_caller) for row in connection.execute(found)]
