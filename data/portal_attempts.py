"""Passwords and codes typed at the portal: each try is reserved before it is compared (``data.browser_tries``).

They are counted apart from those of the telephone: a program can send a thousand forms a minute, and must not be able
to use up the budget with which callers are let in. Strangers can lock no contact out. An address that nobody has is an
account like any other, by the digest of what was typed.
"""

from __future__ import annotations

import hmac
import logging
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from sqlalchemy import Column, Index
from sqlmodel import Field

from data.browser_tries import KNOWN_FOR, BrowserTries
from data.budgets import Budgets
from data.contact_profile import PortalContact, address_digest, contact_by_email, portal_password_hash
from data.personal import About, Personal, columns
from data.tables import Stored, Utc, table_of
from data.vault import Cost

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

PORTAL_TRIES: Final = BrowserTries(
    PORTAL_ATTEMPT, _ATTEMPTS_LOCK, partial(log.error, "alarm: many wrong passwords at the portal"), bounds_all=True
)
DROP_OLD = PORTAL_TRIES.drop_old


def code_account(vault: Vault, account: str) -> str:
    """Return the account under which tries at codes are counted that were asked for the password's ``account``."""
    return address_digest(vault, f"code {account}")


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
    matched = PORTAL_TRIES.matches(database, budgets, account, browser, renewed, now, compare, company_id=company_id)
    return found if matched else None
