"""A remote access is what an analyst asks for on a ticket, and what the customer answers: view only, with one tool,
for a time.

The row is the evidence (seeds 000 and 002): who asked, for what, with which tool, who allowed or refused it, when and
how.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import Column, Connection, Text, bindparam, insert, select, update
from sqlmodel import Field

from data.personal import About, ColumnRule, Personal, columns
from data.protocols import DIGITS
from data.statement import Statement
from data.tables import table_of_records, values_of
from value_class import value_class


@value_class
class RemoteAccessRecord:
    """``approved`` says whether the ``tool`` is one of those that are; of another one ``preparation_minutes`` are
    billed.

    ``answer`` is ``allowed``, ``refused`` or ``expired``, None while the customer has not answered. ``channel`` is
    how it was given, ``protocol`` the protocol number of the call in which it was.
    """

    id: str
    ticket: str
    company_id: int
    tool: str
    approved: bool
    purpose: str
    preparation_minutes: int
    asked_at: datetime
    asked_by: int | None
    expires_at: datetime
    answer: str | None = None
    answered_at: datetime | None = None
    answered_by: int | None = None
    channel: str | None = None
    ended_at: datetime | None = None
    protocol: str | None = None


REMOTE_ACCESS = table_of_records(
    RemoteAccessRecord,
    "remote_access",
    id=Field(primary_key=True, max_length=34),
    ticket=Field(foreign_key="ticket.number", max_length=DIGITS, index=True),
    company_id=Field(foreign_key="company.id", index=True),
    purpose=Field(sa_column=Column(Text, nullable=False)),
    answered_by=Field(foreign_key="contact.id", nullable=True),
    answer=Field(max_length=10, nullable=True),
    channel=Field(max_length=12, nullable=True),
    protocol=Field(max_length=DIGITS, nullable=True),
)

PERSONAL = Personal(
    REMOTE_ACCESS,
    columns("id", "company_id", "answered_by", about=About.CUSTOMER, exported=None)
    | columns("purpose", about=About.CUSTOMER)
    | columns("ticket", "tool", "approved", "preparation_minutes", "asked_at", "expires_at", "answer", "answered_at")
    | columns("channel", "ended_at", "protocol")
    | {"asked_by": ColumnRule(About.STAFF, exported=None)},
    by_company="company_id",
    rows_period="tickets",
    of_company="remote accesses",
)

_ADD: Final = Statement(insert(REMOTE_ACCESS))
_OF_TICKET: Final = Statement(
    select(REMOTE_ACCESS)
    .where(REMOTE_ACCESS.c.ticket == bindparam("of"))
    .order_by(REMOTE_ACCESS.c.asked_at, REMOTE_ACCESS.c.id)
)
_ANSWER: Final = (
    update(REMOTE_ACCESS)
    .where(REMOTE_ACCESS.c.id == bindparam("of"), REMOTE_ACCESS.c.answer.is_(None), REMOTE_ACCESS.c.ended_at.is_(None))
    .values(
        answer=bindparam("given"),
        answered_at=bindparam("at"),
        answered_by=bindparam("by"),
        channel=bindparam("over"),
        protocol=bindparam("told"),
        expires_at=bindparam("until"),
    )
)
_END: Final = (
    update(REMOTE_ACCESS)
    .where(REMOTE_ACCESS.c.id == bindparam("of"), REMOTE_ACCESS.c.ended_at.is_(None))
    .values(ended_at=bindparam("at"))
)
_END_OF_TICKET: Final = (
    update(REMOTE_ACCESS)
    .where(
        REMOTE_ACCESS.c.ticket == bindparam("of"),
        REMOTE_ACCESS.c.ended_at.is_(None),
        REMOTE_ACCESS.c.expires_at > bindparam("at"),
    )
    .values(ended_at=bindparam("at"))
)


def add_access(connection: Connection, access: RemoteAccessRecord) -> None:
    """Write what an analyst asks for."""
    _ADD.write(connection, values_of(access))


def accesses_of(connection: Connection, ticket: str) -> list[RemoteAccessRecord]:
    """Return the remote accesses of a ticket, oldest first."""
    return [RemoteAccessRecord(*row) for row in _OF_TICKET.all(connection, {"of": ticket})]


def answer_once(connection: Connection, answered: RemoteAccessRecord) -> bool:
    """Write answer, its moment, who gave it and how (by telephone: in which call), and until when it lasts; False
    where it was answered or ended before.
    """
    values = {
        "of": answered.id,
        "given": answered.answer,
        "at": answered.answered_at,
        "by": answered.answered_by,
        "over": answered.channel,
        "told": answered.protocol,
        "until": answered.expires_at,
    }
    return connection.execute(_ANSWER, values).rowcount == 1


def end_once(connection: Connection, access: str, at: datetime) -> bool:
    """Write that a remote access ended ``at`` that moment (aware); False where it had before."""
    return connection.execute(_END, {"of": access, "at": at}).rowcount == 1


def end_all_of(connection: Connection, ticket: str, at: datetime) -> None:
    """Write that every remote access of a ticket that was not over ended ``at`` that moment (aware)."""
    connection.execute(_END_OF_TICKET, {"of": ticket, "at": at})
