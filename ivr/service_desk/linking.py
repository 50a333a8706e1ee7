"""Tickets that hang together: an answer to a closed one opens another; a second subject is split off; twins are
merged.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from data.tickets import TicketRecord, find_ticket
from ivr.flow.line import Line
from ivr.service_desk.acts import TicketAct, act_on, do_what_is_due
from ivr.service_desk.opening import NewTicket, open_ticket
from ivr.service_desk.rules_of import rules_of
from ivr.tickets.events import CLOSED, Area, EventKind, Severity, TicketParty, TicketState
from wording import message


def reply_to_closed(
    connection: Connection, line: Line, closed: TicketRecord, reply: TicketAct, number: str, now: datetime
) -> TicketRecord:
    """Open the ticket ``number`` with what the customer answered to a ticket that is closed, and link both.

    Nothing reopens (seed 003 pp. 14 and 15). A ticket whose end is due, and not written yet, is closed by this first.
    Raises ValueError for a ticket that is open.
    """
    closed = do_what_is_due(connection, line, closed, now)
    if TicketState(closed.state) not in CLOSED:
        raise ValueError(
            message("ticket-still-open", "the ticket {number} is open; answer it there", number=closed.number)
        )
    opened = _follow(connection, line, closed, reply, closed.subject, reply.text or "", number, now)
    linked = replace(reply, kind=EventKind.LINKED, text=None, minutes=None, changes={}, details={"ticket": number})
    act_on(connection, line, closed, linked, now)
    return opened


def split_ticket(
    connection: Connection,
    line: Line,
    ticket: TicketRecord,
    act: TicketAct,
    subject: str,
    description: str,
    number: str,
    now: datetime,
) -> tuple[TicketRecord, TicketRecord]:
    """Open the ticket ``number`` for another subject that came up in ``ticket`` (one ticket a subject: seed 003 p. 10).

    Return the ticket as it stands after it, and the new one. Raises ValueError without a subject.
    """
    if not subject.strip():
        raise ValueError(message("subject-missing", "name the subject that goes on in a ticket of its own"))
    opened = _follow(connection, line, ticket, act, subject, description, number, now)
    noted = replace(act, kind=EventKind.SPLIT, text=None, details={"ticket": number})
    return act_on(connection, line, ticket, noted, now), opened


def merge_ticket(
    connection: Connection, line: Line, ticket: TicketRecord, into: TicketRecord, act: TicketAct, now: datetime
) -> TicketRecord:
    """Have the subject of ``ticket`` go on in ``into``; undone by an act MERGE_UNDONE that sets merged_into to None.

    Raises ValueError for tickets of two companies, for one into itself, and where ``into`` is merged or closed, though
    its end be due only, and not written yet.
    """
    if ticket.number == into.number or ticket.company_id != into.company_id:
        raise ValueError(message("merge-of-strangers", "choose another open ticket of the same company"))
    into = do_what_is_due(connection, line, into, now)
    if TicketState(into.state) in CLOSED or into.merged_into:
        raise ValueError(message("merge-into-closed", "the ticket {number} does not go on itself", number=into.number))
    noted = replace(act, kind=EventKind.MERGED, changes={"merged_into": into.number}, details={"ticket": into.number})
    after = act_on(connection, line, ticket, noted, now)
    linked = replace(act, kind=EventKind.LINKED, text=None, minutes=None, changes={}, details={"ticket": ticket.number})
    act_on(connection, line, into, linked, now)
    return after


def goes_on_in(connection: Connection, ticket: TicketRecord) -> TicketRecord:
    """Return the ticket in which a merged one goes on, where what is written about it belongs; the ticket itself where
    it is not merged, or that one is closed.
    """
    found = ticket
    while found.merged_into and (into := find_ticket(connection, found.merged_into)):
        found = into
    return ticket if TicketState(found.state) in CLOSED else found


def undo_merge(connection: Connection, line: Line, ticket: TicketRecord, act: TicketAct, now: datetime) -> TicketRecord:
    """Have a merged ticket go on by itself again. Raises TicketMoveError for one that is not merged, and ValueError
    where the ticket in which it went on is closed: it was closed and billed with that one, and nothing reopens.
    """
    into = find_ticket(connection, ticket.merged_into) if ticket.merged_into else None
    if into is not None and TicketState(into.state) in CLOSED:
        raise ValueError(
            message(
                "merge-closed-with-other",
                "the ticket {number}, in which this one went on, is closed for good; open another ticket",
                number=into.number,
            )
        )
    undone = replace(act, kind=EventKind.MERGE_UNDONE, changes={"merged_into": None})
    return act_on(connection, line, ticket, undone, now)


def _follow(
    connection: Connection,
    line: Line,
    ticket: TicketRecord,
    act: TicketAct,
    subject: str,
    description: str,
    number: str,
    now: datetime,
) -> TicketRecord:
    """Open a ticket of the same desk that hangs together with ``ticket``."""
    rules = rules_of(line)
    new = NewTicket(
        company_id=ticket.company_id,
        contact_id=act.contact_id or ticket.contact_id,
        channel=ticket.channel if act.party is TicketParty.STAFF else str(act.details.get("channel", "portal")),
        area=Area(ticket.area),
        calendar=ticket.calendar if rules.calendar(ticket.calendar) else next(iter(rules.calendars)),
        severity=Severity(ticket.severity),
        party=act.party,
        author=act.author,
        subject=subject,
        description=description,
        destination=ticket.destination,
        product=ticket.product,
        module=ticket.module,
        linked_to=ticket.number,
        user_id=act.user_id,
        analyst_id=ticket.analyst_id,
    )
    return open_ticket(connection, line, new, number, now)
