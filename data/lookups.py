"""Documents keyed by telephone of which only customers' data tells whether they are right.

A document with letters has its check digits behind its letters, which keys do not tell: so the answer to them tells
whether some customer is keyed so. Each of these costs from a budget, by caller and of everybody, once in 24 hours
however often it is keyed: a caller who keys their own hardly meets it, and a list of companies does.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Column, Connection, Index, bindparam, distinct, func, select, text
from sqlmodel import Field

from data.budgets import DAY, Budgets
from data.personal import About, ColumnRule, Personal, columns
from data.tables import Stored, Utc, insert_unless_there, table_of
from value_class import value_class

_LOOKUPS_LOCK = 40030018
"""The advisory lock under which lookups are counted on PostgreSQL."""


class LookupTable(Stored, table=True):
    """One row a turn that keyed such a document."""

    __tablename__ = "lookup"
    __table_args__ = (
        Index("ix_lookup_at_keyed", "at", "keyed"),
        Index("ix_lookup_caller_at_keyed", "caller", "at", "keyed"),
    )

    call_sid: str = Field(primary_key=True, max_length=34)
    turn: int = Field(primary_key=True)
    caller: str | None = Field(default=None, max_length=64)
    """The digest of the telephone number, None where it was withheld."""
    keyed: str = Field(max_length=64)
    """The digest of what was keyed."""
    at: datetime = Field(sa_column=Column(Utc, nullable=False))


@value_class
class Asked:
    """A turn that keys a document; ``caller`` is a digest (see ``Vault.caller_digest``), ``at`` is aware."""

    call_sid: str
    turn: int
    caller: str | None
    at: datetime


@value_class
class Admission:
    """``admitted``: the caller may be told what the keys are. ``spent``: it was the last one of everybody's."""

    admitted: bool
    spent: bool = False


LOOKUP = table_of(LookupTable)

PERSONAL = Personal(
    LOOKUP,
    columns("call_sid", "turn", "at")
    | columns("keyed", about=About.CUSTOMER)
    | {"caller": ColumnRule(About.CALLER, becomes=None)},
    by_keys="keyed",
    rows_kept=timedelta(days=2),  # the budget of lookups counts 24 hours
)

_TODAY = LOOKUP.c.at > bindparam("day_ago")
_OF_CALLER = LOOKUP.c.caller == bindparam("caller")
_SAME = LOOKUP.c.keyed == bindparam("keyed")
_COUNT = select(
    select(func.count(distinct(LOOKUP.c.keyed))).where(_TODAY, _OF_CALLER, ~_SAME).scalar_subquery(),
    select(func.count(distinct(LOOKUP.c.keyed))).where(_TODAY, ~_SAME).scalar_subquery(),
    select(func.count()).where(_TODAY, _SAME).scalar_subquery(),
)
_NOTE = insert_unless_there(LOOKUP)
_LOCK = text("SELECT pg_advisory_xact_lock(:key)")


def admit_lookup(connection: Connection, budgets: Budgets, asked: Asked, keyed: str) -> Admission:
    """Count the document whose keypad digest is ``keyed``, in a transaction that writes, before its caller is answered.

    The same statements whatever comes of it, but for the row, which only what is admitted leaves.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(_LOCK, {"key": _LOOKUPS_LOCK})
    values = {"day_ago": asked.at - DAY, "caller": asked.caller, "keyed": keyed}
    of_caller, of_all, known = connection.execute(_COUNT, values).one()
    if of_caller >= budgets.documents or of_all >= budgets.all_documents:
        return Admission(False)
    row = {"call_sid": asked.call_sid, "turn": asked.turn, "caller": asked.caller, "keyed": keyed, "at": asked.at}
    connection.execute(_NOTE[connection.dialect.name], row)
    return Admission(True, spent=not known and of_all + 1 == budgets.all_documents)
