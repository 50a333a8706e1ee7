"""An export holds everything that is remembered of a customer (LGPD art. 18 II); a holding counts it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, and_, func, or_, select

from data.all_tables import PERSONAL
from data.audit import AUDIT
from data.callbacks import CALLBACK
from data.calls import CALL
from data.company import COMPANY, TaxDocument
from data.consents import CONSENT, consents_of
from data.contact import CONTACT
from data.contact_profile import PROFILE, PortalContact, address_digest, contacts_of
from data.data_subject import COMPANY_OF_DOCUMENT, DataSubject, find_subject, in_parts
from data.database import Database
from data.invoice import INVOICE
from data.messages import MESSAGE
from data.personal import Personal
from data.portal_attempts import PORTAL_ATTEMPT, code_account
from data.protocols import PROTOCOL
from data.recordings import RECORDING
from data.ticket_attachments import ATTACHMENT
from data.ticket_events import TICKET_EVENT, TicketEventRecord
from data.tickets import TICKET
from data.vault import Vault
from value_class import value_class


@value_class
class Holding:
    """A holding counts what there is of a customer, by kind."""

    contacts: int
    invoices: int
    tickets: int
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


SeenByCustomer = Callable[[TicketEventRecord], TicketEventRecord | None]
"""Returns an event of a ticket as its customer may read it, None where it is hidden from customers."""

_OWN_COLUMNS = ("contact_id", "answered_by")
"""Where a table that belongs to tickets says whose act a row is: own also on a colleague's ticket."""

_OF_THE_STAFF = ("minutes", "details", "calendar")
"""What an event notes for the staff: what is billed of their minutes stands in the charges."""


def export_contact(
    connection: Connection, vault: Vault, contact: PortalContact, seen: SeenByCustomer
) -> dict[str, Any]:
    """Return what is remembered of one contact, ready for JSON: own data, own calls, own tickets with what belongs to
    them, own acts on the portal and on tickets of colleagues; nothing that a colleague wrote, and, by ``seen``, no note
    that staff keep among themselves.
    """
    me, company_id = contact.contact_id, contact.company_id
    calls = connection.execute(select(CALL.c.sid).where(CALL.c.contact_id == me).order_by(CALL.c.started_at)).scalars()
    sids = tuple(calls)
    own = DataSubject(company_id, (me,), "", sids, (), frozenset(sids))
    found: dict[str, Any] = {
        "company": contact.company_name,
        "contact": _rows(connection, PERSONAL[CONTACT], CONTACT.c.id, me),
        "portal": [each for each in profiles(connection, vault, company_id) if each["name"] == contact.contact_name],
        "calls": [_call(connection, sid, own) for sid in sids],
    }
    events = _events_seen(connection, contact, seen)
    found[str(PERSONAL[TICKET_EVENT].of_company)] = list(events.values())
    for each in PERSONAL.values():
        mine = _mine(each, vault, contact)
        if mine is None or each.table is TICKET_EVENT:
            continue
        rows = connection.execute(_exported(each).where(mine).order_by(*each.table.primary_key)).all()
        if each.table is ATTACHMENT:
            # A file goes with its event: that of a note is the staff's, that of a colleague theirs.
            rows = [row for row in rows if "text" in events.get((row.ticket, row.position), {})]
        found[str(each.of_company)] = [each.shown(row) for row in rows]
    return found


def _mine(of: Personal, vault: Vault, contact: PortalContact) -> ColumnElement[bool] | None:
    """Which rows of a table are the contact's own; None where no row of it is a single contact's."""
    c, me = of.table.c, contact.contact_id
    if not of.of_company:
        return None
    if of.table is AUDIT:
        return and_(
            c.company_id == contact.company_id, c.who == f"{contact.contact_name} (company {contact.company_id})"
        )
    if of.table is PORTAL_ATTEMPT:
        account = address_digest(vault, contact.email_of(vault) or "")
        return and_(c.company_id == contact.company_id, c.account.in_((account, code_account(vault, account))))
    mine = [c[name] == me for name in _OWN_COLUMNS if name in c]
    if "ticket" in c:
        mine.append(c.ticket.in_(select(TICKET.c.number).where(TICKET.c.contact_id == me)))
    if of.table is ATTACHMENT:
        # Own files on tickets of colleagues: by their events.
        mine.append(c.ticket.in_(select(TICKET_EVENT.c.ticket).where(_by(contact))))
    return or_(*mine) if mine else None


def _events_seen(
    connection: Connection, contact: PortalContact, seen: SeenByCustomer
) -> dict[tuple[str, int], dict[str, Any]]:
    """The events of own tickets, and own ones of others, by ticket and position. Of an event that a colleague brought
    about stands when and what it was, and not what they wrote.
    """
    personal, me = PERSONAL[TICKET_EVENT], contact.contact_id
    tickets = select(TICKET.c.number).where(TICKET.c.contact_id == me)
    mine = or_(TICKET_EVENT.c.ticket.in_(tickets), _by(contact))
    found: dict[tuple[str, int], dict[str, Any]] = {}
    for row in connection.execute(select(TICKET_EVENT).where(mine).order_by(*TICKET_EVENT.primary_key)):
        record = seen(TicketEventRecord(*row))
        if record is None:
            continue
        shown = personal.shown(row) | {"text": record.text}
        if row.contact_id != me:
            shown = {name: value for name, value in shown.items() if name not in _OF_THE_STAFF}
            if row.contact_id is not None:
                del shown["text"]
        found[row.ticket, row.position] = shown
    return found


def _by(contact: PortalContact) -> ColumnElement[bool]:
    """Events that a contact brought about; those of a company are found by an index."""
    return and_(TICKET_EVENT.c.company_id == contact.company_id, TICKET_EVENT.c.contact_id == contact.contact_id)


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


def addresses_of(connection: Connection, vault: Vault, document: TaxDocument) -> list[str]:
    """Return the e-mail addresses of the contacts of a customer; none where no company has this document."""
    subject = find_subject(connection, vault, document)
    known = profiles(connection, vault, subject.company_id) if subject else []
    return [each["email"] for each in known if each["email"]]


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
            tickets=count(TICKET, TICKET.c.company_id, [subject.company_id]),
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
    found = _exported(personal).where(column == value).order_by(*personal.table.primary_key)
    return [personal.shown(row, with_caller=with_caller) for row in connection.execute(found)]


def _exported(personal: Personal) -> Select[Any]:
    """The columns that an export shows, and no other: the content of files would be megabytes a row."""
    return select(*(personal.table.c[name] for name, rule in personal.columns.items() if rule.exported is not None))
