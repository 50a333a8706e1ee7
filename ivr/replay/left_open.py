"""``left_open`` looks what a call that has ended left behind in the database of its line: nothing may be open."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from data.attempts import ATTEMPT
from data.calls import TERMINAL, find_call
from data.database import Database
from data.turns import turns_of


def left_open(database: Database, sid: str) -> Iterator[str]:
    """Yield each thing that the ended call ``sid`` left open, or that its rows do not agree on."""
    with database.autocommit() as connection:
        call = find_call(connection, sid)
        turns = turns_of(connection, sid)
        unknown = select(ATTEMPT.c.turn).where(ATTEMPT.c.call_sid == sid, ATTEMPT.c.matched.is_(None))
        pending = list(connection.execute(unknown).scalars())
    if call is None:
        if turns:
            yield "the call is not in the database, and turns of it are"
        return
    if call.ended_at is None or call.status not in TERMINAL:
        yield f"the call is over, and open in the database, with the status {call.status}"
    if [turn.number for turn in turns] != list(range(call.turn)):
        yield f"the call stands at turn {call.turn} in the database, which has {len(turns)} turns of it"
    for turn in pending:
        yield f"whether the password of turn {turn} was right was never written"
