"""Callers who left a queue to be called back: their place in it, every try, and how it ended.

A callback stands where its caller stood: ``since`` is when the caller came into the queue. After MAX_TRIES that did
not reach the caller it is over, with a note that `ivr callbacks` shows. A number has one open callback at a time.

A try is claimed by one process, and the same transaction puts the call into the outbox, under a reservation that
stands for the call until the carrier has given it a name.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, Index, bindparam, case, func, or_, select, text, update
from sqlmodel import Field

from data.budgets import DAY
from data.outbox import OutboxRecord, prove_sent, put
from data.personal import About, ColumnRule, Personal, columns
from data.statement import Statement
from data.tables import insert_unless_there, moment, table_of_records, values_of
from data.trials import is_trial
from value_class import value_class

MAX_TRIES = 2

PAUSE = timedelta(minutes=10)
"""Between a try that did not reach the caller and the next one."""

LONGEST_PROMISE = timedelta(days=14)
"""However long a line lets its callers wait: then the callback is over, whether a try was made or not."""

EXPIRED = "expired"

ERASED = "erased on request"

NOT_REACHED = "not reached"
"""How the note of a callback begins whose tries failed."""

OUTGOING_CALL = "call"

TRIAL_CALL = "trial-call"
"""The call of a caller who asked for it in a trial: only a server whose pages have a telephone makes it."""
"""The kind of the outbox's rows that are calls to be made."""

_CLAIMS_LOCK = 40030017
"""The advisory lock under which tries are counted and claimed on PostgreSQL."""

_PROMISES_LOCK = 40030020
"""The advisory lock under which promises are counted and made on PostgreSQL."""

_OPEN = text("ended_at IS NULL")


@value_class
class CallbackRecord:
    """A callback is what the caller of ``call_sid`` asked for. ``try_sid`` is the call that is being made to reach the
    caller, or the reservation under which it is in the outbox; ``tried_at`` is when the last try began.
    """

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

    def has_expired(self, expires: timedelta, now: datetime) -> bool:
        """Return whether the promise is over at ``now`` (aware); the statements below ask this, too."""
        return self.since <= now - expires


@value_class
class CallbackLimits:
    """The limits of callbacks say how many are promised in any 24 hours, to one number and to all of a line, and how
    long each holds.
    """

    per_number: int
    per_day: int
    expires: timedelta


CALLBACK = table_of_records(
    CallbackRecord,
    "callback",
    Index("ix_callback_number_since", "number", "since"),
    Index("uq_callback_open_number", "number", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
    call_sid=Field(primary_key=True, foreign_key="call.sid", max_length=34),
    since=moment(index=True),
    try_sid=Field(max_length=34, index=True),
)

PERSONAL = Personal(
    CALLBACK,
    columns("call_sid", exported=None)
    | columns("line", "destination", "since", "tries", "try_sid", "not_before", "tried_at")
    | {
        "number": ColumnRule(About.CALLER, becomes="", period="callbacks"),
        # A callback without a number is over.
        "ended_at": ColumnRule(
            becomes=func.coalesce(CALLBACK.c.ended_at, CALLBACK.c.since),
            erased=func.coalesce(CALLBACK.c.ended_at, bindparam("now")),
            period="callbacks",
        ),
        "note": ColumnRule(
            becomes=func.coalesce(CALLBACK.c.note, "given up"),
            erased=case((CALLBACK.c.ended_at.is_(None), ERASED), else_=CALLBACK.c.note),
            period="callbacks",
        ),
    },
    exported="callbacks",
)

_STANDS = CALLBACK.c.ended_at.is_(None)
_FREE = CALLBACK.c.try_sid.is_(None)
_OF_NUMBER = CALLBACK.c.number == bindparam("number")
_OF_LINE = CALLBACK.c.line == bindparam("line")
_HERE = _OF_LINE & (CALLBACK.c.destination == bindparam("destination"))
_PROMISED_TODAY = CALLBACK.c.since > bindparam("day_ago")
_TRIED_TODAY = CALLBACK.c.tried_at > bindparam("day_ago")
_EXPIRED = CALLBACK.c.since <= bindparam("oldest")

_ASK = insert_unless_there(CALLBACK)
_PROMISED = select(
    select(func.count()).where(_OF_NUMBER, _STANDS, ~_EXPIRED, _HERE).scalar_subquery(),
    select(func.count()).where(_OF_NUMBER, _STANDS, ~_EXPIRED, ~_HERE).scalar_subquery(),
    select(func.count()).where(_OF_NUMBER, _PROMISED_TODAY).scalar_subquery(),
    select(func.count()).where(_OF_LINE, _PROMISED_TODAY).scalar_subquery(),
)
_CALLED = select(
    select(func.coalesce(func.sum(CALLBACK.c.tries), 0)).where(_OF_NUMBER, _TRIED_TODAY).scalar_subquery(),
    select(func.coalesce(func.sum(CALLBACK.c.tries), 0)).where(_OF_LINE, _TRIED_TODAY).scalar_subquery(),
)
_WAITING: Final = Statement(select(CALLBACK).where(_STANDS).order_by(CALLBACK.c.since, CALLBACK.c.call_sid))
_OF_CALL = select(CALLBACK).where(CALLBACK.c.call_sid == bindparam("asked_by"))
_RECENT = select(CALLBACK).order_by(CALLBACK.c.since.desc(), CALLBACK.c.call_sid).limit(bindparam("most"))
_TRIED = select(CALLBACK).where(CALLBACK.c.try_sid == bindparam("sid"), _STANDS)
_LOCK = text("SELECT pg_advisory_xact_lock(:key)")
_TRY = (
    update(CALLBACK)
    .where(CALLBACK.c.call_sid == bindparam("asked_by"), _STANDS, _FREE)
    .values(tries=CALLBACK.c.tries + 1, try_sid=bindparam("sid"), tried_at=bindparam("at"))
)
_NAME = update(CALLBACK).where(CALLBACK.c.try_sid == bindparam("claim"), _STANDS).values(try_sid=bindparam("sid"))
_WITHDRAW = (
    update(CALLBACK)
    .where(CALLBACK.c.try_sid == bindparam("claim"), _STANDS)
    .values(try_sid=None, tries=CALLBACK.c.tries - 1)
)
_REOPEN = (
    update(CALLBACK)
    .where(
        CALLBACK.c.call_sid == bindparam("asked_by"),
        CALLBACK.c.number != "",
        or_(CALLBACK.c.try_sid.is_(None), CALLBACK.c.try_sid == bindparam("sid")),
        or_(_STANDS, CALLBACK.c.note.startswith(NOT_REACHED)),
    )
    .values(ended_at=None, note=None, not_before=None, try_sid=bindparam("sid"), tried_at=bindparam("at"))
)
_END = (
    update(CALLBACK)
    .where(CALLBACK.c.call_sid == bindparam("asked_by"))
    .values({name: bindparam(name) for name in ("ended_at", "note", "try_sid", "not_before")})
)
_GIVE_UP = (
    update(CALLBACK)
    .where(CALLBACK.c.call_sid == bindparam("asked_by"), _STANDS, _FREE)
    .values(ended_at=bindparam("now"), note=bindparam("why"))
)
_END_EXPIRED = update(CALLBACK).where(_STANDS, _FREE, _EXPIRED).values(ended_at=bindparam("now"), note=EXPIRED)
_END_EXPIRED_OF_NUMBER = _END_EXPIRED.where(CALLBACK.c.number == bindparam("of"))


def lock_promises(connection: Connection) -> None:
    """Keep the number of promises as it is until the transaction, which writes, ends. SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(_LOCK, {"key": _PROMISES_LOCK})


def may_ask(connection: Connection, wish: CallbackRecord, bounds: CallbackLimits, now: datetime) -> bool:
    """Return whether the callback may be promised at ``now`` (aware). One that stands may be asked for again."""
    values = {"number": wish.number, "line": wish.line, "destination": wish.destination}
    moments = {"oldest": now - bounds.expires, "day_ago": now - DAY}
    here, elsewhere, of_number, of_line = connection.execute(_PROMISED, values | moments).one()
    if here or elsewhere:
        return bool(here)
    return bool(of_number < bounds.per_number and of_line < bounds.per_day)


def ask_callback(connection: Connection, callback: CallbackRecord, oldest: datetime | None = None) -> None:
    """Remember that a caller wants to be called, in the transaction of the turn. A call asks for one at most, and so
    does a number while one is open; one of before ``oldest`` is not open any more.
    """
    if oldest is not None:
        connection.execute(_END_EXPIRED_OF_NUMBER, {"of": callback.number, "oldest": oldest, "now": callback.since})
    connection.execute(_ASK[connection.dialect.name], values_of(callback))


def waiting_callbacks(connection: Connection) -> list[CallbackRecord]:
    """Those that are not over, in the order of their places."""
    return [CallbackRecord(*row) for row in _WAITING.all(connection, {})]


def recent_callbacks(connection: Connection, limit: int) -> list[CallbackRecord]:
    """The ``limit`` that were asked for last, the newest first, those that are over included."""
    return [CallbackRecord(*row) for row in connection.execute(_RECENT, {"most": limit})]


def give_up(connection: Connection, callback: CallbackRecord, why: str, now: datetime) -> None:
    """It is over at ``now`` without another try."""
    connection.execute(_GIVE_UP, {"asked_by": callback.call_sid, "why": why, "now": now})


def end_expired(connection: Connection, oldest: datetime, now: datetime) -> int:
    """Those of before ``oldest`` are over; how many there were."""
    return connection.execute(_END_EXPIRED, {"oldest": oldest, "now": now}).rowcount


def reserve_try(connection: Connection, callback: CallbackRecord, bounds: CallbackLimits, now: datetime) -> str | None:
    """Begin the next try at ``now`` (aware), in a transaction that writes, and put its call into the outbox: the
    reservation, or None where another process has it, or as many calls as may be were made today.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(_LOCK, {"key": _CLAIMS_LOCK})
    values = {"number": callback.number, "line": callback.line, "day_ago": now - DAY}
    of_number, of_line = connection.execute(_CALLED, values).one()
    if of_number >= bounds.per_number * MAX_TRIES or of_line >= bounds.per_day * MAX_TRIES:
        return None
    reservation = _reservation(callback.call_sid, now)
    if not begin_try(connection, callback.call_sid, reservation, now):
        return None
    content = json.dumps({"line": callback.line, "destination": callback.destination})
    kind = TRIAL_CALL if is_trial(connection, callback.call_sid) else OUTGOING_CALL
    put(connection, OutboxRecord(reservation, kind, callback.number, content, callback.call_sid, now, now))
    return reservation


def begin_try(connection: Connection, asked_by: str, sid: str, at: datetime) -> bool:
    """The call ``sid`` is being made, from ``at`` on, to reach the caller of the call ``asked_by``. False, and nothing
    happens, where one is being made already, or the callback is over.
    """
    return connection.execute(_TRY, {"asked_by": asked_by, "sid": sid, "at": at}).rowcount == 1


def name_try(connection: Connection, reservation: str, sid: str, at: datetime) -> bool:
    """The carrier has made the call of ``reservation`` as ``sid``. False where that was known, or the reservation is
    none of ours.
    """
    if not prove_sent(connection, reservation, sid, at):
        return False
    connection.execute(_NAME, {"claim": reservation, "sid": sid})
    return True


def tried_callback(connection: Connection, sid: str) -> CallbackRecord | None:
    """Return the open callback for which the call or reservation ``sid`` is being made; None where there is none."""
    row = connection.execute(_TRIED, {"sid": sid}).first()
    return CallbackRecord(*row) if row else None


def callback_of_call(connection: Connection, call_sid: str) -> CallbackRecord | None:
    """Return the callback that was promised in a call, whether it is over or not."""
    row = connection.execute(_OF_CALL, {"asked_by": call_sid}).first()
    return CallbackRecord(*row) if row else None


def withdraw_try(connection: Connection, reservation: str) -> None:
    """The call of ``reservation`` is not made: the callback waits for its turn again, as if it had not been tried."""
    connection.execute(_WITHDRAW, {"claim": reservation})


def reopen_try(connection: Connection, asked_by: str, reservation: str, at: datetime) -> bool:
    """Have the call of ``reservation``, which was given up, made after all, for the callback of the call ``asked_by``.
    False where the callback was reached, expired or erased, or is being called otherwise. Raises IntegrityError where
    the number has another callback by now.
    """
    return connection.execute(_REOPEN, {"asked_by": asked_by, "sid": reservation, "at": at}).rowcount == 1


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
        else f"{NOT_REACHED} in {callback.tries} tries: {status}"
        if over
        else f"{NOT_REACHED}: {status}"
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


def _reservation(call_sid: str, now: datetime) -> str:
    """A name of our own for one try, in the shape of the carrier's names; its turn may come again after it was
    withdrawn.
    """
    return "TR" + hashlib.sha256(f"{call_sid}/{now.isoformat()}".encode()).hexdigest()[:32]
