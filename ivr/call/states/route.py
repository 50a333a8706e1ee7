"""The choice of a destination."""

from __future__ import annotations

from ivr.call.states.performer import performs
from ivr.call.turn_state import TurnState
from ivr.flow import triggers
from ivr.flow.nodes.route import Route
from routing.closures import in_scope


def arrive(turn: TurnState, node: Route) -> str | None:
    """By name, by the area code of the company (or else of the caller), by the ticket, or by the longest known access
    code. A caller who asks for people otherwise than about the ticket has another subject.
    """
    if node.ticket:
        return _by_ticket(turn, node.ticket)
    if not turn.about_ticket:
        turn.closed_ticket = None
        if turn.ticket != turn.protocol:
            turn.ticket = turn.protocol if turn.ticket_company is not None else None
    if node.to:
        turn.destination = node.to
        return triggers.ROUTED
    if node.region:
        regions = turn.line.routing.table.regions[node.region]
        company = turn.customer.area_code if turn.customer else None
        turn.destination, area = regions.at(company) if company else regions.of(turn.facts.caller)
        turn.reason = f"area code {area}" if area else f"no area code of {node.region}"
        turn.asked["area"] = area or ""
        return triggers.ROUTED
    codes = turn.line.routing.table.codes
    match = codes.match(turn.codes.get(node.code or "", "")) if codes else None
    if match is None or node.under is None:
        turn.reason = "unknown access code"
        return triggers.MAX_ATTEMPTS if turn.strike(node.strikes) else triggers.UNKNOWN_CODE
    turn.forgive(node.strikes)
    turn.destination = f"{node.under}.{match.destination}"
    turn.reason = f"access code {match.code_prefix}"
    turn.asked["code"] = match.code_prefix
    return triggers.ROUTED


def _by_ticket(turn: TurnState, scope: str) -> str:
    destination = turn.facts.ticket.destination if turn.facts.ticket else None
    known = destination is not None and destination in turn.line.routing.table.destinations
    if not known or not in_scope(str(destination), scope):
        turn.reason = f"the ticket is of no desk of {scope}"
        return triggers.NO_DESK
    turn.destination = destination
    turn.reason = "desk of the ticket"
    return triggers.ROUTED


performs(Route, arrive, None)
