"""``tell_bill`` words a bill as a customer reads it before a solution is accepted (seed 003 p. 15)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.tickets.billing import NotCharged, TicketBill
from routing.services import Service
from wording import Message, phrase

if TYPE_CHECKING:
    from ivr.languages.money import Money


def tell_bill(service: Service, told: TicketBill, money: Money) -> Message:
    """Return what a bill says: hours, service, and the amount as ``money`` writes it, or why nothing is charged."""
    name, time = service.name_for_customers, hours_and_minutes(told.minutes)
    match told.waived:
        case None:
            return phrase(
                "{time} of {service} will be charged: {amount}, at {price} an hour, plus taxes",
                time=time,
                service=name,
                amount=money.written(told.amount, told.currency),
                price=money.written(told.hour_price, told.currency),
            )
        case NotCharged.PRODUCT_AT_FAULT:
            return phrase("{time} of {service}, not charged: the product was at fault", time=time, service=name)
        case NotCharged.NOTHING_SERVED:
            return phrase("nothing of {service} was given, and nothing is charged", service=name)
        case NotCharged.WITHOUT_PRICE:
            return phrase("{time} of {service} will be charged at the price of your contract", time=time, service=name)


def hours_and_minutes(minutes: int) -> str:
    """Return ``1:35`` for 95 minutes."""
    return f"{minutes // 60}:{minutes % 60:02}"
