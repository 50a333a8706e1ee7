"""What must be true of the stored calls, whatever happened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import text

from data.calls import find_call
from data.database import Database
from data.turns import turns_of
from tests.faults.company import Delivery


def wrongs(database: Database, *, gaps: bool = False) -> Iterator[str]:
    """Each way in which a call and its turns disagree: there is no half turn.

    ``gaps``: turns may be missing, which were taken while the database was away.
    """
    with database.reading() as connection:
        if database.dialect == "sqlite":
            found = connection.execute(text("PRAGMA integrity_check")).scalars().all()
            if found != ["ok"]:
                yield f"integrity_check: {found}"
        sids = connection.execute(text("SELECT sid FROM call")).scalars().all()
        orphans = connection.execute(text("SELECT call_sid FROM turn WHERE call_sid NOT IN (SELECT sid FROM call)"))
        yield from (f"{sid}: turns without a call" for sid in orphans.scalars())
        for sid in sids:
            call = find_call(connection, sid)
            assert call is not None
            numbers = [turn.number for turn in turns_of(connection, sid)]
            whole = numbers[-1:] == [call.turn - 1] if gaps else numbers == list(range(call.turn))
            if not whole:
                yield f"{sid}: the call expects turn {call.turn}, its turns are {numbers}"


def lost(database: Database, deliveries: Iterable[Delivery]) -> Iterator[str]:
    """Each turn that was answered and is not stored with exactly this answer."""
    with database.reading() as connection:
        kept: dict[str, dict[int, bytes]] = {}
        for delivery in deliveries:
            if not delivery.durable or delivery.number is None:
                continue
            if delivery.sid not in kept:
                turns = turns_of(connection, delivery.sid)
                kept[delivery.sid] = {turn.number: turn.answer.encode() for turn in turns}
            stored = kept[delivery.sid].get(delivery.number)
            if stored is None:
                yield f"{delivery.sid}: turn {delivery.number} was answered and is not stored"
            elif stored != delivery.response.body:
                yield f"{delivery.sid}: turn {delivery.number} was answered with something else than is stored"


def still_open(database: Database) -> list[str]:
    """The calls of which no end is known."""
    with database.reading() as connection:
        return list(connection.execute(text("SELECT sid FROM call WHERE ended_at IS NULL")).scalars())
