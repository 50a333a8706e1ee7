"""A billed service comes to a ticket by consent: the staff offer its term, and the customer agrees to that very text.

Seed 001: the updated term is sent on the ticket (item before a), a customer who does not want it says so there (a), and
may stop it formally at any time: what was served until then is charged (c). An offer is a visible message that holds
the term as it is today; who agrees, agrees to what was shown, and not where price or text are others by then.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Connection, bindparam, select

from data.contact import CONTACT
from data.ticket_events import TicketEventRecord, events_of
from data.tickets import TicketRecord
from ivr.flow.line import Line
from ivr.languages import language_of
from ivr.service_desk.acts import TicketAct, act_on
from ivr.tickets.billing import day_of_price
from ivr.tickets.events import EventKind, TicketParty
from routing.services import Service
from value_class import value_class
from wording import message

_MAY_ORDER = select(CONTACT.c.consultancy).where(
    CONTACT.c.id == bindparam("of"), CONTACT.c.company_id == bindparam("of_company")
)


class ServiceOfferError(ValueError):
    """A service cannot be offered, agreed to or stopped so; says why, and what can be done."""


@value_class
class ServiceOffer:
    """The event ``position`` of a ticket offers ``service``, by the term ``text`` as it was then shown.

    ``hour`` is the price in it, None where it tells none.
    """

    position: int
    service: str
    title: str
    text: str
    hour: Decimal | None
    currency: str


def services_to_offer(line: Line, ticket: TicketRecord) -> tuple[Service, ...]:
    """Return the services with a term that may be offered on a ticket: those which its destination gives."""
    destination = ticket.destination or ""
    return tuple(
        service
        for service in line.routing.table.services.values()
        if service.term
        and service.name != ticket.service
        and any(destination == scope or destination.startswith(f"{scope}.") for scope in service.destinations)
    )


def term_of(line: Line, service: Service, day: date) -> str:
    """Return the term of ``service`` in the words of the line, with the price of that local day; without any where none
    holds, which is no term that was ever shown.
    """
    prompt = line.prompts.texts[service.term or ""]
    price = service.price_on(day)
    money = language_of(line.header.language).money
    return str(prompt.text).format(preco=money.written(price.hour, service.currency) if price else "")


def offer_service(
    connection: Connection,
    line: Line,
    ticket: TicketRecord,
    service: str,
    author: str,
    user_id: int | None,
    now: datetime,
) -> TicketRecord:
    """Offer ``service`` on a ticket at ``now`` (aware). Raises ServiceOfferError for one that may not be offered, and
    where its term tells a price and none holds on that day: a customer cannot agree to what is not said.
    """
    offered = next((each for each in services_to_offer(line, ticket) if each.name == service), None)
    if offered is None or offered.term is None:
        raise ServiceOfferError(
            message("service-not-offered", "this service is not given by the destination of the ticket; choose another")
        )
    day = day_of_price(now, line.header.zone)
    price = offered.price_on(day)
    if price is None and "preco" in line.prompts.texts[offered.term].needs():
        raise ServiceOfferError(
            message(
                "service-price-not-yet",
                "no price of this service holds today, and its term tells one; ask for a price in routing.yaml first",
            )
        )
    details = {
        "offers": service,
        "term": offered.term,
        "version": line.prompts.texts[offered.term].version,
        "hour": str(price.hour) if price else "",
        "currency": offered.currency,
    }
    act = TicketAct(
        EventKind.MESSAGE_ADDED,
        TicketParty.STAFF,
        author,
        user_id=user_id,
        text=term_of(line, offered, day),
        details=details,
    )
    return act_on(connection, line, ticket, act, now)


def offered_service(connection: Connection, line: Line, number: str) -> ServiceOffer | None:
    """Return what the customer of a ticket may agree to: the last offer, unless it was answered, or the service changed
    after it.
    """
    return _open_offer(line, events_of(connection, number))


def agree_to_service(
    connection: Connection,
    line: Line,
    ticket: TicketRecord,
    position: int,
    author: str,
    contact_id: int,
    now: datetime,
) -> TicketRecord:
    """Put a ticket under the service that its event ``position`` offers: ``contact_id`` agrees to that text.

    Raises ServiceOfferError where that offer is not open, where price or term are others by now, and for a contact who
    may not order billed services.
    """
    offer = _open_offer(line, events_of(connection, ticket.number))
    if offer is None or offer.position != position:
        raise _gone()
    if not connection.execute(_MAY_ORDER, {"of": contact_id, "of_company": ticket.company_id}).scalar():
        raise ServiceOfferError(
            message(
                "contact-may-not-order",
                "your profile does not allow billed consultancy; the administrator of your company can change that",
            )
        )
    service = line.routing.table.services.get(offer.service)
    day = day_of_price(now, line.header.zone)
    if service is None or not service.term or term_of(line, service, day) != offer.text:
        raise ServiceOfferError(
            message("service-offer-changed", "the term or its price changed since; ask the analyst for the present one")
        )
    details: dict[str, str | int | bool] = {
        "service": offer.service,
        "from": ticket.service or "",
        "term": service.term,
        "version": line.prompts.texts[service.term].version,
        "hour": str(offer.hour) if offer.hour is not None else "",
        "currency": offer.currency,
        "offer": position,
    }
    act = TicketAct(
        EventKind.SERVICE_CHANGED,
        TicketParty.CUSTOMER,
        author,
        contact_id=contact_id,
        text=offer.text,
        changes={"service": offer.service},
        details=details,
    )
    return act_on(connection, line, ticket, act, now)


def decline_service(
    connection: Connection, line: Line, ticket: TicketRecord, position: int, author: str, contact_id: int, now: datetime
) -> TicketRecord:
    """Note that the customer does not want what the event ``position`` offers. Raises ServiceOfferError where that
    offer is not open.
    """
    offer = _open_offer(line, events_of(connection, ticket.number))
    if offer is None or offer.position != position:
        raise _gone()
    act = TicketAct(
        EventKind.MESSAGE_ADDED,
        TicketParty.CUSTOMER,
        author,
        contact_id=contact_id,
        details={"declines": offer.service, "offer": position},
    )
    return act_on(connection, line, ticket, act, now)


def stop_service(
    connection: Connection,
    line: Line,
    ticket: TicketRecord,
    text: str | None,
    party: TicketParty,
    author: str,
    now: datetime,
    contact_id: int | None = None,
    user_id: int | None = None,
) -> TicketRecord:
    """Put a ticket under the free support again: what was noted until now is charged when it closes.

    Raises ServiceOfferError for a ticket that is free already.
    """
    if ticket.service is None:
        raise ServiceOfferError(message("no-service-to-stop", "this ticket is under the free support already"))
    act = TicketAct(
        EventKind.SERVICE_CHANGED,
        party,
        author,
        contact_id=contact_id,
        user_id=user_id,
        text=text,
        changes={"service": None},
        details={"service": "", "from": ticket.service},
    )
    return act_on(connection, line, ticket, act, now)


def _open_offer(line: Line, records: Sequence[TicketEventRecord]) -> ServiceOffer | None:
    for each in reversed(records):
        details = json.loads(each.details)
        if each.kind == EventKind.SERVICE_CHANGED.value or "declines" in details:
            return None
        if "offers" in details and each.party == TicketParty.STAFF.value:
            name = details["offers"]
            service = line.routing.table.services.get(name) or Service(name, ())
            hour = Decimal(details["hour"]) if details.get("hour") else None
            return ServiceOffer(
                each.position, name, service.name_for_customers, each.text or "", hour, details["currency"]
            )
    return None


def _gone() -> ServiceOfferError:
    return ServiceOfferError(
        message("service-offer-gone", "this offer was answered already; look at the ticket once more")
    )
