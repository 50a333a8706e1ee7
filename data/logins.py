"""Passwords typed at the pages' login: each try is reserved before its password is compared.

So guessing stays within budgets, and strangers cannot shut the staff out.

On loopback every request comes from 127.0.0.1, and behind a proxy all may; so no address is counted. What is counted is
the browser, which keeps a random token: one from which this user's password was right within KNOWN_FOR has tries of its
own, and nothing that strangers do counts against it (OWASP, "Slow Down Online Guessing Attacks with Device Cookies").
A name that no user has is counted as one account, and costs and sounds as any other.
"""

from __future__ import annotations

import hmac
import logging
from dataclasses import field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import Column, Connection, Index, and_, bindparam, delete, func, insert, select, text, update
from sqlmodel import Field

from data.agents import find_agent
from data.budgets import DAY, HOUR, Budgets
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

KNOWN_FOR: Final = timedelta(days=30)
"""How long a browser is known from which the password was right; the rows are kept for as long."""

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

_OF_ACCOUNT = LOGIN.c.account == bindparam("account")
_OF_BROWSER = and_(_OF_ACCOUNT, LOGIN.c.browser == bindparam("browser"))
_WRONG = and_(LOGIN.c.matched.is_not(True), LOGIN.c.cleared_at.is_(None))
_OF_HOUR = select(func.count()).where(_OF_ACCOUNT, _WRONG, LOGIN.c.at > bindparam("hour_ago")).scalar_subquery()
_COUNT = select(
    select(func.count()).where(_OF_BROWSER, _WRONG, LOGIN.c.at > bindparam("day_ago")).scalar_subquery(),
    _OF_HOUR,
    select(func.count())
    .where(_OF_BROWSER, LOGIN.c.matched.is_(True), LOGIN.c.at > bindparam("known_since"))
    .scalar_subquery(),
)
_LOCK = text("SELECT pg_advisory_xact_lock(:key)")
_BEGIN = insert(LOGIN).returning(LOGIN.c.id)
_FINISH = (
    update(LOGIN)
    .where(LOGIN.c.id == bindparam("of"))
    .values(matched=bindparam("outcome"), browser=bindparam("known_as"))
)
_REFUSED = delete(LOGIN).where(LOGIN.c.id == bindparam("of"))
_FREE_AT = (
    select(LOGIN.c.account, LOGIN.c.at).where(_WRONG, LOGIN.c.at > bindparam("hour_ago")).order_by(LOGIN.c.at.desc())
)
_CLEAR = (
    update(LOGIN)
    .where(LOGIN.c.account == bindparam("of"), LOGIN.c.matched.is_not(True), LOGIN.c.cleared_at.is_(None))
    .values(cleared_at=bindparam("now"))
)
_FIND = select(USER).where(USER.c.login == bindparam("of"))
DROP_OLD = delete(LOGIN).where(LOGIN.c.at <= bindparam("due"))
"""The sweep's statement."""


@value_class
class PageLogin:
    """A reserved try: the ``id`` of its row, and whether a budget was left, so that the right password is taken."""

    id: int
    admitted: bool
    alarming: bool
    """It is the last try that strangers have at this account within the hour."""


@value_class
class ProvenUser:
    """A user whose password was right just now, and the hash that it was compared with."""

    user: User
    password_hash: str = field(repr=False)


def begin_login(connection: Connection, budgets: Budgets, account: int, browser: str, now: datetime) -> PageLogin:
    """Count a try at ``now`` (aware) before its password is compared, in a transaction that writes.

    ``budgets.account`` wrong ones within 24 hours are the browser's own; ``budgets.staff`` within an hour are those of
    all browsers at this account, and do not bind one from which its password was right within KNOWN_FOR.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(_LOCK, {"key": _LOGINS_LOCK})
    whose = {"account": account, "browser": browser}
    since = {"hour_ago": now - HOUR, "day_ago": now - DAY, "known_since": now - KNOWN_FOR}
    of_browser, of_hour, right_before = connection.execute(_COUNT, whose | since).one()
    admitted = of_browser < budgets.account and bool(right_before or of_hour < budgets.staff)
    number = connection.execute(_BEGIN, whose | {"at": now}).scalar_one()
    return PageLogin(number, admitted, admitted and of_hour + 1 == budgets.staff)


def finish_login(connection: Connection, login: PageLogin, matched: bool, browser: str) -> None:
    """Write what came of a try, and as which ``browser`` it is known from now on. One that had no budget leaves no row:
    so hammering fills no disk.
    """
    if login.admitted:
        connection.execute(_FINISH, {"of": login.id, "outcome": matched, "known_as": browser})
    else:
        connection.execute(_REFUSED, {"of": login.id})


def know_browser(connection: Connection, user_id: int, browser: str, now: datetime) -> None:
    """Know a browser from which a user proved without a password who it is: by a one-time code."""
    connection.execute(insert(LOGIN), {"account": user_id, "browser": browser, "at": now, "matched": True})


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
    a right password: a token that was planted in it beforehand makes its planter known to nobody.

    A name that no user has, one without a password, a disabled user and a wrong password send the same statements and
    cost one argon2 each, outside of any transaction.
    """
    with database.autocommit() as connection:
        row = connection.execute(_FIND, {"of": login}).first()
    stored = (row.password_hash or "") if row and row.disabled_at is None else ""
    account = row.id if row else NOBODY
    with database.transaction(durable=False) as connection:
        reserved = begin_login(connection, budgets, account, browser, now)
    if reserved.alarming:
        log.error("alarm: many wrong passwords at the login of the pages")
    candidate = password_hash(vault, account, password, Cost.of(stored) if stored else None)
    matched = hmac.compare_digest(stored.encode(), candidate.encode()) and reserved.admitted
    with database.transaction(durable=False) as connection:
        finish_login(connection, reserved, matched, renewed if matched else browser)
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
