"""The data subject is the customer who asks for data (LGPD art. 18): a company, and every call that leads to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BindParameter, Connection, Select, and_, bindparam, func, or_, select

from data.attempts import ATTEMPT
from data.callbacks import CALLBACK
from data.calls import CALL
from data.company import COMPANY, TaxDocument
from data.consents import CONSENT
from data.contact import CONTACT
from data.vault import Vault
from value_class import value_class

BATCH = 200
"""Calls of one transaction: a few milliseconds in which no call can write."""

SIDS: BindParameter[Any] = bindparam("sids", expanding=True)
"""The calls of one batch."""

COMPANY_OF_DOCUMENT = select(COMPANY).where(COMPANY.c.sealed == bindparam("sealed"))


@value_class
class DataSubject:
    """The ids of a company and of its contacts, the digest of its document, and the calls that lead to it.

    ``tries`` are calls that were made to call one of its callers back. ``identified`` are those of both whose caller
    gave a password of the company; any other caller may be a stranger who keyed the document.
    """

    company_id: int
    contact_ids: tuple[int, ...]
    keyed: str
    calls: tuple[str, ...]
    tries: tuple[str, ...]
    identified: frozenset[str]

    @property
    def all_calls(self) -> tuple[str, ...]:
        """Return the calls of both sorts."""
        return (*self.calls, *self.tries)

    def attempts(self) -> Select[Any]:
        """Return the statement that counts the passwords that were tried at the company's account."""
        return select(func.count()).select_from(ATTEMPT).where(ATTEMPT.c.account == self.keyed)


def find_subject(connection: Connection, vault: Vault, document: TaxDocument) -> DataSubject | None:
    """Return the customer by the document of its company, with its calls in their order; None where there is none."""
    company = connection.execute(COMPANY_OF_DOCUMENT, {"sealed": vault.document_digest(document.number)}).first()
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
    found = sorted({*connection.execute(led).scalars(), *connection.execute(agreed).scalars()})
    calls: list[str] = []
    tries: set[str] = set()
    identified: set[str] = set()
    for part in in_parts(found):
        in_order = select(CALL.c.sid, CALL.c.company_id).where(CALL.c.sid.in_(part)).order_by(CALL.c.started_at)
        for call in connection.execute(in_order):
            calls.append(call.sid)
            if call.company_id:
                identified.add(call.sid)
        called_back = (
            select(CALLBACK.c.call_sid, CALLBACK.c.try_sid)
            .join_from(CALLBACK, CALL, CALLBACK.c.try_sid == CALL.c.sid)
            .where(CALLBACK.c.call_sid.in_(part))
        )
        for row in connection.execute(called_back):
            tries.add(row.try_sid)
            if row.call_sid in identified:
                identified.add(row.try_sid)
    return DataSubject(
        company.id, contacts, company.keyed, tuple(calls), tuple(sorted(tries.difference(calls))), frozenset(identified)
    )


def in_parts(values: Sequence[Any]) -> list[Sequence[Any]]:
    """Cut ``values`` into parts of BATCH at most."""
    return [values[place : place + BATCH] for place in range(0, len(values), BATCH)]
