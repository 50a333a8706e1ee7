"""A pendency is an invoice that is overdue beyond its grace: tickets and downloads wait until it is settled.

What a company may still do on the portal: its contacts, own data, privacy (seed: "A customer with a pendency may not
open or see tickets, nor download, on the portal"). The way out is Cobrança: 4003-0015, then 4 and 9.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from data.invoice import unpaid_invoices
from value_class import value_class

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from data.invoice import InvoiceRecord

WAY: Final = "4003-0015"
"""The number of the line, at which 4 and then 9 lead to Cobrança."""


@value_class
class Pendency:
    """A pendency holds the invoices that are overdue beyond their grace: the oldest first, one at least."""

    invoices: tuple[InvoiceRecord, ...]


def pendency_of(connection: Connection, company_id: int, today: date) -> Pendency | None:
    """Return what blocks the company on ``today`` (the line's local day); None where nothing does.

    It judges as the check ``finance`` of a call does: late within the days of grace blocks nothing.
    """
    late = tuple(each for each in unpaid_invoices(connection, company_id) if each.is_overdue(today))
    return Pendency(late) if late else None
