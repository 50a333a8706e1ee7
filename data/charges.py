"""A charge is what one billed service of one ticket costs, written when the ticket closes, at the price of that day.

It goes to the CNPJ of the ticket (seed 001, item f), or to the franchise whose consultant asked for the service.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Final

from sqlalchemy import Column, Connection, bindparam, select
from sqlmodel import Field

from data.company import COMPANY
from data.personal import About, Personal, columns
from data.protocols import DIGITS
from data.tables import MoneyColumn, insert_unless_there, moment, table_of_records, values_of
from value_class import value_class


@value_class
class ChargeRecord:
    """``minutes`` of ``service`` at ``hour_price`` an hour make ``amount``; ``waived`` says why nothing is charged,
    where that is so. ``accepted_at`` is the moment whose day's price holds. ``unit`` is the franchise that pays, None:
    the company of the ticket.
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
    service=Field(primary_key=True),
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

_ADD: Final = insert_unless_there(CHARGE)
_OF_TICKET: Final = select(CHARGE).where(CHARGE.c.ticket == bindparam("of")).order_by(CHARGE.c.service)
_BETWEEN: Final = (
    select(*CHARGE.c, COMPANY.c.name, COMPANY.c.last_two)
    .join(COMPANY, COMPANY.c.id == CHARGE.c.company_id)
    .where(
        CHARGE.c.line == bindparam("of_line"),
        CHARGE.c.accepted_at >= bindparam("since"),
        CHARGE.c.accepted_at < bindparam("until"),
    )
    .order_by(CHARGE.c.accepted_at, CHARGE.c.ticket, CHARGE.c.service)
)


@value_class
class InvoicedCharge:
    """A charge with the name of its company and the last two digits of its document, which is all that is shown."""

    charge: ChargeRecord
    company: str
    last_two: str


def add_charge(connection: Connection, charge: ChargeRecord) -> None:
    """Write a charge; nothing happens where the ticket has one of that service: it is billed once."""
    connection.execute(_ADD[connection.dialect.name], values_of(charge))


def charges_of(connection: Connection, ticket: str) -> list[ChargeRecord]:
    """Return the charges of a ticket."""
    return [ChargeRecord(*row) for row in connection.execute(_OF_TICKET, {"of": ticket})]


def charges_between(connection: Connection, line: str, since: datetime, until: datetime) -> Iterator[InvoicedCharge]:
    """Yield the charges of a line from ``since`` on and before ``until`` (aware), the oldest first."""
    for *charge, name, last_two in connection.execute(_BETWEEN, {"of_line": line, "since": since, "until": until}):
        yield InvoicedCharge(ChargeRecord(*charge), name, last_two)
