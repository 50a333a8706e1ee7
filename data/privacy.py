"""A customer is given everything that is remembered of them, or has it erased (LGPD art. 18 II and VI). 18 II and VI).

The customer is found by the company's document. Erased are the company, its contacts, invoices and tried passwords, and
whatever leads from a call to them. What stays are calls without a customer, with their protocol numbers, and
the wording and moment of what was agreed to: the record of service and the proof of consent, which the law asks for
(LGPD art. 16 I; Decreto 11.034/2022 art. 12 § 5).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Row,
    Select,
    Table,
    Update,
    and_,
    bindparam,
    delete,
    func,
    or_,
    select,
    update,
)

from data.all_tables import PERSONAL
from data.attempts import ATTEMPT
from data.callbacks import CALLBACK
from data.calls import CALL
from data.company import COMPANY, TaxDocument
from data.consents import CONSENT, consents_of
from data.contact import CONTACT
from data.database import Database
from data.invoice import INVOICE
from data.messages import MESSAGE
from data.personal import Personal
from data.protocols import PROTOCOL
from data.recordings import RECORDING
from data.retention import DeleteRecording, forget_recording, forget_talk
from data.vault import Vault

BATCH = 200
"""Calls of one transaction: a few milliseconds in which no call can write."""


class CustomerOnLineError(Exception):
    """A call of the customer is going on; it would lose its caller in the middle.

    ``begun``: it came when some of the customer was erased already; what is left is found by asking again.
    """

    def __init__(self, why: str, *, begun: bool) -> None:
        super().__init__(why)
        self.begun = begun


class RecordingsKeptError(Exception):
    """Messages or talks of the customer are recorded at the carrier, and nothing can delete them there."""


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


@dataclass(frozen=True, slots=True)
class _Customer:
    """The ids of a company and of its contacts, the digests of its document, and the calls that lead to it."""

    company_id: int
    contact_ids: tuple[int, ...]
    keyed: str
    calls: tuple[str, ...]
    tries: tuple[str, ...]
    """Calls that were made to call one of its callers back."""

    @property
    def all_calls(self) -> tuple[str, ...]:
        return (*self.calls, *self.tries)


_COMPANY = select(COMPANY).where(COMPANY.c.sealed == bindparam("sealed"))
_SIDS: BindParameter[Any] = bindparam("sids", expanding=True)


def export(database: Database, vault: Vault, document: TaxDocument) -> dict[str, Any] | None:
    """Everything that is remembered of the customer, ready for JSON; None where no company has this document."""
    with database.reading() as connection:
        customer = _customer(connection, vault, document)
        if customer is None:
            return None
        (company,) = connection.execute(_COMPANY, {"sealed": vault.document_digest(document.number)}).all()
        return {
            "company": PERSONAL[COMPANY].shown(company),
            "contacts": _rows(connection, PERSONAL[CONTACT], CONTACT.c.company_id, customer.company_id),
            "invoices": _rows(connection, PERSONAL[INVOICE], INVOICE.c.company_id, customer.company_id),
            "calls": [_call(connection, sid) for sid in customer.calls],
            "calls made to call back": [_call(connection, sid) for sid in customer.tries],
            "passwords tried": connection.execute(_attempts(customer)).scalar_one(),
        }


def holding(database: Database, vault: Vault, document: TaxDocument) -> Holding | None:
    """Return how much there is; None where no customer has this document."""
    with database.reading() as connection:
        customer = _customer(connection, vault, document)
        if customer is None:
            return None

        def count(table: Table, column: Any, values: Sequence[Any]) -> int:
            return sum(
                connection.execute(select(func.count()).select_from(table).where(column.in_(part))).scalar_one()
                for part in _parts(values)
            )

        return Holding(
            contacts=len(customer.contact_ids),
            invoices=count(INVOICE, INVOICE.c.company_id, [customer.company_id]),
            calls=len(customer.all_calls),
            messages=count(MESSAGE, MESSAGE.c.call_sid, customer.all_calls),
            recordings=count(RECORDING, RECORDING.c.call_sid, customer.all_calls),
            callbacks=count(CALLBACK, CALLBACK.c.call_sid, customer.all_calls),
            consents=count(CONSENT, CONSENT.c.call_sid, customer.all_calls),
            attempts=connection.execute(_attempts(customer)).scalar_one(),
        )


def erase(
    database: Database,
    vault: Vault,
    document: TaxDocument,
    now: datetime,
    delete_recording: DeleteRecording | None = None,
) -> bool:
    """Erase the customer, at ``now`` (aware); False where no company has this document.

    Recordings go first, each at the carrier and then here; then the calls, a batch at a time; the company at
    the very end, so that an erasure that was cut short is found, and finished, by asking for it again. Raises
    CustomerOnLineError, and RecordingsKeptError without ``delete_recording``, before anything is changed, or where the
    customer called meanwhile; and RecordingNotDeletedError.
    """
    begun = False
    while True:
        with database.reading() as connection:
            customer = _customer(connection, vault, document)
            if customer is None:
                return begun
            _require_nobody_on_line(connection, customer, begun=begun)
            recorded = _recorded(connection, customer)
            talks = _talks(connection, customer)
        if (recorded or talks) and delete_recording is None:
            told = f"{len(recorded) + len(talks)} recordings are at the telephone company, and must be deleted there"
            raise RecordingsKeptError(told)
        begun = True
        for row in recorded:
            assert delete_recording is not None  # noqa: S101 - raised above
            forget_recording(database, row.call_sid, row.turn, row.recording_sid, row.url, delete_recording)
        for sid in talks:
            assert delete_recording is not None  # noqa: S101 - raised above
            forget_talk(database, sid, delete_recording)
        for part in _parts(customer.all_calls):
            with database.transaction() as connection:
                for statement in _FORGET_CALLS:
                    connection.execute(statement, {"sids": part, "now": now})
        with database.transaction() as connection:
            # A call that began meanwhile, and found the customer, must not be left without one.
            again = _customer(connection, vault, document)
            if again is None:
                return True
            _require_nobody_on_line(connection, again, begun=True)
            if _recorded(connection, again) or _talks(connection, again):
                continue
            for part in _parts(again.all_calls):
                for statement in _FORGET_CALLS:
                    connection.execute(statement, {"sids": part, "now": now})
            _erase_company(connection, again)
            return True


def _recorded(connection: Connection, customer: _Customer) -> list[Row[Any]]:
    return [row for part in _parts(customer.all_calls) for row in connection.execute(_RECORDED, {"sids": part})]


def _talks(connection: Connection, customer: _Customer) -> list[str]:
    """The recordings of talks with the customer, by their sids."""
    talks = select(RECORDING.c.sid).where(RECORDING.c.call_sid.in_(_SIDS)).order_by(RECORDING.c.at)
    return [sid for part in _parts(customer.all_calls) for sid in connection.execute(talks, {"sids": part}).scalars()]


def _erase_company(connection: Connection, customer: _Customer) -> None:
    twin = select(COMPANY.c.id).where(COMPANY.c.keyed == customer.keyed, COMPANY.c.id != customer.company_id)
    has_twin = connection.execute(twin).first() is not None
    connection.execute(update(CONSENT).where(CONSENT.c.contact_id.in_(customer.contact_ids)).values(contact_id=None))
    for each in reversed(tuple(PERSONAL.values())):
        # A twin of the same keys shares the tries, and must not get fresh ones.
        if each.by_keys and not (has_twin and each.table is ATTEMPT):
            connection.execute(delete(each.table).where(each.table.c[each.by_keys] == customer.keyed))
        if each.by_company:
            connection.execute(delete(each.table).where(each.table.c[each.by_company] == customer.company_id))


_RECORDED = select(MESSAGE).where(MESSAGE.c.call_sid.in_(_SIDS), MESSAGE.c.url != "").order_by(MESSAGE.c.at)


def _forget_calls() -> Iterator[Update]:
    """The statements that take the customer out of calls. What leads to recordings goes when they are deleted."""
    for each in PERSONAL.values():
        erasing = None if each.outside else each.erasing()
        if erasing is not None:
            yield erasing.where(each.table.c.get("call_sid", CALL.c.sid).in_(_SIDS))


_FORGET_CALLS = tuple(_forget_calls())
"""Tries of these calls at other customers' accounts go on counting there, without the caller."""


def _require_nobody_on_line(connection: Connection, customer: _Customer, *, begun: bool) -> None:
    for part in _parts(customer.all_calls):
        live = select(func.count()).select_from(CALL).where(CALL.c.sid.in_(part), CALL.c.ended_at.is_(None))
        if connection.execute(live).scalar_one():
            raise CustomerOnLineError("a call of this customer is going on", begun=begun)


def _customer(connection: Connection, vault: Vault, document: TaxDocument) -> _Customer | None:
    company = connection.execute(_COMPANY, {"sealed": vault.document_digest(document.number)}).first()
    if company is None:
        return None
    contacts = tuple(connection.execute(select(CONTACT.c.id).where(CONTACT.c.company_id == company.id)).scalars())
    # Where a call stands holds the digest of a document that was keyed, also where no password followed. Of a document
    # with letters the keypad digest may be another's as well, who would be erased with it.
    digests = {company.sealed} if company.lettered else {company.sealed, company.keyed}
    led = select(CALL.c.sid).where(
        or_(
            CALL.c.company_id == company.id,
            CALL.c.contact_id.in_(contacts),
            and_(CALL.c.company_id.is_(None), or_(*(CALL.c.position.contains(digest) for digest in sorted(digests)))),
        )
    )
    agreed = select(CONSENT.c.call_sid).where(CONSENT.c.contact_id.in_(contacts))
    calls = {*connection.execute(led).scalars(), *connection.execute(agreed).scalars()}
    tries: set[str] = set()
    for part in _parts(sorted(calls)):
        tried = (
            select(CALLBACK.c.try_sid)
            .join_from(CALLBACK, CALL, CALLBACK.c.try_sid == CALL.c.sid)
            .where(CALLBACK.c.call_sid.in_(part))
        )
        tries |= set(connection.execute(tried).scalars())
    in_order = tuple(
        row
        for part in _parts(sorted(calls))
        for row in connection.execute(
            select(CALL.c.sid).where(CALL.c.sid.in_(part)).order_by(CALL.c.started_at)
        ).scalars()
    )
    return _Customer(company.id, contacts, company.keyed, in_order, tuple(sorted(tries - calls)))


def _attempts(customer: _Customer) -> Select[Any]:
    return select(func.count()).select_from(ATTEMPT).where(ATTEMPT.c.account == customer.keyed)


def _call(connection: Connection, sid: str) -> dict[str, Any]:
    call = connection.execute(select(CALL).where(CALL.c.sid == sid)).one()
    shown = PERSONAL[CALL].shown(call)
    if not call.company_id:
        # A caller who keyed the document, and no right password, may be a stranger, whose number is their own.
        del shown["from_number"]
    shown["protocol"] = connection.execute(select(PROTOCOL.c.number).where(PROTOCOL.c.call_sid == sid)).scalar()
    for each in PERSONAL.values():
        if each.exported:
            shown[each.exported] = _rows(connection, each, each.table.c.call_sid, sid)
    for row, consent in zip(shown["consents"], consents_of(connection, sid), strict=True):
        row["worth"] = consent.standing(ended=call.ended_at is not None)
    return shown


def _rows(
    connection: Connection, personal: Personal, column: ColumnElement[Any], value: object
) -> list[dict[str, Any]]:
    found = select(personal.table).where(column == value).order_by(*personal.table.primary_key)
    return [personal.shown(row) for row in connection.execute(found)]


def _parts(values: Sequence[Any]) -> list[Sequence[Any]]:
    return [values[place : place + BATCH] for place in range(0, len(values), BATCH)]
