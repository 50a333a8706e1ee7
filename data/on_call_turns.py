"""Reads the turns in which calls were brought to people on call, and what became of it; nothing of who called."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import Connection, bindparam, exists, or_, select

from data.calls import CALL
from data.statement import Statement
from data.trials import TRIAL
from data.turns import TURN

LONGEST: Final = timedelta(minutes=45)
"""A call that began longer before is not looked at: those on call were rung by then."""


class OnCallTurn(NamedTuple):
    """A turn of a call; ``reason`` is why it went where it went, empty where nothing was decided."""

    call_sid: str
    at: datetime
    outcome: str
    destination: str | None
    reason: str


_TURNS: Final = Statement(
    select(TURN.c.call_sid, TURN.c.at, TURN.c.outcome, TURN.c.destination, TURN.c.reason)
    .join_from(CALL, TURN, TURN.c.call_sid == CALL.c.sid)
    .where(
        CALL.c.line == bindparam("line"),
        CALL.c.started_at >= bindparam("since"),
        or_(
            TURN.c.outcome == "served",
            TURN.c.reason.like("%on-call%"),
            TURN.c.reason.like("%gave up%"),
            TURN.c.reason.like("%diverted from%"),
        ),
        ~exists().where(TRIAL.c.call_sid == CALL.c.sid),
    )
    .order_by(TURN.c.call_sid, TURN.c.number)
)


def on_call_turns(connection: Connection, line: str, since: datetime) -> list[OnCallTurn]:
    """Return such turns of the calls of ``line`` that may have been going on after ``since`` (aware), call by call."""
    rows = _TURNS.all(connection, {"line": line, "since": since - LONGEST})
    return [OnCallTurn(sid, at, outcome, destination, why or "") for sid, at, outcome, destination, why in rows]
