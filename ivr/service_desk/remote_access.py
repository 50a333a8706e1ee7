"""A remote access is asked for, answered and ended on its ticket, each as an event; its row is the evidence.

The rules are those of ``ivr.tickets.remote_access``. An approved tool costs nothing; the preparation of another one is
noted with its minutes as the customer allows it, who was told of them before (``preparation_told``).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from data.remote_access import RemoteAccessRecord, accesses_of, add_access, answer_once, end_once
from data.tickets import TicketRecord
from ivr.flow.line import Line
from ivr.service_desk.acts import TicketAct, act_on
from ivr.service_desk.rules_of import rules_of
from ivr.tickets.events import EventKind, TicketParty, TicketState
from ivr.tickets.machine import may
from ivr.tickets.remote_access import AccessState, access_state, require_answerable, require_request
from value_class import value_class
from wording import message


@value_class
class AccessAsk:
    """An analyst asks for a remote access for a ``purpose``, with a ``tool``.

    ``preparation_minutes`` are those of a tool that is not approved. ``author`` is the name that the customer reads.
    """

    tool: str
    purpose: str
    preparation_minutes: int | None
    author: str
    user_id: int | None = None


def ask_for_access(
    connection: Connection, line: Line, ticket: TicketRecord, ask: AccessAsk, access_id: str, now: datetime
) -> tuple[TicketRecord, RemoteAccessRecord]:
    """Ask the customer for a remote access under the id ``access_id`` (drawn, at most 34 signs).

    Return the ticket as it stands after it, and the request. Raises ValueError, in words, for a request that says too
    little, or beside one that waits or lasts; and all that ``act_on`` raises.
    """
    rules = rules_of(line).remote_access
    tool, preparation = require_request(rules, ask.tool, ask.purpose, ask.preparation_minutes)
    for each in accesses_of(connection, ticket.number):
        if access_state(each, now) in (AccessState.WAITING, AccessState.ALLOWED):
            raise ValueError(
                message("access-goes-on", "a remote access was asked for already, or goes on; end that one first")
            )
    access = RemoteAccessRecord(
        access_id,
        ticket.number,
        ticket.company_id,
        tool,
        rules.approved(tool) is not None,
        ask.purpose.strip(),
        preparation,
        now,
        ask.user_id,
        now + rules.answerable,
    )
    act = TicketAct(
        EventKind.ACCESS_ASKED,
        TicketParty.STAFF,
        ask.author,
        user_id=ask.user_id,
        text=access.purpose,
        details={"access": access_id, "tool": tool, "approved": access.approved, "preparation_minutes": preparation},
    )
    after = act_on(connection, line, ticket, act, now)
    add_access(connection, access)
    return after, access


def waiting_access(connection: Connection, ticket: TicketRecord, now: datetime) -> RemoteAccessRecord | None:
    """Return the request that the customer of a ticket is to answer at ``now``; None where there is none."""
    if not may(TicketState(ticket.state), EventKind.ACCESS_ANSWERED):
        return None
    found = accesses_of(connection, ticket.number)
    return next((each for each in reversed(found) if access_state(each, now) is AccessState.WAITING), None)


def answer_access(
    connection: Connection,
    line: Line,
    ticket: TicketRecord,
    access_id: str,
    *,
    allowed: bool,
    author: str,
    contact_id: int | None,
    channel: str,
    now: datetime,
    protocol: str | None = None,
) -> tuple[TicketRecord, RemoteAccessRecord]:
    """Take the customer's answer, once; where it is ``allowed`` the access lasts for the minutes of the rules.

    ``protocol`` is the protocol number of the call in which it is given. Return the ticket as it stands after it, and
    the access. Raises ValueError, in words, for a request that is not of the ticket, was answered or has expired; and
    all that ``act_on`` raises.
    """
    access = _of_ticket(connection, ticket, access_id)
    require_answerable(access_state(access, now))
    answered = replace(
        access,
        answer=(AccessState.ALLOWED if allowed else AccessState.REFUSED).value,
        answered_at=now,
        answered_by=contact_id,
        channel=channel,
        protocol=protocol,
        expires_at=now + rules_of(line).remote_access.lasts if allowed else access.expires_at,
    )
    if not answer_once(connection, answered):
        require_answerable(AccessState.ENDED)
    details: dict[str, str | int | bool] = {"access": access_id, "allowed": allowed, "channel": channel}
    if protocol is not None:
        details["protocol"] = protocol
    act = TicketAct(EventKind.ACCESS_ANSWERED, TicketParty.CUSTOMER, author, contact_id=contact_id, details=details)
    after = act_on(connection, line, ticket, act, now)
    if allowed and access.preparation_minutes:
        noted = TicketAct(
            EventKind.ACTIVITY_NOTED,
            TicketParty.LINE,
            access.tool,
            minutes=access.preparation_minutes,
            details={"access": access_id, "preparation": True},
        )
        after = act_on(connection, line, after, noted, now)
    return after, answered


def end_access(
    connection: Connection,
    line: Line,
    ticket: TicketRecord,
    access_id: str,
    *,
    party: TicketParty,
    author: str,
    now: datetime,
    user_id: int | None = None,
    contact_id: int | None = None,
) -> TicketRecord:
    """End a remote access, or take its request back, before its time: either side may.

    Return the ticket as it stands after it. Raises ValueError, in words, for one that is not of the ticket or is over.
    """
    access = _of_ticket(connection, ticket, access_id)
    lasts = access_state(access, now) in (AccessState.WAITING, AccessState.ALLOWED)
    if not lasts or not end_once(connection, access_id, now):
        raise ValueError(message("access-over", "this remote access is over already"))
    act = TicketAct(
        EventKind.ACCESS_ANSWERED,
        party,
        author,
        contact_id=contact_id,
        user_id=user_id,
        details={"access": access_id, "ended": True},
    )
    return act_on(connection, line, ticket, act, now)


def _of_ticket(connection: Connection, ticket: TicketRecord, access_id: str) -> RemoteAccessRecord:
    for each in accesses_of(connection, ticket.number):
        if each.id == access_id:
            return each
    raise ValueError(message("no-such-access", "this ticket has no such request for remote access; reload the page"))
