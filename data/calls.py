"""A call and its statuses, as they are remembered; ``turns`` has what moves it on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Index,
    Table,
    Text,
    bindparam,
    case,
    func,
    select,
    text,
    update,
)
from sqlmodel import Field

from data.personal import About, ColumnRule, Personal, columns
from data.statement import Statement
from data.tables import Stored, Utc, insert_unless_there, moment, table_of, table_of_records, values_of
from value_class import value_class

STATUSES = {"queued": 0, "initiated": 1, "ringing": 2, "in-progress": 3}
"""How far a call is that has not ended (Twilio's Call resource, ``status``)."""

TERMINAL = frozenset({"completed", "busy", "no-answer", "failed", "canceled"})

_ENDED = 4


class StatusEventTable(Stored, table=True):
    """One row a status callback. It may arrive before the call does, so it refers to no row of ``call``."""

    __tablename__ = "status_event"

    call_sid: str = Field(primary_key=True, max_length=34)
    sequence: int = Field(primary_key=True)
    status: str = Field(primary_key=True, max_length=16)
    duration: int | None = None
    at: datetime = Field(sa_column=Column(Utc, nullable=False, index=True))


@value_class
class NewCall:
    """A call that comes in. ``position`` is JSON; ``turn`` is the number of the first turn."""

    sid: str
    line: str
    menu_version: str
    from_number: str
    to_number: str
    started_at: datetime
    position: str
    turn: int = 0
    status: str = "in-progress"


@value_class
class CallRecord:
    """A call as it is stored. ``duration`` is in seconds, as the carrier counts them; ``turn`` is the number
    of the turn that is expected next, and ``position`` where the call stands, as JSON.
    """

    sid: str
    line: str
    menu_version: str
    from_number: str
    to_number: str
    started_at: datetime
    ended_at: datetime | None
    duration: int | None
    status: str
    turn: int
    position: str
    destination: str | None
    reason: str | None
    contact_id: int | None
    company_id: int | None
    updated_at: datetime


CALL = table_of_records(
    CallRecord,
    "call",
    # Counted for the metrics from the index alone; a call changes these two or three times, and no turn does.
    Index("ix_call_line_status_destination", "line", "status", "destination"),
    sid=Field(primary_key=True, max_length=34),
    started_at=moment(index=True),
    ended_at=moment(nullable=True, index=True),
    position=Field(sa_column=Column(Text, nullable=False)),
    contact_id=Field(foreign_key="contact.id"),
    company_id=Field(foreign_key="company.id"),
)
STATUS_EVENT = table_of(StatusEventTable)


def unnamed_reason(table: Table) -> ColumnElement[Any]:
    """The reason of a turn or a call without the name of staff, which a release before this one may write there."""
    reason = table.c.reason
    unnamed = reason.like("% by telephone")
    named = [(reason.like(f"% {word} by %"), f"{word} by telephone") for word in ("closed", "opened")]
    return case((unnamed, reason), *named, else_=reason)


_NUMBER = ColumnRule(About.CALLER, period="numbers", becomes="")
_CUSTOMER = ColumnRule(About.CUSTOMER, exported=None, period="customers", becomes=None)

PERSONAL = Personal(
    CALL,
    columns(
        "sid",
        "line",
        "menu_version",
        "started_at",
        "ended_at",
        "duration",
        "status",
        "turn",
        "destination",
        "updated_at",
    )
    | {
        "from_number": _NUMBER,
        "to_number": _NUMBER,
        "position": ColumnRule(About.CUSTOMER, exported=None, period="answers", becomes=""),
        "reason": ColumnRule(About.STAFF, period="answers", becomes=unnamed_reason(CALL)),
        "contact_id": _CUSTOMER,
        "company_id": _CUSTOMER,
    },
)

PERSONAL_OF_STATUS = Personal(
    STATUS_EVENT, columns("call_sid", "sequence", "status", "duration", "at"), rows_period="statuses"
)


_OPEN = Statement(insert_unless_there(CALL), [*NewCall.__dataclass_fields__, "updated_at"])
_FIND_CALL = Statement(select(CALL).where(CALL.c.sid == bindparam("sid")))
_LOCK_CALL = text("SELECT pg_advisory_xact_lock(hashtextextended(:sid, 0))")
_RECENT_CALLS = select(CALL).order_by(CALL.c.started_at.desc(), CALL.c.sid).limit(bindparam("most"))
_OPEN_CALLS = select(CALL).where(
    CALL.c.line == bindparam("line"), CALL.c.destination == bindparam("destination"), CALL.c.ended_at.is_(None)
)
_MENUS_OF_OPEN_CALLS = select(CALL.c.line, CALL.c.menu_version).where(CALL.c.ended_at.is_(None)).distinct()
_COUNT_CALLS = (
    select(CALL.c.line, CALL.c.status, CALL.c.destination, func.count())
    .group_by(CALL.c.line, CALL.c.status, CALL.c.destination)
    .order_by(CALL.c.line, CALL.c.status, CALL.c.destination)
)
_RAISE_STATUS = Statement(
    update(CALL)
    .where(
        CALL.c.sid == bindparam("call_sid"), case(STATUSES, value=CALL.c.status, else_=_ENDED) < bindparam("progress")
    )
    .values({name: bindparam(name) for name in ("status", "duration", "ended_at", "updated_at")})
)

_SAVE_STATUS = Statement(insert_unless_there(STATUS_EVENT))
_STATUSES = Statement(
    select(STATUS_EVENT.c.status, STATUS_EVENT.c.sequence, STATUS_EVENT.c.duration, STATUS_EVENT.c.at).where(
        STATUS_EVENT.c.call_sid == bindparam("call_sid")
    )
)


def open_call(connection: Connection, call: NewCall) -> None:
    """Remember a call that comes in; one that is known already stays as it is.

    A status that came before the call did is taken over.
    """
    _lock_call(connection, call.sid)
    row = values_of(call) | {"updated_at": call.started_at}
    _OPEN.write(connection, row)
    _raise_status(connection, call.sid)


def find_call(connection: Connection, sid: str) -> CallRecord | None:
    """The call, or None."""
    row = _FIND_CALL.first(connection, {"sid": sid})
    return CallRecord(*row) if row else None


def recent_calls(connection: Connection, limit: int) -> list[CallRecord]:
    """The ``limit`` calls that came in last, the newest first."""
    return [CallRecord(*row) for row in connection.execute(_RECENT_CALLS, {"most": limit})]


def open_calls(connection: Connection, line: str, destination: str) -> list[CallRecord]:
    """The calls of ``line`` at ``destination`` of which no end was told."""
    rows = connection.execute(_OPEN_CALLS, {"line": line, "destination": destination})
    return [CallRecord(*row) for row in rows]


def menus_of_open_calls(connection: Connection) -> list[tuple[str, str]]:
    """Return on which versions of which lines calls stand that have not ended."""
    return [(line, version) for line, version in connection.execute(_MENUS_OF_OPEN_CALLS)]


def count_calls(connection: Connection) -> list[tuple[str, str, str | None, int]]:
    """Return how many calls there are of each line, status and destination."""
    return [
        (line, status, destination, number) for line, status, destination, number in connection.execute(_COUNT_CALLS)
    ]


def record_status(
    connection: Connection, sid: str, status: str, sequence: int, duration: int | None, at: datetime
) -> None:
    """Remember a status callback. Its call's status only moves up, and one that ended never changes.

    Callbacks may come in any order, more than once, and before the call: the row is the same in the end.
    ``duration`` is in seconds. Raises ValueError for a status that Twilio's documents do not name.
    """
    if status not in STATUSES and status not in TERMINAL:
        raise ValueError(f"unknown call status; known are {', '.join([*STATUSES, *sorted(TERMINAL)])}")
    _lock_call(connection, sid)
    row = {"call_sid": sid, "sequence": sequence, "status": status, "duration": duration, "at": at}
    _SAVE_STATUS.write(connection, row)
    _raise_status(connection, sid)


def _lock_call(connection: Connection, sid: str) -> None:
    """Take the lock under which a call is opened and a status of it told, until the transaction ends.

    On PostgreSQL a call and its status that come at one moment see nothing of each other, and the status would be
    lost. SQLite has one writer at a time anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(_LOCK_CALL, {"sid": sid})


def _raise_status(connection: Connection, sid: str) -> None:
    """Take the call to the furthest of all statuses that were told of it; of two ends, the first one told."""
    told = _STATUSES.all(connection, {"call_sid": sid})
    if not told:
        return
    status, _, duration, at = max(told, key=lambda row: (STATUSES.get(row[0], _ENDED), -row[1]))
    _RAISE_STATUS.write(
        connection,
        {
            "call_sid": sid,
            "progress": STATUSES.get(status, _ENDED),
            "status": status,
            "duration": duration,
            "ended_at": at if status in TERMINAL else None,
            "updated_at": at,
        },
    )
