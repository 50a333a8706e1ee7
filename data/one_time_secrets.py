"""A one-time secret proves that who asks at a browser reads what is sent to an address that was registered before.

It is a code, good for fifteen minutes, once, and in the browser that asked for it alone. No row holds it: the code is
derived from the row's id under the key when it is sent (``code_of``), and derived again when it is typed. An address
that nobody may use leaves a row as well, which is sent to no one: so both are answered alike.
"""

from __future__ import annotations

import hmac
import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, Index, bindparam, delete, func, insert, select, update
from sqlmodel import Field

from data.budgets import DAY, HOUR
from data.personal import About, Personal, columns
from data.tables import moment, table_of_records, values_of
from data.vault import WebSecret
from value_class import value_class

if TYPE_CHECKING:
    from data.vault import Vault

GOOD_FOR: Final = timedelta(minutes=15)

MOST_AN_HOUR: Final = 3
MOST_A_DAY: Final = 6
"""Codes that are sent to one address: a stranger who knows it must not fill its box."""

MOST_OF_ALL: Final = 300
"""Codes that are sent within an hour to everybody: whoever makes a program ask must not make the line a sender of
unwanted mail. Addresses that nobody may use are not among them: with invented ones nobody keeps codes from others."""

MOST_ROWS: Final = 10_000
"""Codes that are asked for within an hour, sent or not: whoever asks on and on must not fill the disk."""

MOST_TRIES: Final = 5
"""Wrong ones typed for a code: then it is none any more. Of 30 signs ten are drawn, which is 49 bits."""

_SIGNS: Final = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
"""Without those that are read for another: I, L, O, U, 0 and 1."""

_LENGTH: Final = 10
_GROUP: Final = 5


@value_class
class OneTimeSecret:
    """A row: asked for ``account`` (the digest of the address that was typed) in ``browser`` (the digest of its token),
    to be sent by ``channel``, ``email`` or ``mobile``. ``contact_id`` is None where nobody may use it.
    """

    id: str
    account: str
    browser: str
    channel: str
    company_id: int | None
    contact_id: int | None
    created_at: datetime
    until: datetime
    tries: int = 0
    used_at: datetime | None = None


SECRET = table_of_records(
    OneTimeSecret,
    "one_time_secret",
    Index("ix_one_time_secret_account_created_at", "account", "created_at"),
    id=Field(primary_key=True, max_length=34),
    account=Field(max_length=64),
    browser=Field(max_length=64, index=True),
    channel=Field(max_length=10),
    company_id=Field(foreign_key="company.id", index=True, nullable=True),
    contact_id=Field(foreign_key="contact.id", index=True, nullable=True),
    created_at=moment(index=True),
)

PERSONAL = Personal(
    SECRET,
    columns("id", "channel", "created_at", "until", "tries", "used_at")
    | columns("account", "browser", "company_id", "contact_id", about=About.CUSTOMER, exported=None),
    by_company="company_id",
    of_company="codes asked for",
    rows_kept=timedelta(days=1),
)

_PUT = insert(SECRET)
_ASKED = select(
    select(func.count())
    .where(SECRET.c.account == bindparam("account"), SECRET.c.created_at > bindparam("hour_ago"))
    .scalar_subquery(),
    select(func.count())
    .where(SECRET.c.account == bindparam("account"), SECRET.c.created_at > bindparam("day_ago"))
    .scalar_subquery(),
    select(func.count())
    .where(SECRET.c.created_at > bindparam("hour_ago"), SECRET.c.contact_id.is_not(None))
    .scalar_subquery(),
    select(func.count()).where(SECRET.c.created_at > bindparam("hour_ago")).scalar_subquery(),
)
_OPEN = (SECRET.c.used_at.is_(None), SECRET.c.until > bindparam("now"), SECRET.c.tries < MOST_TRIES)
_NEWEST = (
    select(SECRET)
    .where(SECRET.c.browser == bindparam("of"), *_OPEN)
    .order_by(SECRET.c.created_at.desc(), SECRET.c.id)
    .limit(1)
)
_FIND = select(SECRET).where(SECRET.c.id == bindparam("of"))
_TRY = update(SECRET).where(SECRET.c.id == bindparam("of"), *_OPEN).values(tries=SECRET.c.tries + 1)
_USE = (
    update(SECRET)
    .where(SECRET.c.id == bindparam("of"), SECRET.c.used_at.is_(None), SECRET.c.until > bindparam("now"))
    .values(used_at=bindparam("now"))
)
_END_OF_CONTACT = (
    update(SECRET)
    .where(SECRET.c.contact_id == bindparam("of"), SECRET.c.used_at.is_(None))
    .values(used_at=bindparam("now"))
)
DROP_OVER = delete(SECRET).where(SECRET.c.created_at <= bindparam("due"))
"""The sweep's statement."""


def ask_secret(connection: Connection, secret: OneTimeSecret) -> bool:
    """Write the row of a secret that was asked for, and return whether it may be sent: one for nobody may not, nor more
    than MOST_AN_HOUR and MOST_A_DAY to one address, nor than MOST_OF_ALL within an hour.
    """
    asked = {"account": secret.account, "hour_ago": secret.created_at - HOUR, "day_ago": secret.created_at - DAY}
    of_hour, of_day, of_all, rows = connection.execute(_ASKED, asked).one()
    if rows >= MOST_ROWS:
        return False
    within = of_hour < MOST_AN_HOUR and of_day < MOST_A_DAY and of_all < MOST_OF_ALL
    connection.execute(_PUT, values_of(secret))
    return within and secret.contact_id is not None


def secret_of_browser(connection: Connection, browser: str, now: datetime) -> OneTimeSecret | None:
    """Return the newest secret that was asked for in ``browser`` and is still good at ``now`` (aware)."""
    row = connection.execute(_NEWEST, {"of": browser, "now": now}).first()
    return OneTimeSecret(*row) if row else None


def find_secret(connection: Connection, secret_id: str) -> OneTimeSecret | None:
    """Return the secret of that id, good or not any more."""
    row = connection.execute(_FIND, {"of": secret_id}).first()
    return OneTimeSecret(*row) if row else None


def try_secret(connection: Connection, secret: OneTimeSecret, now: datetime) -> bool:
    """Count a try before the code is compared; False where it is not good any more."""
    return connection.execute(_TRY, {"of": secret.id, "now": now}).rowcount == 1


def use_secret(connection: Connection, secret: OneTimeSecret, now: datetime) -> bool:
    """Use a secret up; False where another one did, or its time is over. Of two who type one code one succeeds."""
    return connection.execute(_USE, {"of": secret.id, "now": now}).rowcount == 1


def end_secrets_of(connection: Connection, contact_id: int, now: datetime) -> None:
    """Let no code of a contact be good any more."""
    connection.execute(_END_OF_CONTACT, {"of": contact_id, "now": now})


def drop_secrets_of(connection: Connection, contact_id: int) -> None:
    """Drop the codes of a contact, good or not."""
    connection.execute(delete(SECRET).where(SECRET.c.contact_id == bindparam("of")), {"of": contact_id})


def code_of(vault: Vault, secret: OneTimeSecret) -> str:
    """Return the code of a secret, like ``K7QXW-2M4HD``; without the key it is as one that was drawn by chance."""
    drawn = int(vault.web_digest(WebSecret.PORTAL_CODE, secret.id), 16)
    signs = []
    for _ in range(_LENGTH):
        drawn, sign = divmod(drawn, len(_SIGNS))
        signs.append(_SIGNS[sign])
    return "-".join("".join(signs[place : place + _GROUP]) for place in range(0, _LENGTH, _GROUP))


def is_code_of(vault: Vault, secret: OneTimeSecret, typed: str) -> bool:
    """Return whether ``typed`` is the code of a secret, however it is written. One for nobody has none."""
    plain = re.sub(r"[^A-Z0-9]", "", typed.upper())
    right = code_of(vault, secret).replace("-", "")
    return hmac.compare_digest(plain.encode(), right.encode()) and secret.contact_id is not None
