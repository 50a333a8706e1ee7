"""An invoice: money that a company owes, or owed."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TypedDict

from sqlalchemy import Column, Connection, Index, UniqueConstraint, bindparam, select, update
from sqlmodel import Field

from data import values
from data.personal import About, Personal, columns
from data.tables import MoneyColumn, Stored, insert_unless_there, table_of
from value_class import value_class
from wording import message, phrase


class InvoiceTable(Stored, table=True):
    """One row an invoice; its number is unique within the company."""

    __tablename__ = "invoice"
    __table_args__ = (UniqueConstraint("company_id", "number"), Index(None, "company_id", "paid"))

    id: int | None = Field(default=None, primary_key=True)
    company_id: int = Field(foreign_key="company.id")
    number: str
    amount: Decimal = Field(sa_column=Column(MoneyColumn, nullable=False))
    due: date
    grace_days: int
    """Days after ``due`` in which the company is still served: an agreed delay or instalment plan."""
    paid: bool


class InvoiceFields(TypedDict, total=False):
    """These fields are written of an invoice; what is left out stays as it is, or is as DEFAULTS for a new one."""

    amount: Decimal
    due: date
    grace_days: int
    paid: bool


@value_class
class InvoiceRecord:
    """An invoice that is not paid."""

    number: str
    amount: Decimal
    due: date
    grace_days: int

    def is_overdue(self, today: date) -> bool:
        """Return whether the due date and the days of grace are both over."""
        return today > self.due + timedelta(days=self.grace_days)


DEFAULTS: InvoiceFields = {"grace_days": 0, "paid": False}

READERS: values.Readers = {
    "number": values.words,
    "amount": values.amount,
    "due": values.day,
    "grace_days": values.days,
    "paid": values.flag,
}

INVOICE = table_of(InvoiceTable)

PERSONAL = Personal(
    INVOICE,
    columns("id", "company_id", exported=None)
    | columns("number", "amount", "due", "grace_days", "paid", about=About.CUSTOMER),
    by_company="company_id",
)

_INSERT = insert_unless_there(INVOICE)
_FIND = select(INVOICE.c.id).where(
    INVOICE.c.company_id == bindparam("company_id"), INVOICE.c.number == bindparam("number")
)
_UNPAID = (
    select(INVOICE.c.number, INVOICE.c.amount, INVOICE.c.due, INVOICE.c.grace_days)
    .where(INVOICE.c.company_id == bindparam("company_id"), INVOICE.c.paid.is_(False))
    .order_by(INVOICE.c.due, INVOICE.c.number)
)


def unpaid_invoices(connection: Connection, company_id: int) -> tuple[InvoiceRecord, ...]:
    """Return the invoices of a company that are not paid, the oldest first."""
    return tuple(InvoiceRecord(*row) for row in connection.execute(_UNPAID, {"company_id": company_id}))


def save_invoice(connection: Connection, company_id: int, number: str, fields: InvoiceFields) -> None:
    """Add the invoice or change the one of that number. Raises ValueError for a new one without amount or due."""
    key = {"company_id": company_id, "number": number}
    found = connection.execute(_FIND, key).scalar()
    if found is None:
        missing = [name for name in ("amount", "due") if name not in fields]
        if missing:
            raise ValueError(
                message(
                    "invoice-incomplete",
                    "a new invoice needs {missing}; write what is missing",
                    missing=phrase("amount and due") if len(missing) > 1 else missing[0],
                )
            )
        connection.execute(_INSERT[connection.dialect.name], {**DEFAULTS, **fields, **key})
    elif fields:
        connection.execute(update(INVOICE).where(INVOICE.c.id == found).values(**fields))
