"""A screen pop tells an agent who calls and how they came here: proven where the caller was identified, else likely."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection

from data.call_history import EarlierCall, LikelyCaller, earlier_calls, likely_caller
from data.calls import CallRecord, find_call
from data.customers import CustomerRecord, customer
from data.protocols import protocol_of
from data.tickets import TicketRecord, find_ticket, ticket_of_call
from data.turns import turns_of
from ivr.call.attempt_limiter import shown_number
from ivr.call.position import Position
from ivr.flow.line import Line
from value_class import value_class

MOST_EARLIER = 5


@value_class
class Finance:
    """The invoices of a company that are not paid, and how many of them are overdue."""

    open: int
    overdue: int


@value_class
class ScreenPop:
    """The pop tells of one caller. ``customer`` was identified by document and password; else ``likely`` called from
    ``number`` before, which proves nothing. ``way`` are the states in which the caller chose or gave something;
    ``ticket`` is what the call is about.
    """

    sid: str
    number: str
    protocol: str | None
    customer: CustomerRecord | None
    finance: Finance | None
    likely: LikelyCaller | None
    way: tuple[str, ...]
    earlier: tuple[EarlierCall, ...]
    ticket: TicketRecord | None


def screen_pop(connection: Connection, line: Line, sid: str, today: date) -> ScreenPop | None:
    """Read the screen pop of the call ``sid``; None where the call is not known."""
    call = find_call(connection, sid)
    if call is None:
        return None
    # All who withhold theirs have one number at the carrier, and are not one another.
    number = shown_number(call.from_number) or ""
    known = customer(connection, call.contact_id) if call.contact_id is not None else None
    finance = Finance(len(known.invoices), sum(each.is_overdue(today) for each in known.invoices)) if known else None
    turns = turns_of(connection, sid)
    passed = [turn.state for turn in turns if turn.number and turn.state in line.states and turn.event != "queue"]
    return ScreenPop(
        sid,
        number,
        protocol_of(connection, sid),
        known,
        finance,
        None if known else likely_caller(connection, sid, number),
        tuple(dict.fromkeys(passed)),
        tuple(earlier_calls(connection, sid, call.contact_id, number, MOST_EARLIER)),
        _ticket(connection, line, call),
    )


def _ticket(connection: Connection, line: Line, call: CallRecord) -> TicketRecord | None:
    if line.routing.tickets is None:
        return None
    number = Position.from_json(call.position).ticket if call.position else None
    return find_ticket(connection, number) if number else ticket_of_call(connection, call.sid)
