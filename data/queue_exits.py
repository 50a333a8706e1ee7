"""The key by which a caller left a queue.

The carrier tells a wait document which key was pressed, and the turn that follows only that the caller left:
the key is kept here in between.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, bindparam, select
from sqlmodel import Field

from data.personal import About, Personal, columns
from data.tables import Stored, insert_unless_there, table_of


class QueueExitTable(Stored, table=True):
    """One row a queue that was left by a key; ``turn`` is the one that hears of it."""

    __tablename__ = "queue_exit"

    call_sid: str = Field(primary_key=True, foreign_key="call.sid", max_length=34)
    turn: int = Field(primary_key=True)
    pressed: str = Field(max_length=1)


QUEUE_EXIT = table_of(QueueExitTable)

PERSONAL = Personal(
    QUEUE_EXIT, columns("call_sid", "turn") | columns("pressed", about=About.CALLER), rows_kept=timedelta(days=1)
)

_KEEP = insert_unless_there(QUEUE_EXIT)
_PRESSED = select(QUEUE_EXIT.c.pressed).where(
    QUEUE_EXIT.c.call_sid == bindparam("call_sid"), QUEUE_EXIT.c.turn == bindparam("turn")
)


def leave_queue(connection: Connection, sid: str, turn: int, pressed: str) -> None:
    """Remember the first key that leads the caller out of the queue before ``turn``."""
    connection.execute(_KEEP[connection.dialect.name], {"call_sid": sid, "turn": turn, "pressed": pressed})


def exit_key(connection: Connection, sid: str, turn: int) -> str | None:
    """The key by which the caller left the queue, or None where none was pressed."""
    return connection.execute(_PRESSED, {"call_sid": sid, "turn": turn}).scalar()
