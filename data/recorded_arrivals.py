"""Recorded arrivals are the calls that entered the queue of a destination, and how long each kept an agent.

Trials are left out. An entry that a transfer made, or a return from an agent, is left out as well: its call is counted
where it came in first, and a plan is made of calls that come.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, exists, select

from data.statement import Statement
from data.talks import TALK
from data.trials import TRIAL
from data.waiting import WAITING
from value_class import value_class


@value_class
class RecordedArrival:
    """A call that entered; ``talk`` and ``wrap`` are seconds, None where no agent talked with the caller to an end."""

    entered: datetime
    contract: str | None
    talk: float | None
    wrap: float | None


_ARRIVALS: Final = Statement(
    select(WAITING.c.entered_at, WAITING.c.contract, TALK.c.started_at, TALK.c.ended_at, TALK.c.wrapped_at)
    .join_from(WAITING, TALK, TALK.c.id == WAITING.c.id, isouter=True)
    .where(
        WAITING.c.line == bindparam("line"),
        WAITING.c.destination == bindparam("destination"),
        WAITING.c.entered_at >= bindparam("since"),
        WAITING.c.entered_at < bindparam("until"),
        WAITING.c.kind != "consult",
        WAITING.c.transferred_from.is_(None),
        ~exists().where(TRIAL.c.call_sid == WAITING.c.call_sid),
    )
    .order_by(WAITING.c.entered_at, WAITING.c.id)
)


def recorded_arrivals(
    connection: Connection, line: str, destination: str, since: datetime, until: datetime
) -> list[RecordedArrival]:
    """Return the calls that entered the queue of the destination from ``since`` until before ``until``, in order."""
    rows = _ARRIVALS.all(connection, {"line": line, "destination": destination, "since": since, "until": until})
    return [
        RecordedArrival(entered, contract, *_worked(started, ended, wrapped))
        for entered, contract, started, ended, wrapped in rows
    ]


def _worked(
    started: datetime | None, ended: datetime | None, wrapped: datetime | None
) -> tuple[float | None, float | None]:
    if started is None or ended is None:
        return None, None
    return (ended - started).total_seconds(), (wrapped - ended).total_seconds() if wrapped else 0.0
