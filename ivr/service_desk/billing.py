"""A ticket is billed when it closes: a charge for each billed service under which the staff noted minutes on it.

The rules are those of ``ivr.tickets.billing``; here the stored events are read into its steps, and the charge goes to
the company of the ticket, or to the franchise to which that belongs.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from data.charges import ChargeRecord, add_charge
from data.company import unit_of
from data.ticket_events import TicketEventRecord, events_of
from data.tickets import TicketRecord, tickets_merged_into
from ivr.flow.line import Line
from ivr.service_desk.minutes import counted_minutes
from ivr.tickets.billing import (
    CHARGED_AT,
    PRODUCT,
    MinutesNoted,
    ServiceStep,
    ServiceTaken,
    TicketBill,
    bill,
    charged_at,
    day_of_price,
    minutes_by_service,
)
from ivr.tickets.events import EventKind, TicketParty
from routing.services import Service
from value_class import value_class


@value_class
class ServiceBill:
    """A service of a ticket has a bill of its own."""

    service: Service
    bill: TicketBill


def bills_of(connection: Connection, line: Line, ticket: TicketRecord, now: datetime) -> tuple[ServiceBill, ...]:
    """Return what is billed of a ticket if it is accepted ``now`` (aware), by the names of the services.

    Seed 003 p. 15: a customer is told the hours before a solution is accepted. Tickets that were merged into this one
    are billed with it, and counted in.
    """
    at_fault = product_at_fault(events_of(connection, ticket.number))
    found: list[ServiceBill] = []
    for each in _with_merged(connection, ticket):
        found += _bills(line, each, events_of(connection, each.number), now, at_fault=at_fault)
    return tuple(found)


def billed_minutes(connection: Connection, line: Line, ticket: TicketRecord, now: datetime) -> int:
    """Return the minutes that are charged if the ticket is accepted ``now`` (aware): 0 where all of it is waived."""
    return sum(each.bill.minutes for each in bills_of(connection, line, ticket, now) if each.bill.waived is None)


def write_charges(
    connection: Connection,
    line: Line,
    _before: TicketRecord | None,
    after: TicketRecord,
    added: Sequence[TicketEventRecord],
    _now: datetime,
) -> None:
    """Write the charges of a ticket that was closed for good by one of the events that were ``added``, and of those
    that were merged into it, whose cause is that of its solution. A ticket is charged once.
    """
    closing = next((each for each in added if EventKind(each.kind) in CHARGED_AT), None)
    if closing is None:
        return
    moment = charged_at(EventKind(closing.kind), closing.at)
    at_fault = product_at_fault(events_of(connection, after.number))
    for ticket in _with_merged(connection, after):
        for each in _bills(line, ticket, events_of(connection, ticket.number), moment, at_fault=at_fault):
            add_charge(connection, _charge(connection, line, ticket, each, moment))


def service_steps(ticket: TicketRecord, records: Sequence[TicketEventRecord]) -> tuple[str | None, list[ServiceStep]]:
    """Return the service under which a ticket was opened, and the steps of its bill."""
    steps: list[ServiceStep] = []
    first = ticket.service
    changed = False
    counted = counted_minutes(records)
    for each in records:
        if each.kind == EventKind.SERVICE_CHANGED.value:
            details = json.loads(each.details)
            if not changed:
                first, changed = details.get("from") or None, True
            steps.append(ServiceTaken(details.get("service") or None))
        # The line itself notes the preparation of an access, in the moment in which the customer allows it.
        if each.position in counted and each.party != TicketParty.CUSTOMER.value:
            prepares = bool(json.loads(each.details).get("preparation"))
            steps.append(MinutesNoted(counted[each.position], preparation=prepares))
    return first, steps


def billed_events(ticket: TicketRecord, records: Sequence[TicketEventRecord]) -> dict[int, int]:
    """Return the minutes of each event that counts for a bill, by its position: what a customer reads beside it."""
    service, _ = service_steps(ticket, records)
    counted, found = counted_minutes(records), dict[int, int]()
    for each in records:
        details = json.loads(each.details)
        if each.kind == EventKind.SERVICE_CHANGED.value:
            service = details.get("service") or None
        is_ours = each.position in counted and each.party != TicketParty.CUSTOMER.value
        if is_ours and (service or details.get("preparation")):
            found[each.position] = counted[each.position]
    return found


def product_at_fault(records: Sequence[TicketEventRecord]) -> bool:
    """Return whether the last solution of a ticket was sent with the product as its cause."""
    solutions = [each for each in records if each.kind == EventKind.SOLUTION_SENT.value]
    return bool(solutions) and json.loads(solutions[-1].details).get("cause") == PRODUCT


def _with_merged(connection: Connection, ticket: TicketRecord) -> list[TicketRecord]:
    """The ticket, and those that go on in it; no ticket goes on in one that is merged, so that this ends."""
    found = [ticket]
    for each in found:
        found += tickets_merged_into(connection, each.number)
    return found


def _bills(
    line: Line, ticket: TicketRecord, records: Sequence[TicketEventRecord], moment: datetime, *, at_fault: bool
) -> list[ServiceBill]:
    services = line.routing.table.services
    preparing = next((each.name for each in services.values() if each.bills_preparation), None)
    first, steps = service_steps(ticket, records)
    counted = dict(minutes_by_service(first, steps, preparing))
    for name in (first, *(step.service for step in steps if isinstance(step, ServiceTaken))):
        counted.setdefault(name, 0)  # a consent under which nothing was served is told, too
    day = day_of_price(moment, line.header.zone)
    return [
        ServiceBill(service, bill(service, counted[name], day, product_at_fault=at_fault))
        for name in sorted(name for name in counted if name)
        for service in (services.get(name) or Service(name, ()),)
    ]


def _charge(
    connection: Connection, line: Line, ticket: TicketRecord, billed: ServiceBill, moment: datetime
) -> ChargeRecord:
    told = billed.bill
    return ChargeRecord(
        ticket=ticket.number,
        line=line.name,
        company_id=ticket.company_id,
        contact_id=ticket.contact_id,
        service=billed.service.name,
        accepted_at=moment,
        minutes=told.minutes,
        hour_price=told.hour_price,
        amount=told.amount,
        currency=told.currency,
        waived=told.waived.value if told.waived else None,
        unit=unit_of(connection, ticket.company_id) if billed.service.charged_to_unit else None,
    )
