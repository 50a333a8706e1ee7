"""Users are people of the staff: each has a role, may log in to the pages, and may have a number for the keypad.

A password of a page and one of the keypad are two secrets: digits that are keyed on a telephone open no page. Who has
neither yet is given a one-time code at the console, with which that person chooses a password. Passwords are stored as
a contact's are, argon2 over an HMAC, and a code as a keyed digest.
"""

from __future__ import annotations

import hmac
import re
import unicodedata
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Column, Connection, Row, bindparam, func, insert, select, update
from sqlmodel import Field

from data.personal import About, Personal, columns
from data.roles import MAY, Act, Role
from data.tables import Stored, Utc, table_of
from data.vault import Cost, WebSecret
from value_class import value_class
from wording import message

if TYPE_CHECKING:
    from data.vault import Vault

PASSWORD_LENGTH: Final = (12, 128)
DIFFERENT: Final = 5
"""Characters of a password that must differ: twelve times the same one is none."""

CODE_FOR: Final = timedelta(hours=24)
"""How long a one-time code is good."""

_LOGIN: Final = re.compile(r"[a-z][a-z0-9._-]{0,39}")
_CODE_SIGNS: Final = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
"""Without those that are read for another: I, L, O, U, 0 and 1. Twenty of thirty are 98 bits."""

_CODE_LENGTH: Final = 20
_GROUP: Final = 5


class UserError(ValueError):
    """A user cannot be made or changed so; the text says why and what to do, and repeats no secret."""


class UserTable(Stored, table=True):
    """One row a person."""

    __tablename__ = "staff_user"

    id: int | None = Field(default=None, primary_key=True)
    login: str = Field(max_length=40, unique=True)
    """What is typed; whom releases before let close destinations has the number of the keypad here."""
    name: str
    role: str = Field(max_length=10)
    password_hash: str | None = None
    code_digest: str | None = Field(default=None, max_length=64)
    code_until: datetime | None = Field(default=None, sa_column=Column(Utc))
    keypad_number: str | None = Field(default=None, max_length=6, unique=True)
    keypad_hash: str | None = None
    disabled_at: datetime | None = Field(default=None, sa_column=Column(Utc))


USER = table_of(UserTable)

PERSONAL = Personal(
    USER,
    columns("id")
    | columns(
        "login",
        "name",
        "role",
        "password_hash",
        "code_digest",
        "code_until",
        "keypad_number",
        "keypad_hash",
        "disabled_at",
        about=About.STAFF,
    ),
)


@value_class
class User:
    """A user as commands and pages show one: without any hash.

    ``may_log_in``: there is a password, and the user is not disabled. ``keypad_number``: under which destinations are
    closed by telephone.
    """

    id: int
    login: str
    name: str
    role: Role
    may_log_in: bool
    keypad_number: str | None
    disabled_at: datetime | None
    code_until: datetime | None


_ALL = select(USER).order_by(USER.c.login)
_FIND = select(USER).where(USER.c.login == bindparam("of"))
_CAN_LOG_IN = select(func.count()).where(
    USER.c.disabled_at.is_(None), USER.c.password_hash.is_not(None) | USER.c.code_digest.is_not(None)
)
_OF_ID = USER.c.id == bindparam("of")
_KEEPS = (
    select(USER.c.id)
    .where(_OF_ID, USER.c.password_hash == bindparam("hash"), USER.c.disabled_at.is_(None))
    .with_for_update()
)


def login_name(text: str) -> str:
    """Return what a user types to log in, in small letters. Raises UserError for what cannot be one."""
    written = text.strip().lower()
    if not _LOGIN.fullmatch(written):
        raise UserError(
            message(
                "user-name-malformed",
                "a user's name begins with a letter, and has up to 40 of a-z, 0-9, '.', '_' and '-', like bia.souza",
            )
        )
    return written


def page_password(text: str, login: str) -> str:
    """Return a password as it is hashed (Unicode NFKC: NIST SP 800-63B 3.1.1.2). Raises UserError, which does not
    repeat it.
    """
    written = unicodedata.normalize("NFKC", text)
    least, most = PASSWORD_LENGTH
    if not least <= len(written) <= most:
        raise UserError(f"write a password of {least} to {most} characters; a few words are easy to remember")
    if len(set(written)) < DIFFERENT or login in written.lower():
        raise UserError(f"write a password of at least {DIFFERENT} different characters, without the user's name in it")
    return written


def all_users(connection: Connection) -> list[User]:
    """Return every user, by login."""
    return [user_of(row) for row in connection.execute(_ALL)]


def find_user(connection: Connection, login: str) -> User:
    """Return the user of that login. Raises UserError where there is none."""
    row = connection.execute(_FIND, {"of": login}).first()
    if row is None:
        raise UserError(f"there is no user '{login}'; ivr users lists them")
    return user_of(row)


def user_of(row: Row[Any]) -> User:
    """Return a row of the table as a user."""
    return User(
        row.id,
        row.login,
        row.name,
        Role(row.role),
        row.password_hash is not None and row.disabled_at is None,
        row.keypad_number,
        row.disabled_at,
        row.code_until,
    )


def can_anybody_log_in(connection: Connection) -> bool:
    """Return whether there is a user with a password or a code, good or not any more, who is not disabled."""
    return bool(connection.execute(_CAN_LOG_IN).scalar_one())


def add_user(connection: Connection, login: str, name: str, role: Role) -> User:
    """Add a user, who cannot do anything before a password, a code or a number is given. Raises UserError for a login
    that is taken.
    """
    if connection.execute(_FIND, {"of": login}).first():
        raise UserError(f"there is a user '{login}' already; ivr users change {login} changes one")
    connection.execute(insert(USER).values(login=login, name=name, role=role.value))
    return find_user(connection, login)


def change_user(connection: Connection, user: User, *, login: str, name: str, role: Role) -> User:
    """Give a user another login, name or role. Raises UserError where the login is taken, and where a role that may not
    close destinations has a number for it.
    """
    if login != user.login and connection.execute(_FIND, {"of": login}).first():
        raise UserError(f"there is a user '{login}' already")
    if user.keypad_number and Act.CLOSE not in MAY[role]:
        raise UserError(
            f"{user.login} closes destinations by telephone as {user.keypad_number}, which a user who is {role.value}"
            f" may not: ivr users number {user.login} --none"
        )
    connection.execute(update(USER).where(_OF_ID).values(login=login, name=name, role=role.value), {"of": user.id})
    return find_user(connection, login)


def set_password(connection: Connection, user_id: int, password_hash: str) -> None:
    """Give a user a password; a code that was not used is over."""
    values = {"password_hash": password_hash, "code_digest": None, "code_until": None}
    connection.execute(update(USER).where(_OF_ID).values(**values), {"of": user_id})


def keeps_password(connection: Connection, user_id: int, password_hash: str) -> bool:
    """Return whether the user may log in with the password of that hash, as is so until the transaction ends.

    Between the moment at which a password was found right and that at which something is made of it the user may have
    been disabled or given another password. Who does that changes the row before the sessions are ended, and so waits
    for this transaction, or is waited for.
    """
    return connection.execute(_KEEPS, {"of": user_id, "hash": password_hash}).first() is not None


def use_code(connection: Connection, vault: Vault, user_id: int, code: str, password_hash: str) -> bool:
    """Give a user a password by the one-time code; False where it was used, or the user disabled, since it was taken.

    Of two who have a code at one moment one chooses, on whichever machine: the row is changed only where it still has
    the code.
    """
    values = {"password_hash": password_hash, "code_digest": None, "code_until": None}
    still = (USER.c.code_digest == code_digest(vault, user_id, code), USER.c.disabled_at.is_(None))
    return connection.execute(update(USER).where(_OF_ID, *still).values(**values), {"of": user_id}).rowcount == 1


def set_code(connection: Connection, user_id: int, digest: str, until: datetime) -> None:
    """Give a user a one-time code that is good until ``until`` (aware), and take the password away."""
    values = {"password_hash": None, "code_digest": digest, "code_until": until}
    connection.execute(update(USER).where(_OF_ID).values(**values), {"of": user_id})


def set_disabled(connection: Connection, user_id: int, at: datetime | None) -> None:
    """Disable a user from ``at`` on (aware), or enable one (None)."""
    connection.execute(update(USER).where(_OF_ID).values(disabled_at=at), {"of": user_id})


def password_hash(vault: Vault, user_id: int, password: str, cost: Cost | None = None) -> str:
    """Return what is stored of a password. It stays good where the login changes."""
    return vault.hash_password(f"user {user_id}", password, cost)


def draw_code(choose: Callable[[str], str]) -> str:
    """Return a new one-time code, like ``K7QXW-2M4HD-…``; ``choose`` draws one sign of several (``secrets.choice``)."""
    drawn = [choose(_CODE_SIGNS) for _ in range(_CODE_LENGTH)]
    return "-".join("".join(drawn[place : place + _GROUP]) for place in range(0, _CODE_LENGTH, _GROUP))


def take_code(connection: Connection, vault: Vault, login: str, code: str, now: datetime) -> User | None:
    """Return the user whose one-time code this is, at ``now`` (aware); None for any other code, name or time. The code
    is good until a password is set with it.
    """
    row = connection.execute(_FIND, {"of": login}).first()
    given = code_digest(vault, row.id if row else 0, code)
    stored = row.code_digest if row and row.code_digest and row.disabled_at is None and row.code_until > now else ""
    return user_of(row) if row and hmac.compare_digest(stored.encode(), given.encode()) else None


def code_digest(vault: Vault, user_id: int, code: str) -> str:
    """Return the digest under which a code is stored, however it was typed."""
    signs = re.sub(r"[^A-Z0-9]", "", code.upper())
    return vault.web_digest(WebSecret.CODE, f"{user_id} {signs}")
