"""An attachment is a file that a customer or an agent put to a ticket, bounded in size and type by who takes it in."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import Column, Connection, LargeBinary, bindparam, func, insert, select
from sqlmodel import Field

from data.personal import About, Personal, columns
from data.protocols import DIGITS
from data.statement import Statement
from data.tables import table_of_records, values_of
from value_class import value_class


@value_class
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


@value_class
class AttachmentName:
    """An attachment without its content, as it stands in a list."""

    id: str
    ticket: str
    position: int
    at: datetime
    party: str
    name: str
    media_type: str
    size: int


_ADD: Final = Statement(insert(ATTACHMENT))
_NAMES: Final = Statement(
    select(
        ATTACHMENT.c.id,
        ATTACHMENT.c.ticket,
        ATTACHMENT.c.position,
        ATTACHMENT.c.at,
        ATTACHMENT.c.party,
        ATTACHMENT.c.name,
        ATTACHMENT.c.media_type,
        ATTACHMENT.c.size,
    )
    .where(ATTACHMENT.c.ticket == bindparam("of"))
    .order_by(ATTACHMENT.c.position, ATTACHMENT.c.id)
)
_FIND: Final = Statement(select(ATTACHMENT).where(ATTACHMENT.c.id == bindparam("of")))

_SENT: Final = select(func.coalesce(func.sum(ATTACHMENT.c.size), 0)).where(
    ATTACHMENT.c.company_id == bindparam("of"),
    ATTACHMENT.c.party == bindparam("by"),
    ATTACHMENT.c.at > bindparam("since"),
)


def add_attachment(connection: Connection, attachment: AttachmentRecord) -> None:
    """Write a file of a ticket."""
    _ADD.write(connection, values_of(attachment))


def attachments_of(connection: Connection, ticket: str) -> list[AttachmentName]:
    """Return the files of a ticket without their contents, in the order of their events."""
    return [AttachmentName(*row) for row in _NAMES.all(connection, {"of": ticket})]


def bytes_sent(connection: Connection, company_id: int, party: str, since: datetime) -> int:
    """Return how many bytes of files a ``party`` to tickets of a company has sent after ``since`` (aware)."""
    return int(connection.execute(_SENT, {"of": company_id, "by": party, "since": since}).scalar_one())


def find_attachment(connection: Connection, attachment: str, ticket: str) -> AttachmentRecord | None:
    """Return the file of that id where it is of that ticket."""
    row = _FIND.first(connection, {"of": attachment})
    found = AttachmentRecord(*row) if row else None
    return found if found and found.ticket == ticket else None
