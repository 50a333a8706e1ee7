"""Staff who may close destinations by telephone: a number, a name and a password each."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from sqlalchemy import Connection, bindparam, delete, insert, select
from sqlmodel import Field

from data.attempts import AttemptLimit, unlimited
from data.personal import About, Personal, columns
from data.tables import Stored, table_of
from data.vault import Cost

if TYPE_CHECKING:
    from data.database import Database
    from data.vault import Vault

NUMBER_DIGITS = (3, 6)
PASSWORD_DIGITS = (8, 12)
"""Longer than a customer's: it closes a destination to everybody."""


class StaffTable(Stored, table=True):
    """One row a person. The number is no secret."""

    __tablename__ = "staff"

    number: str = Field(primary_key=True, max_length=6)
    name: str
    password_hash: str


STAFF = table_of(StaffTable)

PERSONAL = Personal(STAFF, columns("number", "name", "password_hash", about=About.STAFF))


def staff_number(text: str) -> str:
    """Three to six digits; ValueError for anything else."""
    return _digits(text, NUMBER_DIGITS, "a number of three to six digits")


def staff_password(text: str) -> str:
    """Eight to twelve digits; ValueError, which does not repeat it, for anything else."""
    return _digits(text, PASSWORD_DIGITS, "a password of eight to twelve digits")


def _digits(text: str, lengths: tuple[int, int], what: str) -> str:
    written = text.strip()
    least, most = lengths
    if not (written.isascii() and written.isdigit() and least <= len(written) <= most):
        raise ValueError(f"write {what}")
    return written


_ADD = insert(STAFF)
_FIND = select(STAFF.c.name, STAFF.c.password_hash).where(STAFF.c.number == bindparam("number"))
_REMOVE = delete(STAFF).where(STAFF.c.number == bindparam("number"))
_ALL = select(STAFF.c.number, STAFF.c.name).order_by(STAFF.c.number)


def save_staff(connection: Connection, number: str, name: str, password_hash: str) -> None:
    """Add a person, or give one of that number another name and password."""
    connection.execute(_REMOVE, {"number": number})
    connection.execute(_ADD, {"number": number, "name": name, "password_hash": password_hash})


def remove_staff(connection: Connection, number: str) -> bool:
    """True where there was one of that number."""
    return bool(connection.execute(_REMOVE, {"number": number}).rowcount)


def all_staff(connection: Connection) -> list[tuple[str, str]]:
    """Number and name of each."""
    return [(number, name) for number, name in connection.execute(_ALL)]


def staff_hash(vault: Vault, number: str, password: str, cost: Cost | None = None) -> str:
    """Return what is stored of a password."""
    return vault.hash_password(f"staff {number}", password, cost)


def staff_account(vault: Vault, number: str) -> str:
    """The account for which wrong passwords of this number are counted."""
    return vault.document_digest(f"staff {number}")


def identify_staff(
    database: Database, vault: Vault, number: str, password: str, *, limit: AttemptLimit = unlimited
) -> str | None:
    """The name of the member of staff with this number and this password.

    An unknown number costs what a wrong password does, and so does a right one where ``limit`` takes none any more.
    """
    with database.autocommit() as connection:
        row = connection.execute(_FIND, {"number": number}).first()
    stored = row.password_hash if row else ""

    def compare() -> str | None:
        candidate = staff_hash(vault, number, password, Cost.of(stored) if stored else None)
        return row.name if row and hmac.compare_digest(stored.encode(), candidate.encode()) else None

    return limit(staff_account(vault, number), compare, staff=True)
