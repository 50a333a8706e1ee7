"""``services``: what is billed, by which destinations, and what an hour costs from which day on.

services:
  consultoria-tecnica:                 # a say names it: {say: {prompt: termo, service: consultoria-tecnica, ...}}
    desks: consultoria                 # consultoria and all of consultoria.*
    currency: BRL                      # default; MXN, USD
    prices:                            # {preco} of the prompt is the one that holds on the day of the call
      - {from: "2026-01-01", hour: "354.00"}
      - {from: "2027-01-01", hour: "370.00"}
    title: Consultoria Técnica         # its name for customers; default: the name without dashes
    charged_to_unit: yes               # default no: where the company belongs to a franchise, that one pays
  consultoria-do-suporte:
    desks: suporte
    waived_if_product_at_fault: yes    # default no: it is charged whatever the cause
    bills_preparation: yes             # default no: of remote accesses on tickets that are free
    term: termo-consultoria-do-suporte # the prompt that a customer agrees to on a ticket
    appointments:                      # without them it is given at once
      hours: consultoria-do-suporte    # one of 'hours'
      confirm_hours: 24                # default 24: one that is not confirmed by then lapses
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from ivr.flow.routing.section import Places, parse_date, sections
from ivr.source.fields import Fields, suggest
from ivr.source.yaml import Text
from routing.destinations import Destination
from routing.hours import Hours
from routing.services import CONFIRM_HOURS, AppointmentRules, Price, Service
from wording import Message, message, phrase

_AMOUNT = re.compile(r"[0-9]{1,6}(?:[.,][0-9]{1,2})?")


def read_services(
    root: Fields,
    destinations: dict[str, Destination],
    hours: Mapping[str, Hours | None],
    places: Places,
    terms: list[Text],
) -> dict[str, Service]:
    """All services by name; a faulty one is left out. The prompt of each term is added to ``terms``."""
    services: dict[str, Service] = {}
    for name, mark, fields in sections(root, "services", phrase("the service"), required=False):
        places[f"services.{name}"] = mark
        found = _service(name, fields, destinations, hours, terms)
        if found:
            services[name] = found
    return services


def _service(
    name: str,
    fields: Fields,
    destinations: dict[str, Destination],
    hours: Mapping[str, Hours | None],
    terms: list[Text],
) -> Service | None:
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
    title = fields.text("title", "")
    waived = fields.flag("waived_if_product_at_fault")
    charged_to_unit = fields.flag("charged_to_unit")
    preparation = fields.flag("bills_preparation")
    term = fields.text("term")
    appointments = _appointments(fields, hours) if fields.has("appointments") else None
    fields.finish()
    if term:
        terms.append(term)
    if len(fields.diagnostics.errors) > before:
        return None
    held = tuple(price for price in prices if price)
    return fields.built(
        lambda: Service(
            name,
            scopes,
            held,
            currency,
            title,
            waived,
            charged_to_unit,
            preparation,
            str(term) if term else None,
            appointments,
        )
    )


def _appointments(fields: Fields, hours: Mapping[str, Hours | None]) -> AppointmentRules | None:
    written = Fields.of(
        fields.value("appointments", required=True),
        phrase("the appointments of {owner}", owner=fields.owner),
        fields.diagnostics,
        fields.mark_of("appointments"),
    )
    name = written.known_name("hours", hours, _unknown_hours)
    if not written.has("hours"):
        written.text("hours", required=True)
    confirm_hours = written.whole("confirm_hours", CONFIRM_HOURS, least=1, most=720)
    written.finish()
    kept = hours.get(name) if name else None
    return AppointmentRules(kept, confirm_hours) if kept else None


def _unknown_hours(owner: str, name: str, near: str) -> Message:
    return message(
        "appointments-of-unknown-hours",
        "{owner} keep the hours '{name}', which do not exist{near}",
        owner=owner,
        name=name,
        near=near,
    )


def _price(fields: Fields) -> Price | None:
    since = fields.parsed("from", parse_date, required=True)
    hour = fields.parsed("hour", _amount, required=True)
    fields.finish()
    return fields.built(lambda: Price(since, hour)) if since and hour else None


def _amount(text: str) -> Decimal:
    if not _AMOUNT.fullmatch(text):
        raise ValueError(message("amount-malformed", "'{text}' is no amount; write it like \"354.00\"", text=text))
    return Decimal(text.replace(",", "."))
