"""A lease elects one process among all that share the database: its holder renews it, and it is over where that dies.

The election saves work and no more. What must not be done twice is claimed by itself, row by row (see ``due_work`` and
``outbox``), so that two processes that both take themselves for the holder, since their clocks differ or one of
them was stopped for a while, do each thing once all the same.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Column, Connection, bindparam, or_, select, update
from sqlmodel import Field

from data.personal import Personal, columns
from data.statement import Statement
from data.tables import Stored, Utc, insert_unless_there, table_of

WORKER = "worker"
"""The lease of the process that does what acts by itself."""

LEASE = timedelta(seconds=3.5)
"""How long a lease lasts from its last renewal: with a look a second, another process has it within 5 s of a death."""

NO_HOLDER = ""


class LeaseTable(Stored, table=True):
    """One row a lease."""

    __tablename__ = "lease"

    name: str = Field(primary_key=True, max_length=40)
    holder: str = Field(max_length=120)
    """The machine, the process's number and a mark of its own."""
    until: datetime = Field(sa_column=Column(Utc, nullable=False))


LEASE_TABLE = table_of(LeaseTable)

PERSONAL = Personal(LEASE_TABLE, columns("name", "holder", "until"))

_MAKE: Final = Statement(insert_unless_there(LEASE_TABLE))
_IS_OVER = or_(
    LEASE_TABLE.c.until <= bindparam("now"),
    # Written by a clock that was put back since, or goes wrong: it must not keep everybody waiting.
    LEASE_TABLE.c.until > bindparam("latest"),
)
_TAKE: Final = Statement(
    update(LEASE_TABLE)
    .where(LEASE_TABLE.c.name == bindparam("lease"), or_(LEASE_TABLE.c.holder == bindparam("me"), _IS_OVER))
    .values(holder=bindparam("me"), until=bindparam("end"))
)
_RELEASE: Final = Statement(
    update(LEASE_TABLE)
    .where(LEASE_TABLE.c.name == bindparam("lease"), LEASE_TABLE.c.holder == bindparam("me"))
    .values(holder=NO_HOLDER, until=bindparam("now"))
)
_HOLDER = select(LEASE_TABLE.c.holder, LEASE_TABLE.c.until).where(LEASE_TABLE.c.name == bindparam("lease"))


def make_lease(connection: Connection, name: str, now: datetime) -> None:
    """Make the lease ``name``, which has no holder; nothing happens where it is there."""
    _MAKE.write(connection, {"name": name, "holder": NO_HOLDER, "until": now})


def take_lease(connection: Connection, name: str, me: str, now: datetime) -> datetime | None:
    """Take or renew the lease ``name`` for ``me`` at ``now`` (aware): its end, or None where another process has it."""
    end = now + LEASE
    taken = _TAKE.write(connection, {"lease": name, "me": me, "now": now, "latest": end + LEASE, "end": end})
    return end if taken == 1 else None


def release_lease(connection: Connection, name: str, me: str, now: datetime) -> None:
    """Give the lease up, so that the next process need not wait for its end."""
    _RELEASE.write(connection, {"lease": name, "me": me, "now": now})


def holder_of(connection: Connection, name: str, now: datetime) -> str | None:
    """Return who holds the lease ``name`` at ``now`` (aware); None where no process does."""
    row = connection.execute(_HOLDER, {"lease": name}).first()
    return row.holder if row and row.holder != NO_HOLDER and row.until > now else None
