"""``load_ticket`` reads a ticket for a turn, as it stands at that moment: what fell due counts, done yet or not."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING

from data.customers import customer
from data.remote_access import accesses_of
from data.ticket_events import events_of
from data.tickets import find_ticket, free_number
from ivr.call.facts import AccessFacts, TicketFacts
from ivr.flow.nodes.ticket import ACTS, MESSAGE
from ivr.service_desk.acts import overdue
from ivr.service_desk.billing import billed_minutes
from ivr.service_desk.history import history_of
from ivr.service_desk.standing import standing_of
from ivr.tickets.acceptance import deadline
from ivr.tickets.events import CLOSED, EventKind, TicketState
from ivr.tickets.machine import may
from ivr.tickets.remote_access import AccessState, access_state

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ivr.flow.line import Line


def load_ticket(
    connection: Connection,
    line: Line,
    number: str,
    company_id: int,
    contact_id: int | None,
    now: datetime,
    numbers: Iterable[str],
) -> TicketFacts | None:
    """Return the ticket ``number`` of the company, at ``now`` (aware), for its contact; None where the company has none
    of that number on ``line``. One read, whether nobody has it or another company; a ticket of this company takes more.

    ``numbers`` are drawn from for the ticket that a message to a closed one opens; a contact who may open none leaves
    no message there, as on the portal.
    """
    ticket, rules = find_ticket(connection, number), line.routing.tickets
    if ticket is None or rules is None or ticket.company_id != company_id or ticket.line != line.name:
        return None
    zone = line.header.zone
    history = list(history_of(events_of(connection, number)))
    history += overdue(history, rules, now)
    standing = standing_of(history, rules)
    ends = deadline(history, rules.desk_hours(standing.calendar).zone, rules.days)
    possible = {kind for kind in ACTS.values() if may(standing.state, kind)} | {MESSAGE}
    if ends is None or not ends.may_postpone(now):
        possible.discard(EventKind.POSTPONED)
    is_closed = standing.state in CLOSED
    if is_closed and not _may_open(connection, contact_id):
        possible.discard(MESSAGE)
    # One more read, and only of a ticket on which it was ever asked for.
    asked = any(each.kind is EventKind.ACCESS_ASKED for each in history)
    access = _access(connection, number, standing.state, now, zone) if asked else None
    if access and access.state is AccessState.WAITING:
        possible.add(EventKind.ACCESS_ANSWERED)
    return TicketFacts(
        number,
        standing.state,
        standing.area,
        ticket.destination,
        standing.forecast_at.astimezone(zone) if standing.forecast_at else None,
        ends.last_day if ends else None,
        ends.last_day + timedelta(days=rules.days.postponed) if ends else None,
        frozenset(possible),
        free_number(connection, numbers) if is_closed and MESSAGE in possible else None,
        (billed_minutes(connection, line, ticket, now) or None) if EventKind.ACCEPTED in possible else None,
        access,
    )


def _may_open(connection: Connection, contact_id: int | None) -> bool:
    known = customer(connection, contact_id) if contact_id is not None else None
    return known is not None and known.support


def _access(connection: Connection, number: str, state: TicketState, now: datetime, zone: tzinfo) -> AccessFacts | None:
    """The request that waits, else the last one; one of a ticket that takes no answer any more has ended with it."""
    found = [(each, access_state(each, now)) for each in accesses_of(connection, number)]
    if not found:
        return None
    last, stands = next((each for each in reversed(found) if each[1] is AccessState.WAITING), found[-1])
    if stands is AccessState.WAITING and not may(state, EventKind.ACCESS_ANSWERED):
        stands = AccessState.ENDED
    billed = None if last.approved else last.preparation_minutes or None
    return AccessFacts(last.id, last.tool, billed, last.expires_at.astimezone(zone), stands)
