"""Protocol numbers: what a caller is told, may write down, and is found again by.

A number is ten digits and means nothing: it is drawn by ``Vault.protocols`` and holds no date, destination or customer,
and it does not count calls.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Column, Connection, bindparam, column, insert, select, table
from sqlmodel import Field

from data.calls import CALL, CallRecord
from data.personal import Personal, columns
from data.statement import Statement
from data.tables import Stored, Utc, table_of

DIGITS = 10

_NO_DIGIT = re.compile(r"[^0-9]")


class ProtocolTable(Stored, table=True):
    """One row a call that got a number; nothing is stored for the others."""

    __tablename__ = "protocol"

    number: str = Field(primary_key=True, max_length=DIGITS)
    call_sid: str = Field(foreign_key="call.sid", max_length=34, unique=True)
    at: datetime = Field(sa_column=Column(Utc, nullable=False))


PROTOCOL = table_of(ProtocolTable)

PERSONAL = Personal(PROTOCOL, columns("number", "call_sid", "at"))

_GIVE = Statement(insert(PROTOCOL))
_TICKET = table("ticket", column("number"))
"""Those opened elsewhere than in calls have numbers of the same kind (``data.tickets``, which imports this file)."""
_TAKEN = Statement(
    select(PROTOCOL.c.number)
    .where(PROTOCOL.c.number == bindparam("number"))
    .union_all(select(_TICKET.c.number).where(_TICKET.c.number == bindparam("number")))
)
_OF_CALL = select(PROTOCOL.c.number).where(PROTOCOL.c.call_sid == bindparam("call_sid"))
_CALL_OF = (
    select(CALL)
    .join_from(PROTOCOL, CALL, PROTOCOL.c.call_sid == CALL.c.sid)
    .where(PROTOCOL.c.number == bindparam("number"))
)


def first_free(connection: Connection, numbers: Iterable[str]) -> str:
    """The first of ``numbers`` that no call and no ticket has. Raises ValueError where all are taken."""
    for number in numbers:
        if _TAKEN.first(connection, {"number": number}) is None:
            return number
    raise ValueError("every protocol number that was drawn is taken")


def give_protocol(connection: Connection, sid: str, number: str, at: datetime) -> None:
    """Remember the number of a call, in the transaction of the turn in which the call got it."""
    _GIVE.write(connection, {"number": number, "call_sid": sid, "at": at})


def protocol_of(connection: Connection, sid: str) -> str | None:
    """The number of the call, or None where it has none."""
    return connection.execute(_OF_CALL, {"call_sid": sid}).scalar()


def find_by_protocol(connection: Connection, text: str) -> CallRecord | None:
    """The call of the number, however it is written (``123 456 7890``, ``123-456-7890``), or None."""
    row = connection.execute(_CALL_OF, {"number": _NO_DIGIT.sub("", text)}).first()
    return CallRecord(*row) if row else None
