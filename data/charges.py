"""A charge is what a billed service of one ticket costs, written when its solution is accepted, at the price of that
day.

It goes to the CNPJ of the ticket (seed 001, item f), or to the franchise whose consultant asked for the service.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Column
from sqlmodel import Field

from data.personal import About, Personal, columns
from data.protocols import DIGITS
from data.tables import MoneyColumn, moment, table_of_records


@dataclass(frozen=True, slots=True)
class ChargeRecord:
    """``minutes`` of ``service`` at ``hour_price`` an hour make ``amount``; ``waived`` says why nothing is charged,
    where that is so. ``unit`` is the franchise that pays, None: the company of the ticket.
    """

    ticket: str
    line: str
    company_id: int
    contact_id: int | None
    service: str
    accepted_at: datetime
    minutes: int
    hour_price: Decimal
    amount: Decimal
    currency: str
    waived: str | None
    unit: str | None


CHARGE = table_of_records(
    ChargeRecord,
    "charge",
    ticket=Field(primary_key=True, foreign_key="ticket.number", max_length=DIGITS),
    company_id=Field(foreign_key="company.id", index=True),
    contact_id=Field(foreign_key="contact.id", nullable=True),
    accepted_at=moment(index=True),
    hour_price=Field(sa_column=Column(MoneyColumn, nullable=False)),
    amount=Field(sa_column=Column(MoneyColumn, nullable=False)),
    currency=Field(max_length=3),
)

PERSONAL = Personal(
    CHARGE,
    columns("company_id", "contact_id", about=About.CUSTOMER, exported=None)
    | columns(
        "ticket", "line", "service", "accepted_at", "minutes", "hour_price", "amount", "currency", "waived", "unit"
    ),
    by_company="company_id",
    rows_period="tickets",
    of_company="charges",
)
