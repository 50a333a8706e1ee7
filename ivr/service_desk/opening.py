"""``open_ticket`` writes a ticket with its first event, in the transaction of a turn, a page or an import."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import field
from datetime import datetime

from sqlalchemy import Connection

from data.ticket_events import TicketEventRecord, add_event
from data.tickets import TicketRecord, add_ticket, searchable
from ivr.flow.line import Line
from ivr.service_desk.consequences import tell_consequences
from ivr.service_desk.history import history_of
from ivr.service_desk.rules_of import rules_of
from ivr.service_desk.standing import standing_of, stood
from ivr.tickets.events import Area, EventKind, Severity, TicketParty
from ivr.tickets.forecast import counted_by
from value_class import value_class


@value_class
class NewTicket:
    """A new ticket holds what is known as it is opened. ``author`` is the name that its first event shows,
    ``contact_id`` and ``user_id`` who opened it; ``calendar`` is that of the desk or area. ``details`` of the event
    hold nothing personal.
    """

    company_id: int
    contact_id: int | None
    channel: str
    area: Area
    calendar: str
    severity: Severity
    party: TicketParty
    author: str
    subject: str
    description: str = ""
    call_sid: str | None = None
    destination: str | None = None
    product: str | None = None
    module: str | None = None
    service: str | None = None
    linked_to: str | None = None
    user_id: int | None = None
    analyst_id: int | None = None
    details: Mapping[str, str | int | bool] = field(default_factory=dict)


def open_ticket(connection: Connection, line: Line, new: NewTicket, number: str, now: datetime) -> TicketRecord:
    """Write the ticket ``number`` (ten digits: its call's protocol number, or a free one) as opened at ``now`` (aware).

    Raises ValueError for a line without tickets, CalendarGoneError for a calendar that it does not have, and
    sqlalchemy's IntegrityError where the number is taken.
    """
    rules = rules_of(line)
    counted_by(new.calendar, rules.calendars)
    event = TicketEventRecord(
        number,
        0,
        new.company_id,
        now,
        EventKind.OPENED.value,
        new.party.value,
        new.author,
        new.contact_id,
        new.user_id,
        int(new.severity),
        new.area.value,
        new.calendar,
        text=new.description or None,
        details=json.dumps(dict(new.details), sort_keys=True),
    )
    standing = standing_of(history_of([event]), rules)
    ticket = TicketRecord(
        number=number,
        line=line.name,
        company_id=new.company_id,
        contact_id=new.contact_id,
        call_sid=new.call_sid,
        channel=new.channel,
        destination=new.destination,
        area=new.area.value,
        calendar=new.calendar,
        product=new.product,
        module=new.module,
        subject=new.subject,
        description=new.description,
        severity=int(new.severity),
        state=standing.state.value,
        opened_at=now,
        state_at=now,
        forecast_at=standing.forecast_at,
        due_at=None,
        closed_at=None,
        last_at=now,
        analyst_id=new.analyst_id,
        service=new.service,
        linked_to=new.linked_to,
        merged_into=None,
        position=1,
        folded=searchable(number, new.subject, new.product, new.module, new.description),
    )
    ticket = stood(ticket, standing)
    add_ticket(connection, ticket)
    add_event(connection, event)
    tell_consequences(connection, line, None, ticket, [event], now)
    return ticket
