"""``services``: what is billed, by which destinations, and what an hour costs from which day on.

services:
  consultoria-tecnica:                 # a say names it: {say: {prompt: termo, service: consultoria-tecnica, ...}}
    desks: consultoria                 # consultoria and all of consultoria.*
    currency: BRL                      # default; MXN, USD
    prices:                            # {preco} of the prompt is the one that holds on the day of the call
      - {from: "2026-01-01", hour: "354.00"}
      - {from: "2027-01-01", hour: "370.00"}
"""

from __future__ import annotations

import re
from decimal import Decimal

from ivr.flow.routing.section import Places, parse_date, sections
from ivr.source.fields import Fields, suggest
from routing.destinations import Destination
from routing.services import Price, Service
from wording import message, phrase

_AMOUNT = re.compile(r"[0-9]{1,6}(?:[.,][0-9]{1,2})?")


def read_services(root: Fields, destinations: dict[str, Destination], places: Places) -> dict[str, Service]:
    """All services by name; a faulty one is left out."""
    services: dict[str, Service] = {}
    for name, mark, fields in sections(root, "services", phrase("the service"), required=False):
        places[f"services.{name}"] = mark
        found = _service(name, fields, destinations)
        if found:
            services[name] = found
    return services


def _service(name: str, fields: Fields, destinations: dict[str, Destination]) -> Service | None:
    before = len(fields.diagnostics.errors)
    scopes = fields.texts("desks", required=True)
    for scope in scopes:
        if not any(each == scope or each.startswith(f"{scope}.") for each in destinations):
            near = suggest(scope, destinations)
            told = message(
                "service-of-unknown-destination",
                "{owner} is given by '{scope}', which is no destination{near}",
                owner=fields.owner,
                scope=scope,
                near=near,
            )
            fields.diagnostics.error(scope.mark, told)
    currency = fields.text("currency", "BRL")
    prices = [
        _price(Fields.of(item, phrase("a price of {owner}", owner=fields.owner), fields.diagnostics, fields.mark))
        for item in fields.items("prices")
    ]
    fields.finish()
    if len(fields.diagnostics.errors) > before:
        return None
    held = tuple(price for price in prices if price)
    return fields.built(lambda: Service(name, scopes, held, currency))


def _price(fields: Fields) -> Price | None:
    since = fields.parsed("from", parse_date, required=True)
    hour = fields.parsed("hour", _amount, required=True)
    fields.finish()
    return fields.built(lambda: Price(since, hour)) if since and hour else None


def _amount(text: str) -> Decimal:
    if not _AMOUNT.fullmatch(text):
        raise ValueError(message("amount-malformed", "'{text}' is no amount; write it like \"354.00\"", text=text))
    return Decimal(text.replace(",", "."))
