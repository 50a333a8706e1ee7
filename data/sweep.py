"""Ends calls whose end was never told, and tries that were given up, and drops rows that were left of both.

The carrier tells the end of every call once. Where that was lost, the call would be open for ever: it would
fill its destination, hold its customer's data and never come to its retention period.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Delete, Select, and_, bindparam, case, delete, func, select, update

from data import logins, lookups, mails, one_time_secrets, portal_attempts, portal_sessions, queue_exits, sessions
from data.callbacks import CALLBACK, LONGEST_PROMISE, end_expired, end_try
from data.calls import CALL, STATUS_EVENT, TERMINAL
from data.database import Database
from data.drafts import drop_superseded
from data.due_work import drop_done_work
from data.lookups import LOOKUP
from data.outbox import OUTBOX, UNSETTLED, drop_settled
from data.queue_exits import QUEUE_EXIT
from data.ticket_events import TOLD, TOLD_KEPT
from data.traffic import LONGEST_CALL
from data.turns import TURN
from value_class import value_class

LOOSE_END = timedelta(days=1)
"""How long a status waits for its call."""

OF_TALKS: Final = ("talk leg", "trial talk leg", "talk act", "trial talk act")
"""The kinds of the outbox's rows that are asked for in talks; ``ivr.call.talks.requests`` writes them."""

OF_TALKS_KEPT = timedelta(days=7)
"""How long such a row is kept once it is settled: to look into a talk that went wrong."""

LONGEST_RINGING = timedelta(minutes=15)
"""A try that was not answered is over by then: it rings for half a minute, after a second or so in the telephone
company's own queue."""

BATCH = 200
"""Rows of one transaction: a few milliseconds in which no call can write."""

_LAST_TURN = select(func.max(TURN.c.at)).where(TURN.c.call_sid == CALL.c.sid).scalar_subquery()
_LAST_STATUS = select(func.max(STATUS_EVENT.c.at)).where(STATUS_EVENT.c.call_sid == CALL.c.sid).scalar_subquery()
_QUIET = (
    select(CALL.c.sid, CALL.c.turn, CALL.c.updated_at, _LAST_TURN.label("turned"), _LAST_STATUS.label("told"))
    .where(CALL.c.ended_at.is_(None), CALL.c.updated_at <= bindparam("quiet_since"))
    .order_by(CALL.c.updated_at)
)
_CLOSE = (
    update(CALL)
    .where(
        CALL.c.sid == bindparam("call_sid"),
        CALL.c.turn == bindparam("stood_at"),
        CALL.c.updated_at == bindparam("seen_at"),
        CALL.c.ended_at.is_(None),
    )
    .values(ended_at=bindparam("last"), status=case((CALL.c.status == "in-progress", "completed"), else_="no-answer"))
)
_TRIES = (
    select(
        CALLBACK.c.try_sid,
        # Since when it may ring: a call that was hard to make was made long after it was reserved.
        func.coalesce(OUTBOX.c.at, CALLBACK.c.tried_at, CALLBACK.c.since).label("since"),
        CALL.c.sid,
        CALL.c.status,
        CALL.c.ended_at,
    )
    .join_from(CALLBACK, CALL, CALLBACK.c.try_sid == CALL.c.sid, isouter=True)
    .join(OUTBOX, OUTBOX.c.carrier_sid == CALLBACK.c.try_sid, isouter=True)
    .where(
        CALLBACK.c.try_sid.is_not(None),
        CALLBACK.c.ended_at.is_(None),
        # A call that is still to be made, or may have been, is no try that was given up.
        ~select(OUTBOX.c.id)
        .where(OUTBOX.c.id == CALLBACK.c.try_sid, OUTBOX.c.state.in_(UNSETTLED))
        .correlate(CALLBACK)
        .exists(),
    )
)
_TOLD = select(STATUS_EVENT.c.status).where(
    STATUS_EVENT.c.call_sid == bindparam("try_sid"), STATUS_EVENT.c.status.in_(sorted(TERMINAL))
)
_LOOSE = and_(
    STATUS_EVENT.c.at <= bindparam("due"),
    ~select(CALL.c.sid).where(CALL.c.sid == STATUS_EVENT.c.call_sid).exists(),
)
_LOOSE_STATUSES = select(STATUS_EVENT.c.call_sid).where(_LOOSE).distinct().limit(BATCH)
_LOOSE_EXITS = (
    select(QUEUE_EXIT.c.call_sid)
    .join_from(QUEUE_EXIT, CALL, QUEUE_EXIT.c.call_sid == CALL.c.sid)
    .where(CALL.c.ended_at <= bindparam("due"))
    .distinct()
    .limit(BATCH)
)
_DROP_STATUSES = delete(STATUS_EVENT).where(STATUS_EVENT.c.call_sid.in_(bindparam("sids", expanding=True)), _LOOSE)
_FORGET_LOOKUPS = delete(LOOKUP).where(LOOKUP.c.at <= bindparam("due"))
_DROP_EXITS = delete(QUEUE_EXIT).where(QUEUE_EXIT.c.call_sid.in_(bindparam("sids", expanding=True)))


@value_class
class Swept:
    """The sweep reports how many of each were ended or dropped."""

    calls: int = 0
    callbacks: int = 0
    statuses: int = 0
    queue_exits: int = 0


def sweep(database: Database, now: datetime, longest_call: timedelta = LONGEST_CALL) -> Swept:
    """End what is over at ``now`` (aware). May be done at any time, by several at once, and again.

    A call of which nothing was heard for ``longest_call`` is over: Twilio itself ends calls after four hours, or after
    24 where the account has asked for it ("Introducing Configurable Call Limits for Programmable Voice", Twilio, 2021).
    It ended at its last sign of life, with the status ``completed`` where it had been answered and ``no-answer``
    otherwise, and with no duration: that is the carrier's to tell, and was not told.
    """
    calls = _close_calls(database, now, longest_call)
    callbacks = _free_callbacks(database, now)
    with database.transaction() as connection:
        end_expired(connection, now - LONGEST_PROMISE, now)
        connection.execute(_FORGET_LOOKUPS, {"due": lookups.PERSONAL.due(now)})
        connection.execute(logins.DROP_OLD, {"due": logins.PERSONAL.due(now)})
        connection.execute(sessions.DROP_OVER, {"due": sessions.PERSONAL.due(now)})
        connection.execute(portal_sessions.DROP_OVER, {"due": portal_sessions.PERSONAL.due(now)})
        connection.execute(portal_attempts.DROP_OLD, {"due": portal_attempts.PERSONAL.due(now)})
        connection.execute(one_time_secrets.DROP_OVER, {"due": one_time_secrets.PERSONAL.due(now)})
        drop_done_work(connection, now)
        drop_superseded(connection, now)
        drop_settled(connection, OF_TALKS, now - OF_TALKS_KEPT)
        drop_settled(connection, mails.OF_CONTACTS, now - mails.KEPT)
        drop_settled(connection, (TOLD,), now - TOLD_KEPT)
    statuses = _drop(database, _LOOSE_STATUSES, _DROP_STATUSES, now - LOOSE_END)
    exits = _drop(database, _LOOSE_EXITS, _DROP_EXITS, queue_exits.PERSONAL.due(now))
    return Swept(calls, callbacks, statuses, exits)


def _close_calls(database: Database, now: datetime, longest_call: timedelta) -> int:
    quiet_since = now - longest_call
    with database.reading() as connection:
        rows = connection.execute(_QUIET, {"quiet_since": quiet_since}).all()
    abandoned = []
    for row in rows:
        last = max(each for each in (row.updated_at, row.turned, row.told) if each)
        if last <= quiet_since:
            # Whatever moves the call in between changes one of these, and then it is not closed.
            abandoned.append({"call_sid": row.sid, "stood_at": row.turn, "seen_at": row.updated_at, "last": last})
    closed = 0
    for place in range(0, len(abandoned), BATCH):
        with database.transaction() as connection:
            closed += sum(connection.execute(_CLOSE, each).rowcount for each in abandoned[place : place + BATCH])
    return closed


def _free_callbacks(database: Database, now: datetime) -> int:
    with database.reading() as connection:
        rows = connection.execute(_TRIES).all()
        ended: list[tuple[str, str]] = []
        for row in rows:
            if row.sid:
                # A caller who was reached is, or was, on a call like any other.
                if row.ended_at:
                    ended.append((row.try_sid, row.status))
            elif told := connection.execute(_TOLD, {"try_sid": row.try_sid}).scalar():
                ended.append((row.try_sid, told))
            elif row.since <= now - LONGEST_RINGING:
                ended.append((row.try_sid, "no-answer"))
    for sid, status in ended:
        with database.transaction() as connection:
            end_try(connection, sid, status, now)
    return len(ended)


def _drop(database: Database, find: Select[tuple[str]], drop: Delete, due: datetime) -> int:
    dropped = 0
    while True:
        with database.reading() as connection:
            sids = list(connection.execute(find, {"due": due}).scalars())
        if not sids:
            return dropped
        with database.transaction() as connection:
            dropped += connection.execute(drop, {"sids": sids, "due": due}).rowcount
