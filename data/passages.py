"""Tells which states the calls of a line passed, turn by turn, so that reports can draw the traffic of a menu.

It reads what every turn keeps for as long as its call is kept; no keys, no caller and no words are in it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, exists, select

from data.calls import CALL
from data.trials import TRIAL
from data.turns import TURN

_AT_ONCE = 1000
"""Rows that are fetched from the database at a time."""


class PassedTurn(NamedTuple):
    """The states that one turn passed: the one in which it began, its outcome, and those that it entered then."""

    number: int
    state: str
    outcome: str
    states: tuple[str, ...]


def passages(connection: Connection, line: str, since: datetime | None = None) -> Iterator[list[PassedTurn]]:
    """Yield the turns, in order, of each call of ``line`` that began at ``since`` (aware) or later and is no trial."""
    asked = (
        select(TURN.c.call_sid, TURN.c.number, TURN.c.state, TURN.c.outcome, TURN.c.states)
        .join_from(CALL, TURN, CALL.c.sid == TURN.c.call_sid)
        .where(CALL.c.line == line, ~exists().where(TRIAL.c.call_sid == CALL.c.sid))
        .order_by(TURN.c.call_sid, TURN.c.number)
    )
    if since is not None:
        asked = asked.where(CALL.c.started_at >= since)
    present, turns = None, list[PassedTurn]()
    for sid, number, state, outcome, states in connection.execution_options(yield_per=_AT_ONCE).execute(asked):
        if sid != present and present is not None:
            yield turns
            turns = []
        present = sid
        turns.append(PassedTurn(number, state, outcome, tuple(json.loads(states))))
    if present is not None:
        yield turns
