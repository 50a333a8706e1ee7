"""The price that a caller was told, kept until the term in which it stands is agreed to."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ivr.flow.line import Line


class PriceUnknownError(LookupError):
    """A caller would be told a term without its price, and cannot agree to that: the call ends with an apology, at a
    human. ``ivr check`` refuses such a line (``price-not-yet-valid``).
    """


def quote(line: Line, service: str, today: date) -> str | None:
    """Return what an hour of the service costs today, ``354.00 BRL``; None where no price holds."""
    billed = line.routing.table.services.get(service)
    price = billed.price_on(today) if billed else None
    return f"{price.hour} {billed.currency}" if billed and price else None


def quoted(text: str | None) -> tuple[Decimal, str] | None:
    """The reverse of ``quote``, as amount and currency."""
    if text is None:
        return None
    amount, _, currency = text.partition(" ")
    return Decimal(amount), currency
