"""A database with the demo customers, and the shipped line with rules of tickets that these tests name."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from data.contact import CONTACT
from data.database import Database
from ivr.flow.line import Line
from ivr.service_desk.opening import NewTicket
from ivr.tickets.calendars import CalendarVersion, WorkCalendar
from ivr.tickets.events import Area, Severity, TicketParty
from ivr.tickets.rules import TicketDesk, TicketRules
from routing.hours import Hours
from routing.spans import Span
from routing.windows import Window
from tests.databases import database_kind, database_url, server_database

__all__ = ["database_kind", "database_url", "server_database"]

ZONE = ZoneInfo("America/Sao_Paulo")
WORKDAYS = frozenset(range(5))
SUPPORT = Hours("suporte", ZONE, (Window(WORKDAYS, Span(time(7), time(19))),))
RULES = TicketRules(
    {"suporte": WorkCalendar("suporte", (CalendarVersion(date(2026, 1, 1), SUPPORT),))},
    {Area.SUSTENTACAO: "suporte", Area.FABRICA: "suporte"},
    {"suporte": TicketDesk("suporte", Area.SUSTENTACAO, "suporte")},
)
MONDAY = datetime(2026, 3, 9, 10, tzinfo=ZONE)
"""10:00 of a Monday in March."""


@pytest.fixture
def line(shipped_line: Line) -> Line:
    """The shipped line with the rules of these tests."""
    return replace(shipped_line, routing=replace(shipped_line.routing, tickets=RULES))


@pytest.fixture
def database(server_database: Database) -> Database:
    """Return the demo database, on SQLite and on PostgreSQL."""
    return server_database


@pytest.fixture
def new(database: Database) -> NewTicket:
    """A ticket of the first demo contact, as the telephone opens it."""
    with database.reading() as connection:
        contact = connection.execute(select(CONTACT).order_by(CONTACT.c.id)).first()
    assert contact is not None
    return NewTicket(
        company_id=contact.company_id,
        contact_id=contact.id,
        channel="telephone",
        area=Area.SUSTENTACAO,
        calendar="suporte",
        severity=Severity.MEDIUM,
        party=TicketParty.LINE,
        author=contact.name,
        subject="Emissão de nota",
        destination="suporte.rm",
    )


def days(number: float) -> timedelta:
    """Return so many days."""
    return timedelta(days=number)
