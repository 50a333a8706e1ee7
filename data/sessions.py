"""A session is one login of a user in one browser: a row, found by the keyed digest of the browser's token.

A stolen database opens no page: the token is not in it, and nothing that is stored can be shown in its place.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Column, Connection, select
from sqlmodel import Field

from data.browser_sessions import BrowserSessions
from data.personal import About, ColumnRule, Personal, columns
from data.tables import Stored, Utc, table_of
from data.users import USER, User, user_of
from value_class import value_class

IDLE: Final = timedelta(hours=1)
"""After a session's last request it is over (NIST SP 800-63B 2.2.3)."""

LONGEST: Final = timedelta(hours=12)
"""After its login it is over, whatever was done: a shift. The rows go a day after."""


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


_SESSIONS: Final = BrowserSessions(SESSION, "user_id", IDLE, LONGEST)
_FIND = (
    select(SESSION.c.digest, SESSION.c.began_at, SESSION.c.seen_at, USER)
    .join_from(SESSION, USER, SESSION.c.user_id == USER.c.id)
    .where(_SESSIONS.holds, USER.c.disabled_at.is_(None))
)
DROP_OVER = _SESSIONS.drop_over
see_session = _SESSIONS.see
end_session = _SESSIONS.end
end_sessions_of = _SESSIONS.end_of


def begin_session(connection: Connection, digest: str, user_id: int, now: datetime, address: str) -> None:
    """Write the row of a new login."""
    _SESSIONS.begin(connection, digest, now, user_id=user_id, address=address)


def find_session(connection: Connection, digest: str, now: datetime) -> Session | None:
    """Return the session that holds at ``now`` (aware); None where there is none, it is over or its user disabled."""
    row = connection.execute(_FIND, _SESSIONS.wanted(digest, now)).first()
    return Session(row.digest, user_of(row), row.began_at, row.seen_at) if row else None
