"""The shipped line at a desk of tests, where people work on tickets in browsers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from werkzeug.test import TestResponse

from data.contact import CONTACT
from data.roles import Role
from data.ticket_events import TicketEventRecord, events_of
from data.tickets import TicketRecord, find_ticket
from ivr.service_desk.acts import TicketAct, act_on, ticket_for
from ivr.tickets.events import EventKind, TicketParty
from tests.line_server import LineServer
from tests.web.browsing import Browser, make_user

LINE = "4003-0015"
OPEN = {
    "subject": "Nota fiscal não sai",
    "description": "Desde ontem, no faturamento.",
    "destination": f"{LINE}/suporte.rm",
    "product": "RM 12.1.2406",
    "module": "Faturamento",
}

_SEEN = re.compile(r'name="seen" value="(\d+)"')


class TicketBrowser(Browser):
    """A browser of the staff that works on tickets, each form as its page has it."""

    def __init__(self, server: LineServer, login: str, role: Role = Role.AGENT) -> None:
        super().__init__(server)
        self.server = server
        self.user_id = make_user(server, login, role)
        self.log_in(login)
        self.get("/language/en")

    def open(self, **changed: str) -> str:
        """Open a ticket for the first contact of the demo data; its number."""
        answer = self.post("/tickets/new", {"contact": str(first_contact(self.server)), **OPEN, **changed})
        assert answer.status_code == 303, answer.text
        return answer.location.removeprefix("/tickets/")[:10]

    def seen(self, number: str) -> str:
        """How many events the page of a ticket shows."""
        found = _SEEN.search(self.get(f"/tickets/{number}").text)
        return found[1] if found else "0"

    def do(self, number: str, act: str, form: Mapping[str, str] | None = None, **fields: str) -> TestResponse:
        """Send the form of an act, from the page as it stands."""
        return self.post(f"/tickets/{number}/{act}", {"seen": self.seen(number), **(form or {}), **fields})


def first_contact(server: LineServer) -> int:
    with server.database.reading() as connection:
        found: int = connection.scalars(select(CONTACT.c.id).order_by(CONTACT.c.id)).first()  # type: ignore[assignment]
    return found


def ticket_of(server: LineServer, number: str) -> TicketRecord:
    with server.database.reading() as connection:
        found = find_ticket(connection, number)
    assert found is not None
    return found


def story_of(server: LineServer, number: str) -> list[TicketEventRecord]:
    with server.database.reading() as connection:
        return events_of(connection, number)


def customer_does(server: LineServer, number: str, kind: EventKind, now: datetime, text: str | None = None) -> None:
    """The customer does something to a ticket, by the portal or by telephone."""
    with server.database.transaction() as connection:
        ticket = ticket_for(connection, number)
        line = server.lines.named(ticket.line)
        assert line is not None
        act_on(connection, line, ticket, TicketAct(kind, TicketParty.CUSTOMER, "Ana", text=text), now)
