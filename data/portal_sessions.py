"""A portal session is one sign-in of a contact in one browser: a row, found by the keyed digest of the browser's token.

It is no session of the staff's: other table, other key, other cookie, so that neither opens what is the other's.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Column, Connection, select
from sqlmodel import Field

from data.browser_sessions import BrowserSessions
from data.company import COMPANY
from data.contact import CONTACT
from data.contact_profile import CONTACT_COLUMNS, PROFILE, PortalContact, contact_of
from data.personal import About, Personal, columns
from data.tables import Stored, Utc, table_of
from value_class import value_class

IDLE: Final = timedelta(minutes=30)
"""After a session's last request it is over (NIST SP 800-63B 2.2.3): customers' browsers stand in shared offices."""

LONGEST: Final = timedelta(hours=12)
"""After its sign-in it is over, whatever was done. The rows go a day after."""


class PortalSessionTable(Stored, table=True):
    """One row a sign-in that has not ended."""

    __tablename__ = "portal_session"

    digest: str = Field(primary_key=True, max_length=64)
    contact_id: int = Field(foreign_key="contact.id", index=True)
    company_id: int = Field(foreign_key="company.id", index=True)
    began_at: datetime = Field(sa_column=Column(Utc, nullable=False, index=True))
    seen_at: datetime = Field(sa_column=Column(Utc, nullable=False))


PORTAL_SESSION = table_of(PortalSessionTable)

PERSONAL = Personal(
    PORTAL_SESSION,
    columns("digest", exported=None)
    | columns("contact_id", "company_id", about=About.CUSTOMER, exported=None)
    | columns("began_at", "seen_at", about=About.CUSTOMER),
    by_company="company_id",
    of_company="portal sessions",
    rows_kept=timedelta(days=1),
)


@value_class
class PortalSession:
    """A session that holds: whose, and since when (aware)."""

    digest: str
    contact: PortalContact
    began_at: datetime
    seen_at: datetime


_SESSIONS: Final = BrowserSessions(PORTAL_SESSION, "contact_id", IDLE, LONGEST)
_FIND = (
    select(PORTAL_SESSION.c.digest, PORTAL_SESSION.c.began_at, PORTAL_SESSION.c.seen_at, *CONTACT_COLUMNS)
    .join_from(PORTAL_SESSION, CONTACT, PORTAL_SESSION.c.contact_id == CONTACT.c.id)
    .join(COMPANY, CONTACT.c.company_id == COMPANY.c.id)
    .join(PROFILE, PROFILE.c.contact_id == CONTACT.c.id)
    .where(_SESSIONS.holds, CONTACT.c.blocked.is_(False), PROFILE.c.portal_password_hash.is_not(None))
)
DROP_OVER = _SESSIONS.drop_over
see_portal_session = _SESSIONS.see
end_portal_session = _SESSIONS.end
end_portal_sessions_of = _SESSIONS.end_of


def begin_portal_session(connection: Connection, digest: str, contact: PortalContact, now: datetime) -> None:
    """Write the row of a new sign-in at ``now`` (aware)."""
    _SESSIONS.begin(connection, digest, now, contact_id=contact.contact_id, company_id=contact.company_id)


def find_portal_session(connection: Connection, digest: str, now: datetime) -> PortalSession | None:
    """Return the session that holds at ``now`` (aware); None where there is none, it is over or its contact blocked."""
    row = connection.execute(_FIND, _SESSIONS.wanted(digest, now)).first()
    return PortalSession(row.digest, contact_of(row), row.began_at, row.seen_at) if row else None
