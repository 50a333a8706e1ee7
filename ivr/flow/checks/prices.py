"""A price that is told must be there, and no caller may be billed for a service that is not described."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.flow.nodes import say
from ivr.source.fields import suggest
from wording import message

if TYPE_CHECKING:
    from datetime import date

    from ivr.flow.line import Line
    from ivr.source.diagnostics import Diagnostics

PLACEHOLDER = "preco"


def check_prices(line: Line, diagnostics: Diagnostics) -> None:
    """Each say names a service that routing.yaml has; one whose prompt tells a price has a service with prices,
    and so does a term that is agreed to on a ticket.
    """
    services = line.routing.table.services
    used: set[str] = set()
    for node in line.states.values():
        if not isinstance(node, say.Say):
            continue
        if node.service:
            used.add(node.service)
            if node.service not in services:
                if f"services.{node.service}" in line.routing.places:
                    continue  # it is there, and its fault was told
                near = suggest(node.service, services)
                told = message(
                    "service-unknown",
                    "'{state}' names the service '{service}', which routing.yaml does not have{near}",
                    state=node.name,
                    service=node.service,
                    near=near,
                )
                diagnostics.error(node.service.mark, told)
                continue
        prompt = line.prompts.texts.get(node.prompt)
        priced = node.service and services[node.service].prices
        if prompt and PLACEHOLDER in prompt.needs() and not priced:
            diagnostics.error(
                node.mark,
                message(
                    "price-without-service",
                    "'{prompt}' tells a price, and '{state}' has none; give it 'service', with 'prices' in "
                    "routing.yaml",
                    prompt=node.prompt,
                    state=node.name,
                ),
            )
    for name, service in services.items():
        term = line.prompts.texts.get(service.term) if service.term else None
        if term and PLACEHOLDER in term.needs() and not service.prices:
            diagnostics.error(
                line.routing.places[f"services.{name}"],
                message(
                    "term-without-price",
                    "the term '{prompt}' tells a price, and the service '{service}' has none; give it 'prices'",
                    prompt=service.term,
                    service=name,
                ),
            )
        if name not in used and not service.term:
            mark = line.routing.places[f"services.{name}"]
            diagnostics.warning(
                mark,
                message(
                    "service-unused",
                    "no say tells of the service '{name}'; name it as 'service' of one, give it a 'term', or delete it",
                    name=name,
                ),
            )

    preparing = [service.name for service in services.values() if service.bills_preparation]
    if len(preparing) > 1:
        diagnostics.error(
            line.routing.places[f"services.{preparing[1]}"],
            message(
                "preparation-billed-twice",
                "'{service}' and '{other}' both bill the preparation of remote accesses; let one of them do so",
                service=preparing[1],
                other=preparing[0],
            ),
        )


def check_prices_ahead(line: Line, diagnostics: Diagnostics, since: date) -> None:
    """On the day of the check a price holds."""
    for service in line.routing.table.services.values():
        if service.prices and min(price.since for price in service.prices) > since:
            diagnostics.error(
                line.routing.places[f"services.{service.name}"],
                message(
                    "price-not-yet-valid",
                    "no price of the service '{service}' holds on {since} yet; add the one that holds today",
                    service=service.name,
                    since=since,
                ),
            )
