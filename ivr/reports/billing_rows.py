"""A billing row is one charge as it is invoiced: to whom, for which service, and what it costs or why nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Final, TextIO

from sqlalchemy import Connection

from data.charges import charges_between
from data.csv_cells import CsvValue, write_cells
from data.tickets import searchable
from ivr.flow.line import Line
from ivr.reports.period import ReportPeriod
from value_class import value_class


@value_class
class BillingRow:
    """A charge of ``ticket``: ``minutes`` of ``service`` at ``hour_price`` an hour make ``amount``, or nothing where it
    is ``waived``. It goes to ``unit`` where there is one, else to ``company``, of whose document ``last_two`` are told.
    """

    ticket: str
    company: str
    last_two: str
    service: str
    title: str
    minutes: int
    hour_price: Decimal
    currency: str
    amount: Decimal
    waived: str | None
    accepted_on: date
    unit: str | None


COLUMNS: Final[Mapping[str, Callable[[BillingRow], CsvValue]]] = {
    "ticket": lambda row: row.ticket,
    "company": lambda row: row.company,
    "last_two": lambda row: row.last_two,
    "service": lambda row: row.service,
    "minutes": lambda row: row.minutes,
    "hour_price": lambda row: f"{row.hour_price:.2f}",
    "amount": lambda row: f"{row.amount:.2f}",
    "currency": lambda row: row.currency,
    "waived": lambda row: row.waived or "",
    "accepted_on": lambda row: row.accepted_on.isoformat(),
    "unit": lambda row: row.unit,
}
"""What stands in each column of the CSV file; the order is that of releases before."""


def billing_rows(
    connection: Connection, line: Line, period: ReportPeriod, company: str | None = None
) -> Iterator[BillingRow]:
    """Yield the charges of ``line`` that were accepted in ``period``, the oldest first.

    ``company`` leaves those in whose name it stands, accents and capitals ignored.
    """
    wanted = searchable(company) if company else ""
    for each in charges_between(connection, line.name, period.since, period.until):
        if wanted and wanted not in searchable(each.company):
            continue
        charge = each.charge
        service = line.routing.table.services.get(charge.service)
        yield BillingRow(
            charge.ticket,
            each.company,
            each.last_two,
            charge.service,
            service.name_for_customers if service else charge.service,
            charge.minutes,
            charge.hour_price,
            charge.currency,
            charge.amount,
            charge.waived,
            charge.accepted_at.astimezone(period.zone).date(),
            charge.unit,
        )


def sums_of(rows: Iterable[BillingRow]) -> dict[str, Decimal]:
    """Return what is charged in all, by currency."""
    found: dict[str, Decimal] = {}
    for row in rows:
        found[row.currency] = found.get(row.currency, Decimal(0)) + row.amount
    return found


def write_billing_csv(rows: Iterable[BillingRow], out: TextIO) -> None:
    """Write the rows as CSV, with the names of the columns first."""
    write_cells(out, [COLUMNS])
    write_cells(out, ([read(row) for read in COLUMNS.values()] for row in rows))
