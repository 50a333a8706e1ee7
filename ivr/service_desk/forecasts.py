"""Forecasts of open tickets are computed anew, whole, by the rules that hold now: calendars are edited, and holidays
become known, after a ticket's last event.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from data.open_tickets import BareEvent, OpenTicket
from ivr.service_desk.standing import due_next
from ivr.tickets.events import Area, EventKind, Severity, TicketEvent, TicketParty
from ivr.tickets.forecast import ForecastError, forecast
from ivr.tickets.rules import TicketRules


@dataclass(slots=True)
class ComputedForecasts:
    """Tickets whose row says something else than what was ``computed``; ``failed`` tells why others could not be."""

    computed: int = 0
    changed: list[OpenTicket] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)


def compute_forecasts(
    tickets: Iterable[OpenTicket], events: Mapping[str, list[BareEvent]], rules_by_line: Mapping[str, TicketRules]
) -> ComputedForecasts:
    """Compute forecast and due moment of each ticket out of its events. A ticket of a line without rules, or that
    counts by a calendar which is not written any more, stays as it is. So does one without ``events``: it was closed
    after it was read.
    """
    result = ComputedForecasts()
    for ticket in tickets:
        if ticket.number not in events:
            continue
        rules = rules_by_line.get(ticket.line)
        if rules is None:
            result.failed[ticket.number] = f"no line {ticket.line} with tickets answers here"
            continue
        history = [_event(each) for each in events[ticket.number]]
        try:
            told = forecast(history, rules.calendars, rules.severities)
        except ForecastError as error:
            result.failed[ticket.number] = str(error)
            continue
        calendar = next(event.calendar for event in reversed(history) if event.calendar is not None)
        due = due_next(history, rules, calendar)
        anew = replace(ticket, forecast_at=told.at, due_at=due.at if due else None)
        result.computed += 1
        if anew != ticket:
            result.changed.append(anew)
    return result


def _event(bare: BareEvent) -> TicketEvent:
    at, kind, party, severity, area, calendar = bare
    return TicketEvent(
        at,
        _KINDS[kind],
        _PARTIES[party],
        Severity(severity) if severity is not None else None,
        Area(area) if area is not None else None,
        calendar,
    )


_KINDS = {each.value: each for each in EventKind}
_PARTIES = {each.value: each for each in TicketParty}
