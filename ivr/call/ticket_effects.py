"""Writes the ticket that a turn opens or moves, in the transaction of the turn.

A ticket holds who calls (company and contact), where the call rings and what product that tells of; nothing that was
keyed. It is the line's own event: no person of ours wrote it, and the customer only called.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from data.tickets import TicketChangedError, find_ticket
from ivr.call.facts_changed import FactsChangedError
from ivr.flow.prompts import as_said
from ivr.languages import language_of
from ivr.service_desk.acts import TicketAct, act_on
from ivr.service_desk.opening import NewTicket, open_ticket
from ivr.tickets.events import EventKind, TicketParty
from ivr.tickets.machine import TicketMoveError

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ivr.call.effects import TicketMoved, TicketOpened
    from ivr.flow.line import Line


def open_ticket_of_call(connection: Connection, line: Line, sid: str, opened: TicketOpened, now: datetime) -> None:
    """Write the ticket that the call ``sid`` on ``line`` opened at ``now`` (aware), and on the closed one that it
    follows that it is there.

    Raises FactsChangedError where that one was changed meanwhile.
    """
    rules = line.routing.tickets
    desk = rules.desk_for(opened.destination) if rules else None
    if rules is None or desk is None:
        return
    followed = find_ticket(connection, opened.linked_to) if opened.linked_to else None
    if followed is not None and followed.company_id != opened.company_id:
        followed = None
    named = line.prompts.destinations.get(opened.destination, opened.destination)
    new = NewTicket(
        company_id=opened.company_id,
        contact_id=opened.contact_id,
        channel="telephone",
        area=desk.area,
        calendar=desk.calendar,
        severity=rules.severity,
        party=TicketParty.LINE,
        author=line.name,
        subject=as_said(language_of(line.header.language).tickets.by_telephone.format(named)),
        call_sid=sid,
        destination=opened.destination,
        product=opened.product,
        module=opened.module,
        service=desk.service,
        linked_to=followed.number if followed else None,
        analyst_id=followed.analyst_id if followed else None,
        details={"code": opened.code} if opened.code else {},
    )
    open_ticket(connection, line, new, opened.number, now)
    if followed:
        act = TicketAct(EventKind.LINKED, TicketParty.LINE, line.name, details={"ticket": opened.number})
        try:
            act_on(connection, line, followed, act, now)
        except TicketChangedError as changed:
            raise FactsChangedError(f"the ticket {followed.number} was changed meanwhile") from changed


def move_ticket(connection: Connection, line: Line, moved: TicketMoved, now: datetime) -> None:
    """Transfer the ticket of a call to the area of the desk that it rings now. One that is closed by then, or gone, or
    another company's, stays as it is.
    """
    rules = line.routing.tickets
    desk = rules.desk_for(moved.destination) if rules else None
    ticket = find_ticket(connection, moved.number)
    if desk is None or ticket is None or ticket.company_id != moved.company_id or ticket.area == desk.area:
        return
    act = TicketAct(
        EventKind.TRANSFERRED,
        TicketParty.LINE,
        line.name,
        contact_id=ticket.contact_id,
        area=desk.area,
        changes={"destination": moved.destination, "service": desk.service},
    )
    with suppress(TicketMoveError):
        act_on(connection, line, ticket, act, now)
