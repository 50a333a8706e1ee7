"""A call that is about to be connected opens its ticket: the turn that rings a desk of ``tickets`` notes it, once.

Seed 003 p. 7: every attended call is registered; p. 14: its number and the forecast of the return are told as it is.
The number is the call's protocol number. Whose call it is must be proved: a caller without company and contact opens
none, and is told a protocol number as at any desk. So is one whose turn is taken while the database is away.

One call has one ticket; a call that is about one that was there before opens none, unless that one is closed: nothing
reopens it (seed 003 pp. 14 and 15), so that the call's own is linked to it. The next target, a diversion and a
second transfer open no other one; where they ring a desk of another area, the ticket is transferred there, by the
calendar of that area from then on. A desk of the same area changes nothing of it. It is its company's alone: a caller
who identifies as another one in the same call neither moves it nor is asked about it, and is told no forecast.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from ivr.call.effects import TicketMoved, TicketOpened
from ivr.tickets.events import EventKind, TicketEvent, TicketParty
from ivr.tickets.forecast import forecast
from value_class import value_class

if TYPE_CHECKING:
    from ivr.call.turn_state import TurnState
    from ivr.flow.nodes.transfer import Transfer
    from ivr.tickets.rules import TicketDesk, TicketRules


@value_class
class TicketToTell:
    """The turn opened a ticket that is to be answered by ``forecast``; None where its calendar works too little."""

    forecast: datetime | None


def note_ticket(turn: TurnState, destination: str) -> TicketToTell | None:
    """Note that ``destination`` is rung for the caller: return the ticket that this turn opens, None where it opens
    none. ``turn.effects`` holds what comes of it.
    """
    rules = turn.line.routing.tickets
    desk = rules.desk_for(destination) if rules else None
    if rules is None or desk is None or turn.facts.database_down:
        return None
    if turn.company_id is None or turn.contact_id is None:
        return None
    follows = turn.closed_ticket if turn.closed_ticket == turn.ticket else None
    if follows and turn.ticket_company is not None:
        # The call has opened its own before, and a second one would have the same number.
        turn.ticket, follows = turn.protocol, None
    if turn.ticket is not None and not follows:
        _move(turn, desk, destination)
        return None
    number = turn.numbered()
    if number is None:
        return None
    product, _, module = destination.removeprefix(desk.scope).lstrip(".").partition(".")
    turn.effects.append(
        TicketOpened(
            number,
            turn.company_id,
            turn.contact_id,
            destination,
            product or None,
            module or None,
            turn.asked.get("code"),
            follows,
        )
    )
    turn.ticket, turn.ticket_area, turn.ticket_company = number, desk.area.value, turn.company_id
    return TicketToTell(_forecast(rules, desk, turn.facts.now))


def asks_severity(turn: TurnState, node: Transfer, destination: str) -> bool:
    """Return whether the caller is asked, in the queue of ``destination``, how severe the matter is: once in a call."""
    rules = turn.line.routing.tickets
    is_own = turn.ticket_company is not None and turn.ticket_company == turn.company_id and turn.ticket == turn.protocol
    if node.waiting.severity is None or turn.severity_asked or not is_own or rules is None:
        return False
    turn.severity_asked = rules.desk_for(destination) is not None
    return turn.severity_asked


def _forecast(rules: TicketRules, desk: TicketDesk, now: datetime) -> datetime | None:
    opened = TicketEvent(now, EventKind.OPENED, TicketParty.LINE, rules.severity, desk.area, desk.calendar)
    return forecast([opened], rules.calendars, rules.severities).at


def _move(turn: TurnState, desk: TicketDesk, destination: str) -> None:
    """Note that the ticket goes to the area of ``desk``, where it is another one and the caller's company the same."""
    number, company = turn.ticket, turn.ticket_company
    is_own = number is not None and number == turn.protocol
    if not is_own or number is None or company is None or company != turn.company_id or turn.ticket_area == desk.area:
        return
    turn.effects.append(TicketMoved(number, company, destination))
    turn.ticket_area = desk.area.value
