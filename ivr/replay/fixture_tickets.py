"""``apply_fixtures`` writes the fixtures of a script over what is stored; tickets as the service desk opens and moves
them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, bindparam, select

from data.agents import agent_named
from data.company import COMPANY
from data.contact import CONTACT
from data.fixtures import FixtureAccess, Fixtures, FixturesError, FixtureTicket, FixtureTicketEvent
from data.statement import Statement
from ivr.service_desk.acts import TicketAct, act_on
from ivr.service_desk.opening import NewTicket, open_ticket
from ivr.service_desk.remote_access import AccessAsk, answer_access, ask_for_access
from ivr.service_desk.rules_of import rules_of
from ivr.tickets.events import Area, EventKind, Severity, TicketParty
from ivr.tickets.remote_access import AccessState
from wording import message, reason

if TYPE_CHECKING:
    from data.database import Database
    from data.tickets import TicketRecord
    from data.vault import Vault
    from ivr.flow.line import Line

AUTHORS = {TicketParty.CUSTOMER: "Cliente", TicketParty.STAFF: "Analista", TicketParty.LINE: "4003-0015"}

_COMPANY: Final = Statement(select(COMPANY.c.id).where(COMPANY.c.sealed == bindparam("sealed")))
_CONTACTS: Final = Statement(
    select(CONTACT.c.id, CONTACT.c.name).where(CONTACT.c.company_id == bindparam("of")).order_by(CONTACT.c.id)
)


def apply_fixtures(fixtures: Fixtures, database: Database, vault: Vault, line: Line) -> None:
    """Write ``fixtures`` for calls on ``line``. Raises FixturesError where they do not fit with what is stored."""
    zone = line.header.zone
    fixtures.apply(database, vault, line.name, zone)
    if not fixtures.tickets:
        return
    with database.transaction() as connection:
        for each in fixtures.tickets:
            try:
                ticket = _opened(connection, vault, line, each, zone)
            except ValueError as error:
                raise FixturesError(each.place, reason(error)) from None
            for happening in _in_order(each):
                try:
                    ticket = _happened(connection, line, ticket, happening, zone)
                except ValueError as error:
                    raise FixturesError(happening.place, reason(error)) from None


def _in_order(written: FixtureTicket) -> Iterator[FixtureTicketEvent | FixtureAccess]:
    """The events as they are written, and each access before the first of them that is later."""
    accesses = sorted(written.accesses, key=lambda access: access.at)
    for event in written.events:
        while accesses and accesses[0].at < event.at:
            yield accesses.pop(0)
        yield event
    yield from accesses


def _happened(
    connection: Connection,
    line: Line,
    ticket: TicketRecord,
    happening: FixtureTicketEvent | FixtureAccess,
    zone: tzinfo,
) -> TicketRecord:
    at = happening.at.replace(tzinfo=zone)
    if isinstance(happening, FixtureTicketEvent):
        return act_on(connection, line, ticket, _act(ticket, happening), at)
    purpose = happening.purpose or "Ensaio"
    ask = AccessAsk(happening.tool, purpose, happening.minutes, AUTHORS[TicketParty.STAFF])
    access_id = f"RA{ticket.number}{at:%Y%m%d%H%M%S}"
    ticket, _ = ask_for_access(connection, line, ticket, ask, access_id, at)
    if happening.answer and happening.answered:
        ticket, _ = answer_access(
            connection,
            line,
            ticket,
            access_id,
            allowed=happening.answer == AccessState.ALLOWED.value,
            author=AUTHORS[TicketParty.CUSTOMER],
            contact_id=ticket.contact_id,
            channel="portal",
            now=happening.answered.replace(tzinfo=zone),
        )
    return ticket


def _opened(connection: Connection, vault: Vault, line: Line, written: FixtureTicket, zone: tzinfo) -> TicketRecord:
    rules = rules_of(line)
    sealed = vault.document_digest(written.document.number)
    found = _COMPANY.first(connection, {"sealed": sealed})
    if found is None:
        raise ValueError(message("ticket-of-no-company", "no company has this document; add it to 'companies'"))
    desk = rules.desk_for(written.destination) if written.destination else None
    area = Area(written.area) if written.area else desk.area if desk else Area.SUSTENTACAO
    (company_id,) = found
    calendar = desk.calendar if desk and desk.area is area else rules.calendar_of(area)
    if calendar is None:
        raise ValueError(message("fixture-without-calendar", "no calendar counts for it; give it a destination"))
    analyst = agent_named(connection, written.analyst) if written.analyst else None
    if written.analyst and analyst is None:
        raise ValueError(message("ticket-of-no-analyst", "no agent has this login; add one to 'agents'"))
    new = NewTicket(
        company_id=company_id,
        contact_id=_contact(connection, company_id, written.contact),
        channel="portal",
        area=area,
        calendar=calendar,
        severity=Severity(written.severity) if written.severity else rules.severity,
        party=TicketParty.CUSTOMER,
        author=AUTHORS[TicketParty.CUSTOMER],
        subject=written.subject or "Chamado de ensaio",
        destination=written.destination,
        service=written.service or (desk.service if desk else None),
        analyst_id=analyst.user_id if analyst else None,
    )
    return open_ticket(connection, line, new, written.number, written.opened.replace(tzinfo=zone))


def _contact(connection: Connection, company_id: int, name: str | None) -> int | None:
    contacts = _CONTACTS.all(connection, {"of": company_id})
    found = next((contact_id for contact_id, named in contacts if name in (None, named)), None)
    if name is not None and found is None:
        raise ValueError(message("ticket-of-no-contact", "the company has no contact of this name"))
    return found


def _act(ticket: TicketRecord, event: FixtureTicketEvent) -> TicketAct:
    party = TicketParty(event.by)
    return TicketAct(
        EventKind(event.kind),
        party,
        AUTHORS[party],
        ticket.contact_id if party is TicketParty.CUSTOMER else None,
        text=event.text or "Ensaio",
        minutes=event.minutes,
        severity=Severity(event.severity) if event.severity else None,
        area=Area(event.area) if event.area else None,
        details={"cause": event.cause} if event.cause else {},
    )
