"""Staff who may close destinations by telephone: users with a number and a password for the keypad.

``ivr staff`` knows them by the number alone. One who was added there, and not by ``ivr users``, has the number for a
login, the role ops, and no way into the pages before ``ivr users`` gives one.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from sqlalchemy import Connection, bindparam, insert, select, update

from data.attempts import AttemptLimit, unlimited
from data.logins import delete_user
from data.roles import MAY, Act, Role
from data.users import USER, UserError
from data.vault import Cost
from wording import message

if TYPE_CHECKING:
    from data.database import Database
    from data.vault import Vault

NUMBER_DIGITS = (3, 6)
PASSWORD_DIGITS = (8, 12)
"""Longer than a customer's: it closes a destination to everybody."""


def staff_number(text: str) -> str:
    """Three to six digits; ValueError for anything else."""
    if written := _digits(text, NUMBER_DIGITS):
        return written
    raise ValueError(message("staff-number-malformed", "write a number of three to six digits"))


def staff_password(text: str) -> str:
    """Eight to twelve digits; ValueError, which does not repeat it, for anything else."""
    if written := _digits(text, PASSWORD_DIGITS):
        return written
    raise ValueError(message("staff-password-malformed", "write a password of eight to twelve digits"))


def _digits(text: str, lengths: tuple[int, int]) -> str | None:
    written = text.strip()
    least, most = lengths
    return written if written.isascii() and written.isdigit() and least <= len(written) <= most else None


_OF_NUMBER = USER.c.keypad_number == bindparam("number")
_FIND = select(USER.c.name, USER.c.role, USER.c.keypad_hash).where(_OF_NUMBER, USER.c.disabled_at.is_(None))
_HOLDER = select(USER.c.id, USER.c.login, USER.c.disabled_at).where(_OF_NUMBER)
_NAMED = select(USER.c.id).where(USER.c.login == bindparam("number"))
_ALL = (
    select(USER.c.keypad_number, USER.c.name)
    .where(USER.c.keypad_number.is_not(None), USER.c.disabled_at.is_(None))
    .order_by(USER.c.keypad_number)
)
_TAKE_AWAY = {"keypad_number": None, "keypad_hash": None}


def save_staff(connection: Connection, number: str, name: str, password_hash: str) -> None:
    """Add a person, or give the one of that number another name and password. Raises UserError for a disabled one, and
    where the number is only the login of a user.
    """
    held = connection.execute(_HOLDER, {"number": number}).first()
    if held is None:
        if connection.execute(_NAMED, {"number": number}).first():
            raise UserError(
                f"{number} is the name of a user without that number: ivr users number {number} {number} gives it back,"
                f" ivr users change {number} --name makes the name free"
            )
        row = {"login": number, "name": name, "role": Role.OPS.value}
        connection.execute(insert(USER).values(**row, keypad_number=number, keypad_hash=password_hash))
        return
    if held.disabled_at:
        raise UserError(
            f"the user {held.login}, who has the number {number}, is disabled: ivr users enable {held.login}"
        )
    connection.execute(update(USER).where(USER.c.id == held.id).values(name=name, keypad_hash=password_hash))


def remove_staff(connection: Connection, number: str) -> bool:
    """True where there was one of that number. A user whom ``ivr users`` added stays, without it."""
    held = connection.execute(_HOLDER, {"number": number}).first()
    if held is None:
        return False
    if held.login == number:
        delete_user(connection, held.id)
    else:
        connection.execute(update(USER).where(USER.c.id == held.id).values(**_TAKE_AWAY))
    return True


def give_number(connection: Connection, user_id: int, role: Role, number: str, keypad_hash: str) -> None:
    """Let a user close destinations by telephone, under ``number``. Raises UserError where another has it, and where
    the role may not.
    """
    if Act.CLOSE not in MAY[role]:
        raise UserError(f"a user who is {role.value} may not close destinations; ivr users roles tells who may")
    held = connection.execute(_HOLDER, {"number": number}).first()
    if held and held.id != user_id:
        raise UserError(f"the number {number} is of the user {held.login}: ivr users number {held.login} --none")
    values = {"keypad_number": number, "keypad_hash": keypad_hash}
    connection.execute(update(USER).where(USER.c.id == user_id).values(**values))


def take_number(connection: Connection, user_id: int) -> None:
    """Take a user's number away."""
    connection.execute(update(USER).where(USER.c.id == user_id).values(**_TAKE_AWAY))


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

    An unknown number costs what a wrong password does, and so does a right one where ``limit`` takes none any more, one
    of a disabled user, and one of a user whose role may not close destinations.
    """
    with database.autocommit() as connection:
        row = connection.execute(_FIND, {"number": number}).first()
    stored = row.keypad_hash if row and Act.CLOSE in MAY[Role(row.role)] else ""

    def compare() -> str | None:
        candidate = staff_hash(vault, number, password, Cost.of(stored) if stored else None)
        return row.name if row and hmac.compare_digest(stored.encode(), candidate.encode()) else None

    return limit(staff_account(vault, number), compare, staff=True)
