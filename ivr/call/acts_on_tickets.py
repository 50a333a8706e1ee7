"""``act_on_ticket`` writes what a caller did to a ticket, ``answer_access_of_ticket`` what was answered about a remote
access: at the service desk, in the transaction of the turn.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from data.contact import name_of_contact
from data.recordings import RecordingRecord, keep_recording
from data.tickets import TicketChangedError
from ivr.call.facts_changed import FactsChangedError
from ivr.service_desk.acts import NoTicketError, TicketAct, act_on, ticket_for
from ivr.service_desk.linking import goes_on_in, reply_to_closed
from ivr.service_desk.remote_access import answer_access
from ivr.tickets.events import EventKind, TicketParty
from ivr.tickets.machine import TicketMoveError

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ivr.call.effects import AccessAnswered, TicketActed
    from ivr.flow.line import Line

CHANNEL = "telephone"


def act_on_ticket(connection: Connection, line: Line, sid: str, acted: TicketActed, now: datetime) -> None:
    """Write the act of the call ``sid`` at ``now`` (aware), and its recording, which goes with those of talks.

    A message about a merged ticket goes to the one in which it goes on. Raises FactsChangedError where the ticket does
    not take it any more: another act came meanwhile, or the ticket was erased. The turn is then decided anew, and its
    caller told so.
    """
    details: dict[str, str | int | bool] = {"channel": CHANNEL}
    if acted.sid:
        details |= {"recording": acted.sid, "seconds": acted.seconds}
    author = name_of_contact(connection, acted.contact_id) or ""
    act = TicketAct(acted.kind, TicketParty.CUSTOMER, author, acted.contact_id, details=details)
    try:
        ticket = ticket_for(connection, acted.number, acted.company_id)
        if acted.linked:
            reply_to_closed(connection, line, ticket, act, acted.linked, now)
        else:
            about = goes_on_in(connection, ticket) if acted.kind is EventKind.MESSAGE_ADDED else ticket
            act_on(connection, line, about, act, now)
    except (TicketMoveError, TicketChangedError, NoTicketError) as changed:
        raise FactsChangedError(f"the ticket {acted.number} does not take it any more") from changed
    if acted.sid:
        keep_recording(connection, RecordingRecord(acted.sid, sid, now, acted.destination, acted.url, acted.seconds))


def answer_access_of_ticket(connection: Connection, line: Line, answered: AccessAnswered, now: datetime) -> None:
    """Write the answer at ``now`` (aware), with the call's protocol number as its evidence.

    Raises FactsChangedError where the request waits for no answer any more: the portal took one meanwhile, the analyst
    took it back, or the ticket was closed or erased. The turn is then decided anew, and its caller told so.
    """
    try:
        ticket = ticket_for(connection, answered.number, answered.company_id)
        answer_access(
            connection,
            line,
            ticket,
            answered.access,
            allowed=answered.allowed,
            author=name_of_contact(connection, answered.contact_id) or "",
            contact_id=answered.contact_id,
            channel=CHANNEL,
            now=now,
            protocol=answered.protocol,
        )
    except (ValueError, TicketChangedError, NoTicketError) as changed:
        raise FactsChangedError(f"the access of the ticket {answered.number} waits for no answer") from changed
