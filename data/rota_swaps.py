"""Rota swaps that staff made: who stands in for whom on call between two moments, and who said so.

A row is never deleted: it is the record of who was rung. The rota itself is of a line's files.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, case, insert, select, update
from sqlmodel import Field

from data.personal import About, ColumnRule, Personal, columns
from data.statement import Statement
from data.tables import table_of_records, values_of
from value_class import value_class


@value_class
class NewRotaSwap:
    """``stand_in`` is rung in the place of ``person`` from ``since`` until just before ``until``: a name of the rota's
    people, or a telephone (E.164). ``made_by`` is a person.
    """

    line: str
    rota: str
    person: str
    stand_in: str
    since: datetime
    until: datetime
    made_by: str


@value_class
class RotaSwapRecord(NewRotaSwap):
    """A swap as it is stored. It is over at ``until``, or when staff end it before."""

    ended_at: datetime | None
    ended_by: str | None
    id: int


ROTA_SWAP = table_of_records(
    RotaSwapRecord,
    "rota_swap",
    id=Field(primary_key=True),
    line=Field(index=True),
)

PERSONAL = Personal(
    ROTA_SWAP,
    columns("id", "line", "rota", "since", "until", "ended_at")
    | {
        "person": ColumnRule(About.STAFF, becomes="", period="swaps"),
        "stand_in": ColumnRule(About.STAFF, becomes="", period="swaps"),
        "made_by": ColumnRule(About.STAFF, becomes="", period="swaps"),
        "ended_by": ColumnRule(About.STAFF, becomes=case((ROTA_SWAP.c.ended_by.is_not(None), "")), period="swaps"),
    },
)

_MAKE = insert(ROTA_SWAP)
_FIND = select(ROTA_SWAP).where(ROTA_SWAP.c.id == bindparam("swap"))
_LASTING = Statement(
    select(ROTA_SWAP)
    .where(ROTA_SWAP.c.until > bindparam("at"), ROTA_SWAP.c.ended_at.is_(None))
    .order_by(ROTA_SWAP.c.since, ROTA_SWAP.c.id)
)
_END = (
    update(ROTA_SWAP)
    .where(
        ROTA_SWAP.c.id == bindparam("swap"),
        ROTA_SWAP.c.ended_at.is_(None),
        ROTA_SWAP.c.until > bindparam("now"),
    )
    .values(ended_at=bindparam("now"), ended_by=bindparam("who"))
)


def make_swap(connection: Connection, new: NewRotaSwap) -> int:
    """Write a swap, and return its id. Each process hears of it when it looks the next time."""
    made = connection.execute(_MAKE, values_of(new)).inserted_primary_key
    assert made is not None  # noqa: S101 - one row was inserted
    return int(made[0])


def find_swap(connection: Connection, swap_id: int) -> RotaSwapRecord | None:
    """Return the swap of that id, over or not."""
    row = connection.execute(_FIND, {"swap": swap_id}).first()
    return RotaSwapRecord(*row) if row else None


def lasting_swaps(connection: Connection, at: datetime) -> list[RotaSwapRecord]:
    """Return the swaps of all lines that are not over at ``at`` (aware): the one that begins first, first."""
    return [RotaSwapRecord(*row) for row in _LASTING.all(connection, {"at": at})]


def end_swap(connection: Connection, swap_id: int, now: datetime, who: str) -> bool:
    """End the swap before its time; False where it is over already, or where there is none."""
    return connection.execute(_END, {"swap": swap_id, "now": now, "who": who}).rowcount == 1
