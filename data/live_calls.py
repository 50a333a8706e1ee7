"""Reads the calls that go on: how far each has come in the menu, and whether it is a trial."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import Connection, bindparam, select

from data.calls import CALL
from data.statement import Statement
from data.trials import TRIAL

LONGEST: Final = timedelta(hours=4)
"""The carrier ends a call after four hours; one whose end was never told goes on for ever here."""


class OpenCall(NamedTuple):
    """A call that goes on; ``position`` is JSON."""

    sid: str
    position: str
    is_trial: bool


_LIVE = Statement(
    select(CALL.c.sid, CALL.c.position, TRIAL.c.call_sid)
    .select_from(CALL.outerjoin(TRIAL, TRIAL.c.call_sid == CALL.c.sid))
    .where(CALL.c.ended_at.is_(None), CALL.c.line == bindparam("line"), CALL.c.started_at > bindparam("since"))
    .order_by(CALL.c.started_at, CALL.c.sid)
)


def open_calls_now(connection: Connection, line: str, now: datetime) -> list[OpenCall]:
    """Return the calls of ``line`` that go on at ``now`` (aware), the longest first."""
    rows = _LIVE.all(connection, {"line": line, "since": now - LONGEST})
    return [OpenCall(sid, position, trial is not None) for sid, position, trial in rows]
