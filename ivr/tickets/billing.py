"""A bill is what the minutes of a ticket's billed service cost, at the price of the local day of acceptance.

Seed 001 (items a to c) and seed 003 p. 15 tell the rules; what they leave open is decided here:

- What counts is each minute that the staff noted while the ticket was under the service, from the consent until the
  customer stopped it formally, as it was noted: nothing is rounded up to a quarter of an hour.
- The minutes are summed first, and the sum is rounded once, to a hundredth of the currency, half of one upwards. So
  the bill is the sum of its parts, never the sum of rounded parts.
- A solution that is accepted by silence is charged as any other: its last day for acceptance is the day of its price.
  So is a ticket that its customer left unanswered: what was served is owed (seed 001, item c).
- Where no minute was noted the consent is void, and nothing is charged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta, tzinfo
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Final

from ivr.tickets.events import EventKind
from routing.services import Service
from value_class import value_class

PRODUCT: Final = "product"
"""The cause that the staff note with a solution where the product is at fault (an ISSUE, seed 001, item a)."""

CHARGED_AT: Final = frozenset({EventKind.ACCEPTED, EventKind.SILENCE_ACCEPTED, EventKind.LEFT_UNANSWERED})
"""Events by which a ticket closes for good, and is billed."""

_AT_MIDNIGHT: Final = frozenset({EventKind.SILENCE_ACCEPTED, EventKind.LEFT_UNANSWERED})
"""They happen when a last day is over, so that their moment is the next day's first."""

_CENT: Final = Decimal("0.01")
_MINUTES_OF_AN_HOUR: Final = 60


class NotCharged(StrEnum):
    """Nothing is charged for a billed service, for one of these reasons."""

    PRODUCT_AT_FAULT = "product-at-fault"
    NOTHING_SERVED = "nothing-served"
    WITHOUT_PRICE = "without-price"
    """The line keeps no price of the service that holds on that day: its minutes are told, and billed elsewhere."""


@value_class
class MinutesNoted:
    """The staff noted that an activity of a ticket took so many ``minutes``; ``preparation`` of a remote access by a
    tool that is not approved is billed on a free ticket as well (seed 003 p. 7).
    """

    minutes: int
    preparation: bool = False


@value_class
class ServiceTaken:
    """From here on a ticket is under ``service``; None: under Suporte Padrão, which is free."""

    service: str | None


ServiceStep = MinutesNoted | ServiceTaken


@value_class
class TicketBill:
    """``minutes`` at ``hour_price`` an hour make ``amount`` of ``currency``; nothing where it is ``waived``."""

    minutes: int
    hour_price: Decimal
    amount: Decimal
    currency: str
    waived: NotCharged | None = None


def minutes_by_service(
    first: str | None, steps: Iterable[ServiceStep], preparation: str | None = None
) -> Mapping[str | None, int]:
    """Return the minutes that were noted under each service of a ticket, oldest step first; ``first`` is the service
    under which it was opened, None the free one. Where that one prepares an access, the service ``preparation`` bills
    it.
    """
    counted: Counter[str | None] = Counter()
    service = first
    for step in steps:
        match step:
            case ServiceTaken(service):
                pass
            case MinutesNoted(minutes, prepares):
                counted[service or (preparation if prepares else None)] += minutes
    return counted


def amount_of(minutes: int, hour_price: Decimal) -> Decimal:
    """Return what ``minutes`` cost at ``hour_price`` an hour, with two decimals, half a hundredth rounded upwards."""
    return (hour_price * minutes / _MINUTES_OF_AN_HOUR).quantize(_CENT, ROUND_HALF_UP)


def bill(service: Service, minutes: int, accepted_on: date, *, product_at_fault: bool) -> TicketBill:
    """Return the bill of ``minutes`` of ``service``, accepted on that local day.

    A service that is charged whatever the cause (Consultoria Técnica) is charged where the product is at fault, too.
    """
    price = service.price_on(accepted_on)
    hour = price.hour if price else Decimal(0)
    waived = _not_charged(service, minutes, product_at_fault=product_at_fault, priced=price is not None)
    amount = Decimal(0).quantize(_CENT) if waived else amount_of(minutes, hour)
    return TicketBill(minutes, hour, amount, service.currency, waived)


def charged_at(kind: EventKind, at: datetime) -> datetime:
    """Return the moment to which a ticket is charged that closed by ``kind`` ``at`` (aware): one second earlier where
    its last day was over, so that the charge and its price are of that last day.
    """
    return at - timedelta(seconds=1) if kind in _AT_MIDNIGHT else at


def day_of_price(charged: datetime, zone: tzinfo) -> date:
    """Return the local day whose price holds."""
    return charged.astimezone(zone).date()


def _not_charged(service: Service, minutes: int, *, product_at_fault: bool, priced: bool) -> NotCharged | None:
    if not minutes:
        return NotCharged.NOTHING_SERVED
    if product_at_fault and service.waived_if_product_at_fault:
        return NotCharged.PRODUCT_AT_FAULT
    return None if priced else NotCharged.WITHOUT_PRICE
