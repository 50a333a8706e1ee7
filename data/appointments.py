"""An appointment is when a billed service is given; one that is not confirmed within 24 hours lapses (seed 001, item
d).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Field

from data.personal import About, ColumnRule, Personal, columns
from data.protocols import DIGITS
from data.tables import moment, table_of_records


@dataclass(frozen=True, slots=True)
class AppointmentRecord:
    """An appointment of ``minutes`` from ``starts_at`` on. ``state`` is ``proposed``, ``confirmed``, ``refused``,
    ``lapsed``, ``cancelled`` or ``held``; ``proposed_by`` is a party of ``ivr.tickets.events.TicketParty``.
    """

    id: str
    ticket: str
    company_id: int
    service: str
    starts_at: datetime
    minutes: int
    proposed_at: datetime
    proposed_by: str
    user_id: int | None
    contact_id: int | None
    state: str
    answered_at: datetime | None = None


APPOINTMENT = table_of_records(
    AppointmentRecord,
    "appointment",
    id=Field(primary_key=True, max_length=34),
    ticket=Field(foreign_key="ticket.number", max_length=DIGITS, index=True),
    company_id=Field(foreign_key="company.id", index=True),
    starts_at=moment(index=True),
    proposed_by=Field(max_length=10),
    contact_id=Field(foreign_key="contact.id", nullable=True),
    state=Field(max_length=12),
)

PERSONAL = Personal(
    APPOINTMENT,
    columns("id", "company_id", "contact_id", about=About.CUSTOMER, exported=None)
    | columns("ticket", "service", "starts_at", "minutes", "proposed_at", "proposed_by", "state", "answered_at")
    | {"user_id": ColumnRule(About.STAFF, exported=None)},
    by_company="company_id",
    rows_period="tickets",
    of_company="appointments",
)
