"""A billed service says which destinations give it, what an hour of it costs from which day on, and when nothing is
charged.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

from routing.hours import Hours
from value_class import value_class
from wording import message

CURRENCIES = ("BRL", "MXN", "USD")
"""Those whose names callers are told."""


@value_class
class Price:
    """A price is what an hour costs from the local date ``since`` on, until a later price holds."""

    since: date
    hour: Decimal

    def __post_init__(self) -> None:
        if not 0 < self.hour < 1_000_000 or self.hour != self.hour.quantize(Decimal("0.01")):
            raise ValueError(
                message(
                    "price-malformed",
                    "a price is above 0, with two decimals at most, not {hour}; write it like 354.00",
                    hour=self.hour,
                )
            )


CONFIRM_HOURS: Final = 24
"""Hours within which a proposed appointment is to be confirmed (seed 001, item d), unless ops write others."""


@value_class
class AppointmentRules:
    """Appointments of a service lie within ``hours``; one that is not confirmed within ``confirm_hours`` lapses."""

    hours: Hours
    confirm_hours: int = CONFIRM_HOURS


@value_class
class Service:
    """A billed service is given by ``destinations``: each a destination, with all below it (consultoria,
    consultoria.rm).

    ``prices`` may be empty: then no amount is told. ``title`` is its name for customers. Nothing is charged where the
    product is at fault and ``waived_if_product_at_fault``; where the company of a ticket belongs to a franchise and
    ``charged_to_unit``, that franchise pays (seed 001). One service of a line ``bills_preparation`` of remote accesses
    on tickets that are free (seed 003 p. 7). ``term`` is the prompt with what its customer agrees to, and
    ``appointments`` None where it is given at once. Raises ValueError for two prices of one day, and for a currency
    that has no name for callers.
    """

    name: str
    destinations: tuple[str, ...]
    prices: tuple[Price, ...] = ()
    currency: str = "BRL"
    title: str = ""
    waived_if_product_at_fault: bool = False
    charged_to_unit: bool = False
    bills_preparation: bool = False
    term: str | None = None
    appointments: AppointmentRules | None = None

    def __post_init__(self) -> None:
        if self.currency not in CURRENCIES:
            raise ValueError(
                message(
                    "currency-unknown",
                    "'{currency}' is no currency that callers can be told; write one of {known}",
                    currency=self.currency,
                    known=", ".join(CURRENCIES),
                )
            )
        days = [price.since for price in self.prices]
        twice = next((day for day in days if days.count(day) > 1), None)
        if twice:
            raise ValueError(message("two-prices-of-a-day", "two prices hold from {day} on; delete one", day=twice))

    @property
    def name_for_customers(self) -> str:
        """Return the title, or the name with a capital letter and without dashes where there is none."""
        return self.title or self.name.replace("-", " ").capitalize()

    def price_on(self, day: date) -> Price | None:
        """Return the price on the local date ``day``, the last one that has begun; None before the first one does, and
        where there is none: no amount is made up of a price that does not hold.
        """
        begun = [price for price in self.prices if price.since <= day]
        return max(begun, key=lambda price: price.since, default=None)
