"""A remote access is what an analyst asks for on a ticket, and what the customer answers: view only, with one tool,
for a time.

The row is the evidence (seeds 000 and 002): who asked, for what, with which tool, who allowed or refused it, when and
how.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Text
from sqlmodel import Field

from data.personal import About, ColumnRule, Personal, columns
from data.protocols import DIGITS
from data.tables import table_of_records


@dataclass(frozen=True, slots=True)
class RemoteAccessRecord:
    """``approved`` says whether the ``tool`` is one of those that are; of another one ``preparation_minutes`` are
    billed.

    ``answer`` is ``allowed``, ``refused`` or ``expired``, None while the customer has not answered.
    """

    id: str
    ticket: str
    company_id: int
    tool: str
    approved: bool
    purpose: str
    preparation_minutes: int
    asked_at: datetime
    asked_by: int | None
    expires_at: datetime
    answer: str | None = None
    answered_at: datetime | None = None
    answered_by: int | None = None
    channel: str | None = None
    ended_at: datetime | None = None


REMOTE_ACCESS = table_of_records(
    RemoteAccessRecord,
    "remote_access",
    id=Field(primary_key=True, max_length=34),
    ticket=Field(foreign_key="ticket.number", max_length=DIGITS, index=True),
    company_id=Field(foreign_key="company.id", index=True),
    purpose=Field(sa_column=Column(Text, nullable=False)),
    answered_by=Field(foreign_key="contact.id", nullable=True),
    answer=Field(max_length=10, nullable=True),
    channel=Field(max_length=12, nullable=True),
)

PERSONAL = Personal(
    REMOTE_ACCESS,
    columns("id", "company_id", "answered_by", about=About.CUSTOMER, exported=None)
    | columns("purpose", about=About.CUSTOMER)
    | columns("ticket", "tool", "approved", "preparation_minutes", "asked_at", "expires_at", "answer", "answered_at")
    | columns("channel", "ended_at")
    | {"asked_by": ColumnRule(About.STAFF, exported=None)},
    by_company="company_id",
    rows_period="tickets",
    of_company="remote accesses",
)
