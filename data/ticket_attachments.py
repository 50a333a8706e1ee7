"""An attachment is a file that a customer or an agent put to a ticket, bounded in size and type by who takes it in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, LargeBinary
from sqlmodel import Field

from data.personal import About, Personal, columns
from data.protocols import DIGITS
from data.tables import table_of_records


@dataclass(frozen=True, slots=True)
class AttachmentRecord:
    """A file of ``size`` bytes that came with the event ``position`` of a ticket; ``digest`` is its SHA-256 in
    hexadecimal.
    """

    id: str
    ticket: str
    position: int
    company_id: int
    at: datetime
    party: str
    name: str
    media_type: str
    size: int
    digest: str
    content: bytes


ATTACHMENT = table_of_records(
    AttachmentRecord,
    "ticket_attachment",
    id=Field(primary_key=True, max_length=34),
    ticket=Field(foreign_key="ticket.number", max_length=DIGITS, index=True),
    company_id=Field(foreign_key="company.id", index=True),
    party=Field(max_length=10),
    media_type=Field(max_length=80),
    digest=Field(max_length=64),
    content=Field(sa_column=Column(LargeBinary, nullable=False)),
)

PERSONAL = Personal(
    ATTACHMENT,
    columns("id", "company_id", "content", about=About.CUSTOMER, exported=None)
    | columns("name", "digest", about=About.CUSTOMER)
    | columns("ticket", "position", "at", "party", "media_type", "size"),
    by_company="company_id",
    rows_period="tickets",
    of_company="attachments of tickets",
)
