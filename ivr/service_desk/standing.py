"""The standing of a ticket follows from its events by the line's rules, and is repeated in its row for lists."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from data.tickets import TicketRecord
from ivr.tickets.acceptance import deadline, reminder_at
from ivr.tickets.events import CLOSED, Area, EventKind, Events, Severity, TicketEvent, TicketParty, TicketState
from ivr.tickets.forecast import CalendarGoneError, forecast
from ivr.tickets.machine import MOVING, state_after
from ivr.tickets.rules import TicketRules
from value_class import value_class


@value_class
class TicketStanding:
    """A standing tells where a ticket is; ``due`` is what the line itself does next, None where it waits for people."""

    state: TicketState
    severity: Severity
    area: Area
    calendar: str
    opened_at: datetime
    state_at: datetime
    forecast_at: datetime | None
    due: TicketEvent | None
    closed_at: datetime | None


def standing_of(events: Events, rules: TicketRules) -> TicketStanding:
    """Return the standing of the ticket of which ``events`` are all. Raises TicketMoveError where they skip a state.

    A ticket that counts by a calendar which is not written any more has no forecast: acts on it are taken all the same.
    """
    state = state_after(events)
    try:
        forecast_at = forecast(events, rules.calendars, rules.severities).at
    except CalendarGoneError:
        forecast_at = None
    last_move = next(event for event in reversed(events) if event.kind in MOVING)
    area = next(event.area for event in reversed(events) if event.area is not None)
    calendar = next(event.calendar for event in reversed(events) if event.calendar is not None)
    return TicketStanding(
        state,
        next(event.severity for event in reversed(events) if event.severity is not None),
        area,
        calendar,
        events[0].at,
        last_move.at,
        forecast_at,
        due_next(events, rules, calendar),
        last_move.at if state in CLOSED else None,
    )


def due_next(events: Events, rules: TicketRules, calendar: str) -> TicketEvent | None:
    """Return what the line itself does next to a ticket that counts by ``calendar``, dated when it is due.

    A reminder is for desk hours, and is given once for a deadline; at the deadline the silence accepts a solution,
    and a question that was left unanswered closes the ticket.
    """
    hours = rules.desk_hours(calendar)
    ends = deadline(events, hours.zone, rules.days)
    if ends is None:
        return None
    reminder = None if ends.reminded else reminder_at(ends, hours)
    if reminder is not None and reminder < ends.at:
        return TicketEvent(reminder, EventKind.REMINDED, TicketParty.LINE)
    kind = EventKind.SILENCE_ACCEPTED if ends.kind == "silence" else EventKind.LEFT_UNANSWERED
    return TicketEvent(ends.at, kind, TicketParty.LINE)


def stood(ticket: TicketRecord, standing: TicketStanding) -> TicketRecord:
    """Return the row of ``ticket`` with what follows from its events."""
    return replace(
        ticket,
        state=standing.state.value,
        severity=int(standing.severity),
        area=standing.area.value,
        calendar=standing.calendar,
        state_at=standing.state_at,
        forecast_at=standing.forecast_at,
        due_at=standing.due.at if standing.due else None,
        closed_at=standing.closed_at,
    )
