"""``/tickets/new`` opens a ticket for a customer: found by name or document, or of the call that an agent has.

A document is only ever sent in a form, and stands in no address.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from flask import Blueprint, Response, redirect, request
from sqlalchemy import Connection
from werkzeug.wrappers import Response as BaseResponse

from data.audit import VISITOR
from data.calls import CallRecord, find_call
from data.conflicts import repeated
from data.protocols import protocol_of
from data.roles import Act
from data.ticket_people import (
    MOST_FOUND,
    TicketCustomer,
    contact_to_serve,
    contacts_named,
    contacts_of_document,
)
from data.tickets import TicketRecord, find_ticket, free_number, ticket_of_call
from ivr.redaction import without_secrets
from ivr.service_desk.opening import NewTicket, open_ticket
from ivr.service_desk.rules_of import rules_of
from ivr.service_desk.texts import LONGEST_SUBJECT, kept_subject, kept_text
from ivr.tickets.events import TicketParty
from ivr.web.guard import audited_as, required, visitor
from ivr.web.shell.languages import gettext as _
from ivr.web.shell.layout import page
from ivr.web.tickets.ticket_forms import LONGEST_PRODUCT, answers_of, kept_product, severity_of, whole_number
from ivr.web.tickets.told import SEVERITIES, sentence, words
from routing.documents import DocumentError, parse_document
from wording import message

if TYPE_CHECKING:
    from data.database import Database
    from data.users import User
    from data.vault import Vault
    from ivr.call.lines import Lines
    from ivr.flow.line import Line

_SHORTEST_DOCUMENT: Final = 8
"""Signs, from which on what is looked for may be a document."""


def add_opening_views(
    web: Blueprint,
    lines: Callable[[], Lines],
    database: Database,
    clock: Callable[[], datetime],
    vault: Vault,
    numbers: Callable[[], Iterator[str]],
) -> None:
    """Add the views of ``/tickets/new`` to ``web``; ``numbers`` draws numbers to take the first free one of."""

    def serving() -> list[Line]:
        """The lines that open tickets."""
        return [engine.line for engine in lines() if engine.line.routing.tickets]

    def searched(
        found: list[TicketCustomer] | None = None, call: str = "", wrong: str = "", status: int = 200
    ) -> Response:
        answer = page(
            "ticket_customer.html", found=found, call=call, wrong=wrong, most=MOST_FOUND, lines=len(serving())
        )
        answer.status_code = status
        return answer

    def form(
        customer: TicketCustomer, call: CallRecord | None, typed: Mapping[str, str], wrong: str = "", status: int = 200
    ) -> Response:
        answer = page(
            "new_ticket.html",
            customer=customer,
            call=call,
            typed=typed,
            wrong=wrong,
            desks={line.name: desks_of(line) for line in serving()},
            severities=SEVERITIES,
            put=words,
            longest_subject=LONGEST_SUBJECT,
            longest_product=LONGEST_PRODUCT,
            me=visitor().user,
        )
        answer.status_code = status
        return answer

    @web.get("/tickets/new")
    @required(Act.WORK_TICKETS)
    def new() -> BaseResponse:
        with database.reading() as connection:
            call = _call(connection, request.args.get("call", ""))
            known = ticket_of_call(connection, call.sid) if call else None
            contact = whole_number(request.args.get("contact", ""))
            if contact is None and call is not None:
                contact = call.contact_id
            customer = contact_to_serve(connection, contact) if contact is not None else None
        if known is not None:
            return redirect(f"/tickets/{quote(known.number)}", 303)
        if customer is None:
            return searched(call=call.sid if call else "")
        return form(customer, call, {"destination": _desk(call)})

    @web.post("/tickets/customers")
    @required(Act.WORK_TICKETS, audited=False)
    def customers() -> Response:
        written = request.form.get("customer", "")[:200]
        with database.reading() as connection:
            found = _found(connection, vault, written)
            call = _call(connection, request.form.get("call", ""))
        return searched(found, call.sid if call else "", status=200 if found else 404)

    @web.post("/tickets/new")
    @required(Act.WORK_TICKETS)
    def open_() -> BaseResponse:
        contact = whole_number(request.form.get("contact", ""))
        with database.reading() as connection:
            customer = contact_to_serve(connection, contact) if contact is not None else None
            call = _call(connection, request.form.get("call", ""))
        if call is not None and customer is not None and call.company_id not in (None, customer.company_id):
            call = None  # the ticket of one company is found by no call of another
        if customer is None:
            return searched(wrong=_("There is no such contact; look for the customer."), status=404)
        user = visitor().user

        def work() -> TicketRecord:
            with database.transaction() as connection:
                line, new = _read(serving(), customer, call, user)
                return open_ticket(connection, line, new, _number(connection, call, numbers), clock())

        try:
            opened = repeated(work)
        except ValueError as error:
            return form(customer, call, request.form, sentence(error), 422)
        audited_as(f"{opened.number} opened")
        hidden = "?hidden=1" if any(without_secrets(text) != text for text in request.form.values()) else ""
        return redirect(f"/tickets/{opened.number}{hidden}", 303)


def desks_of(line: Line) -> list[str]:
    """Return the destinations of a line whose calls open tickets."""
    rules = line.routing.tickets
    return [name for name in line.routing.table.destinations if rules and rules.desk_for(name)]


def _read(
    serving: list[Line], customer: TicketCustomer, call: CallRecord | None, user: User | None
) -> tuple[Line, NewTicket]:
    """The line and the ticket that the form asks for. Raises ValueError for a form that says too little."""
    subject, description = kept_subject(request.form.get("subject", "")), kept_text(request.form.get("description", ""))
    named, _, destination = request.form.get("destination", "").partition("/")
    line = next((each for each in serving if each.name == named), None)
    desk = rules_of(line).desk_for(destination) if line else None
    if line is None or desk is None or destination not in line.routing.table.destinations:
        raise ValueError(message("ticket-desk-unknown", "choose the desk that the ticket is for"))
    product, module = kept_product(request.form, "product"), kept_product(request.form, "module")
    severity = severity_of(request.form)
    return line, NewTicket(
        company_id=customer.company_id,
        contact_id=customer.contact_id,
        channel="agent",
        area=desk.area,
        calendar=desk.calendar,
        severity=severity if severity is not None else rules_of(line).severity,
        party=TicketParty.STAFF,
        author=user.name if user else VISITOR,
        subject=subject,
        description=description,
        call_sid=call.sid if call else None,
        destination=destination,
        product=product,
        module=module,
        user_id=user.id if user else None,
        analyst_id=user.id if user and request.form.get("mine") == "yes" else None,
        details=answers_of(request.form),
    )


def _number(connection: Connection, call: CallRecord | None, numbers: Callable[[], Iterator[str]]) -> str:
    """The protocol that the caller was told, where no ticket has it; else one that is free."""
    protocol = protocol_of(connection, call.sid) if call else None
    if protocol is not None and find_ticket(connection, protocol) is None:
        return protocol
    return free_number(connection, numbers())


def _found(connection: Connection, vault: Vault, written: str) -> list[TicketCustomer]:
    """The contacts of the company with that document, or with those words in their names."""
    if sum(sign.isalnum() for sign in written) >= _SHORTEST_DOCUMENT and any(sign.isdigit() for sign in written):
        try:
            found = contacts_of_document(connection, vault.document_digest(parse_document(written).number))
        except DocumentError:
            found = []
        if found:
            return found
    return contacts_named(connection, written)


def _call(connection: Connection, sid: str) -> CallRecord | None:
    return find_call(connection, sid) if sid else None


def _desk(call: CallRecord | None) -> str:
    return f"{call.line}/{call.destination}" if call and call.destination else ""
