"""``/tickets`` lists the tickets that are looked for, those first that are served first; its head counts the open ones
by area and analyst.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from flask import Blueprint, Response, request

from data.roles import Act
from data.ticket_counts import count_open
from data.ticket_lists import TicketFilter, TicketOrder, list_tickets
from data.ticket_people import company_names
from data.tickets import TicketRecord
from data.users import all_users
from ivr.redaction import without_secrets
from ivr.tickets.events import CLOSED, Severity, TicketState
from ivr.tickets.machine import IN_SERVICE
from ivr.web.guard import required, visitor
from ivr.web.shell.layout import page
from ivr.web.tickets.ticket_forms import whole_number
from ivr.web.tickets.ticket_view import analysts_of, is_late
from ivr.web.tickets.told import AREAS, SEVERITIES, STATES, local, sentence, words
from value_class import value_class

if TYPE_CHECKING:
    from data.database import Database
    from ivr.call.lines import Lines

STAFF_HAVE: Final = frozenset(each.value for each in IN_SERVICE)
OPEN: Final = frozenset(each.value for each in TicketState if each not in CLOSED)

_SETS: Final[Mapping[str, frozenset[str]]] = {
    "work": STAFF_HAVE,
    "open": OPEN,
    "customer": frozenset(
        {TicketState.PENDING_CUSTOMER.value, TicketState.SOLUTION_SENT.value, TicketState.POSTPONED.value}
    ),
    "closed": frozenset(each.value for each in CLOSED),
    "all": frozenset(),
}
"""Which states each choice of the list holds; none is all of them."""

LONGEST_SEARCH: Final = 200


@value_class
class ListWish:
    """A person looks for tickets; each field is as the address has it, and empty where nothing was chosen."""

    show: str = "work"
    whose: str = ""
    area: str = ""
    severity: str = ""
    line: str = ""
    text: str = ""
    late: str = ""

    @classmethod
    def sent(cls, args: Mapping[str, str]) -> ListWish:
        """Return what an address asks for; a choice that there is not is none."""
        show = args.get("show", "work")
        severity = args.get("severity", "")
        return cls(
            show if show in _SETS else "work",
            args.get("whose", "")[:12],
            args.get("area", "") if args.get("area", "") in AREAS else "",
            severity if severity in {str(each.value) for each in Severity} else "",
            args.get("line", "")[:80],
            " ".join(without_secrets(args.get("text", "")[:LONGEST_SEARCH]).split()),
            "yes" if args.get("late") == "yes" else "",
        )

    def filter(self, now: datetime, me: int | None) -> TicketFilter:
        """Return what is to be looked for at ``now`` (aware); ``me`` is the user whose tickets are mine."""
        mine = me if self.whose == "me" else whole_number(self.whose)
        return TicketFilter(
            line=self.line or None,
            states=STAFF_HAVE if self.late else _SETS[self.show],
            area=self.area or None,
            analyst_id=mine,
            unassigned=self.whose == "nobody",
            severity=int(self.severity) if self.severity else None,
            late_at=now if self.late else None,
            text=self.text,
        )

    def query(self, **changed: str) -> str:
        """Return the address of this list with something ``changed``."""
        values = asdict(self) | changed
        kept = {name: value for name, value in values.items() if value and (name, value) != ("show", "work")}
        return f"/tickets?{urlencode(kept)}" if kept else "/tickets"


@value_class
class TicketRow:
    """A ticket as the list shows it."""

    ticket: TicketRecord
    company: str
    analyst: str
    forecast: str
    is_late: bool


def add_list_views(
    web: Blueprint, lines: Callable[[], Lines], database: Database, clock: Callable[[], datetime]
) -> None:
    """Add the view of ``/tickets`` to ``web``."""

    @web.get("/tickets")
    @required(Act.SEE_TICKETS)
    def listed() -> Response:
        now, user = clock(), visitor().user
        wish = ListWish.sent(request.args)
        zones = {engine.line.name: engine.line.header.zone for engine in lines()}
        order = TicketOrder.WORK if wish.show in ("work", "open") else TicketOrder.NEWEST
        wrong, status = "", 200
        with database.reading() as connection:
            wanted = wish.filter(now, user.id if user else None)
            try:
                found = list_tickets(connection, wanted, order, request.args.get("after"))
            except ValueError as error:
                wrong, status = sentence(error), 422
                found = list_tickets(connection, wanted, order)
            companies = company_names(connection, {ticket.company_id for ticket in found.tickets})
            users = all_users(connection)
            counts = count_open(connection, STAFF_HAVE, OPEN, now) if Act.SUPERVISE in visitor().acts else None
        names = {each.id: each.name for each in users}
        answer = page(
            "tickets.html",
            rows=[_row(ticket, companies, names, zones, now) for ticket in found.tickets],
            next=wish.query(after=found.next) if found.next else "",
            wish=wish,
            counts=counts,
            names=names,
            analysts=analysts_of(users),
            me=user,
            lines=sorted(zones),
            wrong=wrong,
            put=words,
            states=STATES,
            severities=SEVERITIES,
            areas=AREAS,
            works=Act.WORK_TICKETS in visitor().acts,
        )
        answer.status_code = status
        return answer


def _row(
    ticket: TicketRecord,
    companies: Mapping[int, str],
    names: Mapping[int, str],
    zones: Mapping[str, tzinfo],
    now: datetime,
) -> TicketRow:
    zone = zones.get(ticket.line) or next(iter(zones.values()))
    return TicketRow(
        ticket,
        companies.get(ticket.company_id, ""),
        names.get(ticket.analyst_id, "") if ticket.analyst_id is not None else "",
        local(ticket.forecast_at, zone) if ticket.forecast_at else "",
        is_late(ticket, now),
    )
