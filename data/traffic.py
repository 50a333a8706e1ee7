"""The traffic of a destination is how many calls its telephones have had: its limits are measured by that."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Column, Connection, and_, bindparam, case, distinct, func, insert, select, text
from sqlmodel import Field

from data.calls import CALL
from data.personal import Personal, columns
from data.statement import Statement
from data.tables import Stored, Utc, table_of
from value_class import value_class

HOUR = timedelta(hours=1)

LONGEST_CALL = timedelta(hours=4)
"""Twilio ends a call after four hours; one whose end was never told must not fill a destination for ever."""


class DialledTable(Stored, table=True):
    """One row a turn that rang a destination's telephones."""

    __tablename__ = "dialled"

    call_sid: str = Field(primary_key=True, foreign_key="call.sid", max_length=34)
    turn: int = Field(primary_key=True)
    line: str
    destination: str
    at: datetime = Field(sa_column=Column(Utc, nullable=False, index=True))


@value_class
class Traffic:
    """Calls of one desk: those on its telephones now, and those of the last hour and of this day that rang them."""

    concurrent: int
    hour: int
    day: int


DIALLED = table_of(DialledTable)

PERSONAL = Personal(DIALLED, columns("call_sid", "turn", "line", "destination", "at"))

_NOTE = Statement(insert(DIALLED))
_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:line || '/' || :destination, 1))")

# A call is on the telephones from the turn that rang them until its next turn, or its end.
_ON = and_(CALL.c.ended_at.is_(None), CALL.c.turn == DIALLED.c.turn + 1, DIALLED.c.at > bindparam("longest"))
_TRAFFIC = Statement(
    select(
        DIALLED.c.destination,
        func.count(distinct(case((_ON, DIALLED.c.call_sid)))),
        func.count(distinct(case((DIALLED.c.at > bindparam("hour"), DIALLED.c.call_sid)))),
        func.count(distinct(case((DIALLED.c.at >= bindparam("day"), DIALLED.c.call_sid)))),
    )
    .join_from(DIALLED, CALL, DIALLED.c.call_sid == CALL.c.sid)
    .where(
        DIALLED.c.at >= bindparam("earliest"),
        DIALLED.c.line == bindparam("line"),
        DIALLED.c.call_sid != bindparam("but"),
    )
    .group_by(DIALLED.c.destination)
)


def note_dialled(connection: Connection, sid: str, turn: int, line: str, destination: str, at: datetime) -> None:
    """Remember that the turn rang the telephones of ``destination``, in the transaction of that turn."""
    row = {"call_sid": sid, "turn": turn, "line": line, "destination": destination, "at": at}
    _NOTE.write(connection, row)


def lock_traffic(connection: Connection, line: str, destination: str) -> None:
    """Keep the traffic of ``destination`` as it is until the transaction, which writes, ends: what other transactions
    noted is seen from here on, and none notes a call beside this one. SQLite has one writer at a time anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(_LOCK, {"line": line, "destination": destination})


def traffic(connection: Connection, line: str, now: datetime, midnight: datetime, but: str) -> dict[str, Traffic]:
    """Return what each destination of ``line`` has on at ``now``; ``midnight`` is when the local day began (both
    aware).

    The call ``but`` is not counted: it does not stand in its own way. Destinations with nothing on are left out.
    """
    moments = {"longest": now - LONGEST_CALL, "hour": now - HOUR, "day": midnight}
    values = {**moments, "earliest": min(moments.values()), "line": line, "but": but}
    return {destination: Traffic(*counts) for destination, *counts in _TRAFFIC.all(connection, values)}
