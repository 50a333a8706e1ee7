"""An installation does some steps once, and never again: each step writes a mark of its own in its transaction."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, exists, or_, select
from sqlmodel import Field

from data.calls import CALL
from data.company import COMPANY
from data.personal import Personal, columns
from data.tables import Stored, insert_unless_there, table_of
from data.users import USER

DEMO = "demo"
"""Whether demo customers are wanted was decided."""

FIRST_USER = "first user"
"""The first user was made, or people had made one before."""


class InstallationTable(Stored, table=True):
    """One row a step that was done."""

    __tablename__ = "installation"

    step: str = Field(primary_key=True, max_length=40)


INSTALLATION = table_of(InstallationTable)

PERSONAL = Personal(INSTALLATION, columns("step"))

_DONE = select(exists().where(INSTALLATION.c.step == bindparam("step")))
_MARK = insert_unless_there(INSTALLATION)
_IN_USE = select(or_(*(exists(select(1).select_from(table)) for table in (COMPANY, USER, CALL))))


def is_done(connection: Connection, step: str) -> bool:
    """Return whether the step was done."""
    return bool(connection.execute(_DONE, {"step": step}).scalar_one())


def mark_done(connection: Connection, step: str) -> None:
    """Remember that the step is done, in the transaction that does it."""
    connection.execute(_MARK[connection.dialect.name], {"step": step})


def is_in_use(connection: Connection) -> bool:
    """Return whether anything was put in: customers, staff, or a call."""
    return bool(connection.execute(_IN_USE).scalar_one())
