"""Emergency closures of desks: who closed which, until when and why, and who opened it again.

A row is never deleted: it is the audit of what callers were told.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, case, insert, or_, select, update
from sqlmodel import Field

from data import values
from data.due_work import schedule
from data.personal import About, ColumnRule, Personal, columns
from data.statement import Statement
from data.tables import table_of_records, values_of
from value_class import value_class

CLOSURE_END = "closure end"
"""The kind of the work that is due when a closure ends by itself."""


@value_class
class NewClosure:
    """``scope`` is a destination of the line, a beginning of their names, or ``*``; ``closed_by`` is a person."""

    line: str
    scope: str
    reason: str
    since: datetime
    until: datetime | None
    closed_by: str


@value_class
class ClosureRecord(NewClosure):
    """A closure as it is stored. It ends by itself at ``until``, where it has one, or when staff open the
    destination.
    """

    opened_at: datetime | None
    opened_by: str | None
    id: int


CLOSURE = table_of_records(ClosureRecord, "closure", id=Field(primary_key=True), line=Field(index=True))

PERSONAL = Personal(
    CLOSURE,
    columns("id", "line", "scope", "reason", "since", "until", "opened_at")
    | {
        "closed_by": ColumnRule(About.STAFF, becomes="", period="closures"),
        "opened_by": ColumnRule(About.STAFF, becomes=case((CLOSURE.c.opened_by.is_not(None), "")), period="closures"),
    },
)


def read_scope(text: str) -> str:
    """Read which destinations a call script closes: one, a beginning of their names, or ``all``."""
    return "*" if values.words(text) == "all" else values.words(text)


_CLOSE = insert(CLOSURE)
_FIND = select(CLOSURE).where(CLOSURE.c.id == bindparam("closure"))
_STANDING = Statement(
    select(CLOSURE)
    .where(
        CLOSURE.c.line == bindparam("line"),
        CLOSURE.c.since <= bindparam("at"),
        or_(CLOSURE.c.until.is_(None), CLOSURE.c.until > bindparam("at")),
        or_(CLOSURE.c.opened_at.is_(None), CLOSURE.c.opened_at > bindparam("at")),
    )
    .order_by(CLOSURE.c.since, CLOSURE.c.id)
)
_OPEN = (
    update(CLOSURE)
    .where(CLOSURE.c.id == bindparam("closure"))
    .values(opened_at=bindparam("now"), opened_by=bindparam("who"))
)


def close_destination(connection: Connection, closure: NewClosure) -> None:
    """Close from now on; the next call hears it. Where the closure ends by itself, its end is work that is due then."""
    made = connection.execute(_CLOSE, values_of(closure))
    if closure.until:
        assert made.inserted_primary_key is not None  # noqa: S101 - one row was inserted
        schedule(connection, CLOSURE_END, str(made.inserted_primary_key[0]), closure.until)


def find_closure(connection: Connection, closure_id: int) -> ClosureRecord | None:
    """Return the closure of that id."""
    row = connection.execute(_FIND, {"closure": closure_id}).first()
    return ClosureRecord(*row) if row else None


def standing_closures(connection: Connection, line: str, at: datetime) -> list[ClosureRecord]:
    """The closures of ``line`` that hold at ``at`` (aware), the oldest first."""
    return [ClosureRecord(*row) for row in _STANDING.all(connection, {"line": line, "at": at})]


def open_destination(
    connection: Connection, line: str, scope: str, now: datetime, opened_by: str
) -> list[ClosureRecord]:
    """End every closure of exactly ``scope`` that holds now; those that were ended."""
    ended = [closure for closure in standing_closures(connection, line, now) if closure.scope == scope]
    for closure in ended:
        connection.execute(_OPEN, {"closure": closure.id, "now": now, "who": opened_by})
    return ended
