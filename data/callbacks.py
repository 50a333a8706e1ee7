"""Callers who left a queue to be called back: their place in it, every try, and how it ended.

A callback stands where its caller stood: ``since`` is when the caller came into the queue. After MAX_TRIES that reached
nobody it is over, with a note for whoever looks it up.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Column, Connection, bindparam, select, update
from sqlmodel import Field

from data.tables import Stored, Utc, insert_unless_there, table_of

MAX_TRIES = 2

PAUSE = timedelta(minutes=10)
"""Between a try that reached nobody and the next one."""


class Callback(Stored, table=True):
    """One row a call whose caller asked for it. ``try_sid`` is the call that is being made to reach the caller."""

    __tablename__ = "callback"

    call_sid: str = Field(primary_key=True, foreign_key="call.sid", max_length=34)
    line: str
    destination: str
    number: str
    since: datetime = Field(sa_column=Column(Utc, nullable=False, index=True))
    tries: int = 0
    try_sid: str | None = Field(default=None, max_length=34, index=True)
    not_before: datetime | None = Field(default=None, sa_column=Column(Utc))
    ended_at: datetime | None = Field(default=None, sa_column=Column(Utc))
    note: str | None = None
    tried_at: datetime | None = Field(default=None, sa_column=Column(Utc))
    """When the last try began."""


@dataclass(frozen=True, slots=True)
class CallbackRecord:
    """A callback; the fields of ``Callback``."""

    call_sid: str
    line: str
    destination: str
    number: str
    since: datetime
    tries: int = 0
    try_sid: str | None = None
    not_before: datetime | None = None
    ended_at: datetime | None = None
    note: str | None = None
    tried_at: datetime | None = None


CALLBACK = table_of(Callback)

_FIELDS = tuple(CALLBACK.c[name] for name in CallbackRecord.__dataclass_fields__)
_ASK = insert_unless_there(CALLBACK)
_WAITING = select(*_FIELDS).where(CALLBACK.c.ended_at.is_(None)).order_by(CALLBACK.c.since, CALLBACK.c.call_sid)
_RECENT = select(*_FIELDS).order_by(CALLBACK.c.since.desc(), CALLBACK.c.call_sid).limit(bindparam("most"))
_TRIED = select(*_FIELDS).where(CALLBACK.c.try_sid == bindparam("sid"), CALLBACK.c.ended_at.is_(None))
_TRY = (
    update(CALLBACK)
    .where(CALLBACK.c.call_sid == bindparam("asked_by"))
    .values(tries=CALLBACK.c.tries + 1, try_sid=bindparam("sid"), tried_at=bindparam("at"))
)
_END = (
    update(CALLBACK)
    .where(CALLBACK.c.call_sid == bindparam("asked_by"))
    .values({name: bindparam(name) for name in ("ended_at", "note", "try_sid", "not_before")})
)


def ask_callback(connection: Connection, callback: CallbackRecord) -> None:
    """Remember that a caller wants to be called, in the transaction of the turn; a call asks for one at most."""
    row = {name: getattr(callback, name) for name in CallbackRecord.__dataclass_fields__}
    connection.execute(_ASK[connection.dialect.name], row)


def waiting_callbacks(connection: Connection) -> list[CallbackRecord]:
    """Those that are not over, in the order of their places."""
    return [CallbackRecord(*row) for row in connection.execute(_WAITING)]


def recent_callbacks(connection: Connection, limit: int) -> list[CallbackRecord]:
    """The ``limit`` that were asked for last, the newest first, those that are over included."""
    return [CallbackRecord(*row) for row in connection.execute(_RECENT, {"most": limit})]


def begin_try(connection: Connection, asked_by: str, sid: str, at: datetime) -> None:
    """The call ``sid`` is being made, from ``at`` on, to reach the caller of the call ``asked_by``."""
    connection.execute(_TRY, {"asked_by": asked_by, "sid": sid, "at": at})


def end_try(connection: Connection, sid: str, status: str, at: datetime) -> None:
    """The call ``sid`` ended in ``status`` (Twilio's). Nothing happens where it was no try, or was told before.

    ``completed`` has reached the caller; after any other status the callback waits for its next try, if it has one.
    """
    row = connection.execute(_TRIED, {"sid": sid}).first()
    if row is None:
        return
    callback = CallbackRecord(*row)
    reached = status == "completed"
    over = reached or callback.tries >= MAX_TRIES
    note = (
        "reached"
        if reached
        else f"not reached in {callback.tries} tries: {status}"
        if over
        else f"not reached: {status}"
    )
    connection.execute(
        _END,
        {
            "asked_by": callback.call_sid,
            "ended_at": at if over else None,
            "note": note,
            "try_sid": sid if over else None,
            "not_before": None if over else at + PAUSE,
        },
    )
