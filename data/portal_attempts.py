"""Passwords and codes typed at the portal: each try is reserved before it is compared, within the budgets of guessing.

They are counted apart from those of the telephone: a program can send a thousand forms a minute, and must not be able
to use up the budget with which callers are let in. As at the pages' login (``data.logins``) a browser is counted, by a
random token: one from which a contact's password was right within KNOWN_FOR has tries of its own, so that strangers can
lock no contact out. An address that nobody has is an account like any other, by the digest of what was typed.
"""

from __future__ import annotations

import hmac
import logging
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Final

from sqlalchemy import Column, Connection, Index, and_, bindparam, delete, func, insert, select, text, update
from sqlmodel import Field

from data.budgets import DAY, HOUR, Budgets
from data.contact_profile import PortalContact, address_digest, contact_by_email, portal_password_hash
from data.logins import KNOWN_FOR
from data.personal import About, Personal, columns
from data.tables import Stored, Utc, table_of
from data.vault import Cost
from value_class import value_class

if TYPE_CHECKING:
    from data.database import Database
    from data.vault import Vault

log = logging.getLogger("ivr.web.portal")

_ATTEMPTS_LOCK: Final = 40030030
"""The advisory lock under which tries are counted and reserved on PostgreSQL."""


class PortalAttemptTable(Stored, table=True):
    """One row a try that was let through to its comparison; what was typed is in none."""

    __tablename__ = "portal_attempt"
    __table_args__ = (
        Index("ix_portal_attempt_account_at", "account", "at"),
        Index("ix_portal_attempt_at_matched", "at", "matched"),
    )

    id: int | None = Field(default=None, primary_key=True)
    account: str = Field(max_length=64)
    """The keyed digest of the address that was typed, whether a contact has it or not."""
    company_id: int | None = Field(default=None, foreign_key="company.id", index=True)
    browser: str = Field(max_length=64)
    """The keyed digest of the browser's token."""
    at: datetime = Field(sa_column=Column(Utc, nullable=False))
    matched: bool | None = None
    """What came of it; None until that is known, and then it counts as wrong."""


PORTAL_ATTEMPT = table_of(PortalAttemptTable)

PERSONAL = Personal(
    PORTAL_ATTEMPT,
    columns("id", "at", "matched") | columns("account", "company_id", "browser", about=About.CUSTOMER, exported=None),
    by_company="company_id",
    of_company="passwords tried at the portal",
    rows_kept=KNOWN_FOR,
)

_OF_ACCOUNT = PORTAL_ATTEMPT.c.account == bindparam("account")
_OF_BROWSER = and_(_OF_ACCOUNT, PORTAL_ATTEMPT.c.browser == bindparam("browser"))
_WRONG = PORTAL_ATTEMPT.c.matched.is_not(True)
_HOUR = PORTAL_ATTEMPT.c.at > bindparam("hour_ago")
_DAY = PORTAL_ATTEMPT.c.at > bindparam("day_ago")
_COUNT = select(
    select(func.count()).where(_OF_BROWSER, _WRONG, _DAY).scalar_subquery(),
    select(func.count()).where(_OF_ACCOUNT, _WRONG, _HOUR).scalar_subquery(),
    select(func.count())
    .where(_OF_BROWSER, PORTAL_ATTEMPT.c.matched.is_(True), PORTAL_ATTEMPT.c.at > bindparam("known_since"))
    .scalar_subquery(),
    select(func.count()).where(_WRONG, _DAY).scalar_subquery(),
)
_LOCK = text("SELECT pg_advisory_xact_lock(:key)")
_BEGIN = insert(PORTAL_ATTEMPT).returning(PORTAL_ATTEMPT.c.id)
_FINISH = (
    update(PORTAL_ATTEMPT)
    .where(PORTAL_ATTEMPT.c.id == bindparam("of"))
    .values(matched=bindparam("outcome"), browser=bindparam("known_as"))
)
_REFUSED = delete(PORTAL_ATTEMPT).where(PORTAL_ATTEMPT.c.id == bindparam("of"))
DROP_OLD = delete(PORTAL_ATTEMPT).where(PORTAL_ATTEMPT.c.at <= bindparam("due"))
"""The sweep's statement."""


@value_class
class PortalTry:
    """A reserved try: the ``id`` of its row, and whether a budget was left, so that what is right is taken."""

    id: int
    admitted: bool
    alarming: bool
    """With it people are told that somebody guesses."""


def begin_portal_try(
    connection: Connection, budgets: Budgets, account: str, company_id: int | None, browser: str, now: datetime
) -> PortalTry:
    """Count a try at ``now`` (aware) before it is compared, in a transaction that writes.

    ``budgets.account`` wrong ones within 24 hours are the browser's own at this account; ``budgets.staff`` within an
    hour are those of all browsers at this account, and ``budgets.all`` within 24 hours those of all at the portal:
    these two do not bind a browser from which the account's password was right within KNOWN_FOR.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(_LOCK, {"key": _ATTEMPTS_LOCK})
    whose = {"account": account, "browser": browser}
    since = {"hour_ago": now - HOUR, "day_ago": now - DAY, "known_since": now - KNOWN_FOR}
    of_browser, of_hour, right_before, of_all = connection.execute(_COUNT, whose | since).one()
    within_others = of_hour < budgets.staff and of_all < budgets.all
    admitted = of_browser < budgets.account and bool(right_before or within_others)
    number = connection.execute(_BEGIN, whose | {"company_id": company_id, "at": now}).scalar_one()
    alarming = admitted and (of_hour + 1 == budgets.staff or of_all + 1 == budgets.all)
    return PortalTry(number, admitted, alarming)


def finish_portal_try(connection: Connection, reserved: PortalTry, matched: bool, browser: str) -> None:
    """Write what came of a try, and as which ``browser`` it is known from now on. One that had no budget leaves no row:
    so hammering fills no disk.
    """
    if reserved.admitted:
        connection.execute(_FINISH, {"of": reserved.id, "outcome": matched, "known_as": browser})
    else:
        connection.execute(_REFUSED, {"of": reserved.id})


def code_account(vault: Vault, account: str) -> str:
    """Return the account under which tries at codes are counted that were asked for the password's ``account``."""
    return address_digest(vault, f"code {account}")


def know_portal_browser(connection: Connection, account: str, company_id: int, browser: str, now: datetime) -> None:
    """Know a browser in which a contact proved by a one-time code who it is."""
    row = {"account": account, "company_id": company_id, "browser": browser, "at": now, "matched": True}
    connection.execute(insert(PORTAL_ATTEMPT), row)


def try_at_portal(
    database: Database,
    budgets: Budgets,
    account: str,
    company_id: int | None,
    browser: str,
    renewed: str,
    now: datetime,
    compare: Callable[[], bool],
) -> bool:
    """Return whether ``compare`` says yes where a budget is left; where none is, it is asked all the same, at the same
    cost, and its answer is not told. It is asked outside of any transaction.
    """
    with database.transaction(durable=False) as connection:
        reserved = begin_portal_try(connection, budgets, account, company_id, browser, now)
    if reserved.alarming:
        log.error("alarm: many wrong passwords at the portal")
    matched = compare() and reserved.admitted
    with database.transaction(durable=False) as connection:
        finish_portal_try(connection, reserved, matched, renewed if matched else browser)
    return matched


def identify_contact(
    database: Database,
    vault: Vault,
    budgets: Budgets,
    now: datetime,
    address: str,
    password: str,
    browser: str,
    renewed: str,
) -> PortalContact | None:
    """Return the contact with this e-mail address and password; None where there is none, and where no budget is left.

    ``browser`` and ``renewed`` are digests of the token that the browser has, and of the one by which it is known after
    a right password. An address that nobody has, a contact without a password, a blocked one and a wrong password send
    the same statements and cost one argon2 each.
    """
    with database.autocommit() as connection:
        found = contact_by_email(connection, vault, address)
    stored = (found.password_hash or "") if found and not found.blocked else ""
    account = address_digest(vault, address)

    def compare() -> bool:
        owner = f"contact {found.contact_id}" if found else "of nobody"
        candidate = portal_password_hash(vault, owner, password, Cost.of(stored) if stored else None)
        return hmac.compare_digest(stored.encode(), candidate.encode())

    company_id = found.company_id if found else None
    matched = try_at_portal(database, budgets, account, company_id, browser, renewed, now, compare)
    return found if matched else None
