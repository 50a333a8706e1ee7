"""The audit tells who of the staff did what, when and from where: one row an act, in the transaction that does it.

No row holds a secret or a document, and none is changed before its period is over (see ``data.periods``).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Column, Connection, Index, bindparam, func, insert, select
from sqlmodel import Field

from data.personal import About, ColumnRule, Personal, columns
from data.tables import Stored, Utc, table_of
from value_class import value_class

CONSOLE: Final = "console"
"""From where a command was given."""

TELEPHONE: Final = "telephone"
"""From where a destination was closed by its keypad number; no number of a telephone is kept here."""

VISITOR: Final = "(no login)"
"""Who a person of this machine is that did not log in. No login has brackets."""

LINK: Final = "(link)"
"""Who hears a recording by a link of which it is not known to whom it was given. No login has brackets."""

_LONGEST: Final = 200


class AuditTable(Stored, table=True):
    """One row an act."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_at", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_column=Column(Utc, nullable=False))
    who: str
    """A login; by telephone a user's full name; at the console an account of the operating system; VISITOR or LINK."""
    act: str
    subject: str
    """What it was done to: a login, a destination, a page; never a document."""
    address: str
    """CONSOLE, TELEPHONE, or the address of the browser; behind a proxy both, as ``203.0.113.7 via 10.0.0.2``."""
    company_id: int | None = Field(default=None, index=True)
    """Whose contact did it on the portal, with ``who`` and ``subject`` naming contacts; None where staff did it."""


AUDIT = table_of(AuditTable)

PERSONAL = Personal(
    AUDIT,
    columns("id", "at", "act")
    | columns("company_id", about=About.CUSTOMER, exported=None)
    | columns("who", "subject", about=About.STAFF)
    | {"address": ColumnRule(About.STAFF, becomes="", period="addresses")},
    by_company="company_id",
    of_company="acts on the portal",
    rows_period="audit",
)


@value_class
class AuditRow:
    """A row says who did what to which subject, when (UTC) and from where."""

    at: datetime
    who: str
    act: str
    subject: str
    address: str


_NEWEST = (
    select(AUDIT.c.at, AUDIT.c.who, AUDIT.c.act, AUDIT.c.subject, AUDIT.c.address)
    .where(AUDIT.c.at > bindparam("since"))
    .order_by(AUDIT.c.at, AUDIT.c.id)
)


_COUNT_OF_COMPANY = select(func.count()).where(
    AUDIT.c.company_id == bindparam("company"),
    AUDIT.c.act == bindparam("what"),
    AUDIT.c.at > bindparam("since"),
)
_COUNT_OF_CONTACT = _COUNT_OF_COMPANY.where(AUDIT.c.who == bindparam("who_did"))


def record(
    connection: Connection,
    now: datetime,
    who: str,
    act: str,
    subject: str,
    address: str,
    company_id: int | None = None,
) -> None:
    """Write the row of an act at ``now`` (aware), in the transaction that does it. What is too long is cut.

    ``company_id`` says whose contact did it on the portal: such rows name contacts, and go when the company is erased.
    """
    row: dict[str, Any] = {"at": now, "who": who, "act": act, "subject": subject[:_LONGEST], "address": address}
    row["company_id"] = company_id
    connection.execute(insert(AUDIT), row)


def acts_of(connection: Connection, company_id: int, who: str | None, act: str, since: datetime) -> int:
    """Return how often a contact of a company, or any of them (None), did an act on the portal after ``since`` (aware).

    The audit has names: who may change them is bounded by the company's count, and not by that of a name alone.
    """
    asked = {"company": company_id, "what": act, "since": since} | ({"who_did": who} if who else {})
    return int(connection.execute(_COUNT_OF_CONTACT if who else _COUNT_OF_COMPANY, asked).scalar_one())


def audit_since(connection: Connection, since: datetime, who: str | None = None) -> list[AuditRow]:
    """Return the acts after ``since`` (aware), the oldest first; ``who`` leaves those of one person."""
    found = _NEWEST if who is None else _NEWEST.where(AUDIT.c.who == who)
    return [AuditRow(*row) for row in connection.execute(found, {"since": since})]
