"""The events of tickets: what happened, when, by whom, and what was written. They are added and never changed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Column, Connection, Text, bindparam, insert, select
from sqlmodel import Field

from data.personal import About, ColumnRule, Personal, columns
from data.protocols import DIGITS
from data.statement import Statement
from data.tables import table_of_records, values_of
from value_class import value_class

TOLD: Final = "ticket event"
"""The kind of the outbox's rows by which a system of the company's own is told of events."""

TOLD_KEPT: Final = timedelta(days=30)
"""How long such a row is kept once it is settled: so long people can send again what a receiver did not take."""


@value_class
class TicketEventRecord:
    """The event ``position`` (from 0) of a ticket, of a ``kind`` of ``ivr.tickets.events.EventKind``, by a ``party``.

    ``author`` is the name that is shown; ``contact_id`` or ``user_id`` who it was. ``severity``, ``area`` and
    ``calendar`` stand where the event changes them; ``minutes`` is the time that was spent. ``visible`` says whether
    the customer sees it. ``text`` is what was written, ``details`` JSON without anything personal.
    """

    ticket: str
    position: int
    company_id: int
    at: datetime
    kind: str
    party: str
    author: str
    contact_id: int | None = None
    user_id: int | None = None
    severity: int | None = None
    area: str | None = None
    calendar: str | None = None
    minutes: int | None = None
    visible: bool = True
    text: str | None = None
    details: str = "{}"


TICKET_EVENT = table_of_records(
    TicketEventRecord,
    "ticket_event",
    ticket=Field(primary_key=True, foreign_key="ticket.number", max_length=DIGITS),
    position=Field(primary_key=True),
    company_id=Field(foreign_key="company.id", index=True),
    kind=Field(max_length=24),
    party=Field(max_length=10),
    contact_id=Field(foreign_key="contact.id", nullable=True),
    area=Field(max_length=20, nullable=True),
    text=Field(sa_column=Column(Text, nullable=True)),
    details=Field(sa_column=Column(Text, nullable=False)),
)

PERSONAL = Personal(
    TICKET_EVENT,
    columns("company_id", "contact_id", about=About.CUSTOMER, exported=None)
    | columns("text", about=About.CUSTOMER)
    | columns(
        "ticket", "position", "at", "kind", "party", "severity", "area", "calendar", "minutes", "visible", "details"
    )
    | {"author": ColumnRule(About.STAFF, exported=None), "user_id": ColumnRule(About.STAFF, exported=None)},
    by_company="company_id",
    rows_period="tickets",
    of_company="events of tickets",
)

_ADD: Final = Statement(insert(TICKET_EVENT))
_OF_TICKET: Final = Statement(
    select(TICKET_EVENT).where(TICKET_EVENT.c.ticket == bindparam("of")).order_by(TICKET_EVENT.c.position)
)


def add_event(connection: Connection, event: TicketEventRecord) -> None:
    """Write the next event of a ticket."""
    _ADD.write(connection, values_of(event))


def events_of(connection: Connection, ticket: str) -> list[TicketEventRecord]:
    """Return the events of a ticket, oldest first."""
    return [TicketEventRecord(*row) for row in _OF_TICKET.all(connection, {"of": ticket})]
