"""A session is one login of a user in one browser: a row, found by the keyed digest of the browser's token.

A stolen database opens no page: the token is not in it, and nothing that is stored can be shown in its place.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Column, Connection, bindparam, delete, insert, select, update
from sqlmodel import Field

from data.personal import About, ColumnRule, Personal, columns
from data.tables import Stored, Utc, table_of
from data.users import USER, User, user_of
from value_class import value_class

IDLE: Final = timedelta(hours=1)
"""After a session's last request it is over (NIST SP 800-63B 2.2.3)."""

LONGEST: Final = timedelta(hours=12)
"""After its login it is over, whatever was done: a shift. The rows go a day after."""

SEEN_EVERY: Final = timedelta(minutes=1)
"""How exactly it is remembered when a session was last used: not each request writes."""


class SessionTable(Stored, table=True):
    """One row a login that has not ended."""

    __tablename__ = "staff_session"

    digest: str = Field(primary_key=True, max_length=64)
    user_id: int = Field(foreign_key="staff_user.id", index=True)
    began_at: datetime = Field(sa_column=Column(Utc, nullable=False))
    seen_at: datetime = Field(sa_column=Column(Utc, nullable=False))
    address: str
    """From where the login came, as the audit has it."""


SESSION = table_of(SessionTable)

PERSONAL = Personal(
    SESSION,
    columns("digest", exported=None)
    | columns("user_id", "began_at", "seen_at", about=About.STAFF)
    | {"address": ColumnRule(About.STAFF)},
    rows_kept=timedelta(days=1),
)


@value_class
class Session:
    """A session that holds: whose, and since when."""

    digest: str
    user: User
    began_at: datetime
    seen_at: datetime


_FIND = (
    select(SESSION.c.digest, SESSION.c.began_at, SESSION.c.seen_at, USER)
    .join_from(SESSION, USER, SESSION.c.user_id == USER.c.id)
    .where(
        SESSION.c.digest == bindparam("of"),
        SESSION.c.seen_at > bindparam("idle_since"),
        SESSION.c.began_at > bindparam("began_since"),
        USER.c.disabled_at.is_(None),
    )
)
_SEEN = update(SESSION).where(SESSION.c.digest == bindparam("of")).values(seen_at=bindparam("now"))
_END = delete(SESSION).where(SESSION.c.digest == bindparam("of"))
_END_OF_USER = delete(SESSION).where(SESSION.c.user_id == bindparam("of"))
DROP_OVER = delete(SESSION).where(SESSION.c.began_at <= bindparam("due"))
"""The sweep's statement."""


def begin_session(connection: Connection, digest: str, user_id: int, now: datetime, address: str) -> None:
    """Write the row of a new login."""
    row = {"digest": digest, "user_id": user_id, "began_at": now, "seen_at": now, "address": address}
    connection.execute(insert(SESSION), row)


def find_session(connection: Connection, digest: str, now: datetime) -> Session | None:
    """Return the session that holds at ``now`` (aware); None where there is none, it is over or its user disabled."""
    since = {"of": digest, "idle_since": now - IDLE, "began_since": now - LONGEST}
    row = connection.execute(_FIND, since).first()
    return Session(row.digest, user_of(row), row.began_at, row.seen_at) if row else None


def see_session(connection: Connection, digest: str, now: datetime) -> None:
    """Remember that a session was used at ``now``."""
    connection.execute(_SEEN, {"of": digest, "now": now})


def end_session(connection: Connection, digest: str) -> None:
    """End one session; nothing happens where it is over."""
    connection.execute(_END, {"of": digest})


def end_sessions_of(connection: Connection, user_id: int) -> int:
    """End every session of a user; how many there were."""
    return connection.execute(_END_OF_USER, {"of": user_id}).rowcount
