"""Passwords typed at the pages' login: each try is reserved before its password is compared (``data.browser_tries``).

So guessing stays within budgets, and strangers cannot shut the staff out. A name that no user has is counted as one
account, and costs and sounds as any other.
"""

from __future__ import annotations

import hmac
import logging
from dataclasses import field
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from sqlalchemy import Column, Connection, Index, bindparam, delete, select, update
from sqlmodel import Field

from data.agents import find_agent
from data.browser_tries import KNOWN_FOR, BrowserTries
from data.budgets import HOUR, Budgets
from data.personal import About, Personal, columns
from data.sessions import end_sessions_of
from data.tables import Stored, Utc, table_of
from data.users import USER, User, UserError, password_hash, user_of
from data.vault import Cost
from value_class import value_class
from wording import message

if TYPE_CHECKING:
    from data.database import Database
    from data.vault import Vault

log = logging.getLogger("ivr.web.login")

NOBODY: Final = 0
"""The account of every name that no user has."""

_LOGINS_LOCK: Final = 40030019
"""The advisory lock under which tries are counted and reserved on PostgreSQL."""


class LoginTable(Stored, table=True):
    """One row a try that was let through to its comparison; what was typed is in none."""

    __tablename__ = "page_login"
    __table_args__ = (Index("ix_page_login_account_at", "account", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    account: int
    """The user's id, or NOBODY."""
    browser: str = Field(max_length=64)
    """The keyed digest of the browser's token."""
    at: datetime = Field(sa_column=Column(Utc, nullable=False))
    matched: bool | None = None
    """What came of it; None until that is known, and then it counts as wrong."""
    cleared_at: datetime | None = Field(default=None, sa_column=Column(Utc))
    """When a person at the console gave the tries back."""


LOGIN = table_of(LoginTable)

PERSONAL = Personal(
    LOGIN,
    columns("id", "at", "matched", "cleared_at") | columns("account", "browser", about=About.STAFF),
    rows_kept=KNOWN_FOR,
)

LOGIN_TRIES: Final = BrowserTries(
    LOGIN,
    _LOGINS_LOCK,
    partial(log.error, "alarm: many wrong passwords at the login of the pages"),
    counted=LOGIN.c.cleared_at.is_(None),
)
know_browser = LOGIN_TRIES.know
_FREE_AT = (
    select(LOGIN.c.account, LOGIN.c.at)
    .where(LOGIN_TRIES.wrong, LOGIN.c.at > bindparam("hour_ago"))
    .order_by(LOGIN.c.at.desc())
)
_CLEAR = (
    update(LOGIN)
    .where(LOGIN.c.account == bindparam("of"), LOGIN.c.matched.is_not(True), LOGIN.c.cleared_at.is_(None))
    .values(cleared_at=bindparam("now"))
)
_FIND = select(USER).where(USER.c.login == bindparam("of"))
DROP_OLD = LOGIN_TRIES.drop_old


@value_class
class ProvenUser:
    """A user whose password was right just now, and the hash that it was compared with."""

    user: User
    password_hash: str = field(repr=False)


def identify_user(
    database: Database,
    vault: Vault,
    budgets: Budgets,
    now: datetime,
    login: str,
    password: str,
    browser: str,
    renewed: str,
) -> ProvenUser | None:
    """Return the user with this login and password; None where there is none, and where no budget is left.

    ``browser`` and ``renewed`` are digests of the token that the browser has, and of the one by which it is known after
    a right password.

    A name that no user has, one without a password, a disabled user and a wrong password send the same statements and
    cost one argon2 each, outside of any transaction.
    """
    with database.autocommit() as connection:
        row = connection.execute(_FIND, {"of": login}).first()
    stored = (row.password_hash or "") if row and row.disabled_at is None else ""
    account = row.id if row else NOBODY

    def compare() -> bool:
        candidate = password_hash(vault, account, password, Cost.of(stored) if stored else None)
        return hmac.compare_digest(stored.encode(), candidate.encode())

    matched = LOGIN_TRIES.matches(database, budgets, account, browser, renewed, now, compare)
    return ProvenUser(user_of(row), stored) if row and matched else None


def delete_user(connection: Connection, user_id: int) -> None:
    """Delete a user with the sessions and the tries. SQLite gives the id of the last user to the next one, to whom no
    browser may be known by what another did. Raises UserError for an agent: what calls came to would be nobody's.
    """
    if find_agent(connection, user_id):
        raise UserError(
            message(
                "agent-stays",
                "an agent stays, with the history of calls; ivr users disable lets no more calls come",
            )
        )
    end_sessions_of(connection, user_id)
    connection.execute(delete(LOGIN).where(LOGIN.c.account == user_id))
    connection.execute(delete(USER).where(USER.c.id == user_id))


def locked_until(connection: Connection, budgets: Budgets, now: datetime) -> dict[int, datetime]:
    """Return the ids of users whose strange browsers are refused at ``now``, each with when one more try is taken."""
    wrong: dict[int, list[datetime]] = {}
    for account, at in connection.execute(_FREE_AT, {"hour_ago": now - HOUR}):
        wrong.setdefault(account, []).append(at)
    return {account: times[budgets.staff - 1] + HOUR for account, times in wrong.items() if len(times) >= budgets.staff}


def give_tries_back(connection: Connection, user_id: int, now: datetime) -> int:
    """Make the wrong passwords of a user's account count no more; how many there were."""
    return connection.execute(_CLEAR, {"of": user_id, "now": now}).rowcount
