"""``billed`` tells what a ticket costs in the words of customers, before a solution is accepted and after it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from data.charges import charges_of
from ivr.languages import language_of
from ivr.service_desk.billing import bills_of
from ivr.tickets.billing import NotCharged, TicketBill
from ivr.tickets.billing_words import hours_and_minutes
from ivr.web.shell.languages import gettext as _

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from data.tickets import TicketRecord
    from ivr.flow.line import Line


def billed(connection: Connection, line: Line, ticket: TicketRecord, now: datetime) -> tuple[str, ...]:
    """Return a sentence for each billed service of the ticket: as it was charged, or would be if it is accepted at
    ``now`` (aware). None for a free one.
    """
    services, money = line.routing.table.services, language_of(line.header.language).money
    charged = [
        (each.service, TicketBill(each.minutes, each.hour_price, each.amount, each.currency, _waived(each.waived)))
        for each in charges_of(connection, ticket.number)
    ]
    if not charged:
        charged = [(each.service.name, each.bill) for each in bills_of(connection, line, ticket, now)]
    told = []
    for name, bill in charged:
        service = services.get(name)
        shown = service.name_for_customers if service else name
        values = {"time": hours_and_minutes(bill.minutes), "service": shown}
        match bill.waived:
            case None:
                values |= {
                    "amount": money.written(bill.amount, bill.currency),
                    "price": money.written(bill.hour_price, bill.currency),
                }
                told.append(_("%(time)s hours of %(service)s are billed: %(amount)s, at %(price)s an hour.") % values)
            case NotCharged.PRODUCT_AT_FAULT:
                told.append(_("%(time)s hours of %(service)s, not billed: the product was at fault.") % values)
            case NotCharged.NOTHING_SERVED:
                told.append(_("Nothing of %(service)s was given, and nothing is billed.") % values)
            case NotCharged.WITHOUT_PRICE:
                told.append(_("%(time)s hours of %(service)s are billed at the price of your contract.") % values)
    return tuple(told)


def _waived(stored: str | None) -> NotCharged | None:
    return NotCharged(stored) if stored else None
