"""Reads the turns of calls for reports: which states each passed, where it was decided to go, and whether it is over.

Nothing that says who called is read. Trials, and calls that heard a draft, are left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, exists, or_, select

from data.calls import CALL
from data.trials import TRIAL
from data.turns import TURN

LONGEST_CALL = timedelta(hours=24)
"""The carrier ends a call that lasts for longer."""

_AT_ONCE = 1000
"""Rows that are fetched from the database at a time."""


class PastTurn(NamedTuple):
    """A turn as reports see it: ``event`` is the kind of what came, ``outcome`` the first edge that was taken."""

    number: int
    at: datetime
    state: str
    event: str
    outcome: str
    states: tuple[str, ...]
    destination: str | None
    reason: str | None


class PastCall(NamedTuple):
    """A call with its turns in their order; ``ended_at`` is None while it goes on."""

    sid: str
    started_at: datetime
    ended_at: datetime | None
    turns: tuple[PastTurn, ...]


def past_calls(connection: Connection, line: str, since: datetime, until: datetime) -> Iterator[PastCall]:
    """Yield each call of ``line`` that began before ``until`` and was not over before ``since`` (both aware), in the
    order of its name: also one that began before, and went on into the time asked for.
    """
    asked = (
        select(
            CALL.c.sid,
            CALL.c.started_at,
            CALL.c.ended_at,
            TURN.c.number,
            TURN.c.at,
            TURN.c.state,
            TURN.c.event,
            TURN.c.outcome,
            TURN.c.states,
            TURN.c.destination,
            TURN.c.reason,
        )
        .join_from(CALL, TURN, CALL.c.sid == TURN.c.call_sid)
        .where(
            CALL.c.line == line,
            CALL.c.started_at >= since - LONGEST_CALL,
            or_(CALL.c.started_at >= since, CALL.c.ended_at.is_(None), CALL.c.ended_at >= since),
            CALL.c.started_at < until,
            ~exists().where(TRIAL.c.call_sid == CALL.c.sid),
        )
        .order_by(CALL.c.sid, TURN.c.number)
    )
    present: tuple[str, datetime, datetime | None] | None = None
    turns: list[PastTurn] = []
    for row in connection.execution_options(yield_per=_AT_ONCE).execute(asked):
        sid, started_at, ended_at, number, at, state, event, outcome, states, destination, reason = row
        if present is None or present[0] != sid:
            if present is not None:
                yield PastCall(*present, tuple(turns))
            present, turns = (sid, started_at, ended_at), []
        turns.append(PastTurn(number, at, state, event, outcome, tuple(json.loads(states)), destination, reason))
    if present is not None:
        yield PastCall(*present, tuple(turns))
