"""Calls that are trials: made by a person at a page of this server, or by one who hears a draft, and not by a customer.

The simulated carrier of such a call writes its row before the call begins, so that no turn has to say so; of a call
that hears a draft, its first turn does. Reports leave trials out by it.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Column, Connection, bindparam, exists, func, select
from sqlmodel import Field

from data.calls import CALL, CallRecord, count_calls
from data.personal import Personal, columns
from data.statement import Statement
from data.tables import Stored, Utc, insert_unless_there, table_of


class TrialTable(Stored, table=True):
    """One row a call. It is there before the call is, so it refers to no row of ``call``."""

    __tablename__ = "trial"

    call_sid: str = Field(primary_key=True, max_length=34)
    at: datetime = Field(sa_column=Column(Utc, nullable=False))


TRIAL = table_of(TrialTable)

PERSONAL = Personal(TRIAL, columns("call_sid", "at"))

_EVER = datetime(1970, 1, 1, tzinfo=UTC)

_MARK = Statement(insert_unless_there(TRIAL))
_FIND = Statement(select(TRIAL.c.at).where(TRIAL.c.call_sid == bindparam("call_sid")))
_RECENT = (
    select(CALL)
    .where(~exists().where(TRIAL.c.call_sid == CALL.c.sid))
    .order_by(CALL.c.started_at.desc(), CALL.c.sid)
    .limit(bindparam("most"))
)
_ENDED = _RECENT.where(
    CALL.c.line == bindparam("line"), CALL.c.ended_at.is_not(None), CALL.c.started_at >= bindparam("since")
)
_COUNT = (
    select(CALL.c.line, CALL.c.status, CALL.c.destination, func.count())
    .join_from(TRIAL, CALL, TRIAL.c.call_sid == CALL.c.sid)
    .group_by(CALL.c.line, CALL.c.status, CALL.c.destination)
)


def mark_trial(connection: Connection, sid: str, at: datetime) -> None:
    """Remember that the call ``sid``, which is about to begin, is a trial; also where that is known already."""
    _MARK.write(connection, {"call_sid": sid, "at": at})


def is_trial(connection: Connection, sid: str) -> bool:
    """Return whether the call is a trial."""
    return _FIND.first(connection, {"call_sid": sid}) is not None


def recent_customer_calls(connection: Connection, limit: int) -> list[CallRecord]:
    """The ``limit`` calls that came in last and are no trials, the newest first."""
    return [CallRecord(*row) for row in connection.execute(_RECENT, {"most": limit})]


def ended_customer_calls(
    connection: Connection, line: str, limit: int, since: datetime | None = None
) -> list[CallRecord]:
    """The ``limit`` calls of ``line`` that came in last (after ``since``, aware, where it is given), have ended and are
    no trials, the newest first.
    """
    asked = {"line": line, "most": limit, "since": since or _EVER}
    return [CallRecord(*row) for row in connection.execute(_ENDED, asked)]


def count_customer_calls(connection: Connection) -> list[tuple[str, str, str | None, int]]:
    """Return how many calls there are of each line, status and destination, trials left out."""
    trials = {(line, status, destination): number for line, status, destination, number in connection.execute(_COUNT)}
    counted = [
        (line, status, destination, number - trials.get((line, status, destination), 0))
        for line, status, destination, number in count_calls(connection)
    ]
    return [each for each in counted if each[3] > 0]
