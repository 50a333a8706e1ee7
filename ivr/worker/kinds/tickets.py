"""Every minute the line does what it owes tickets: reminders, acceptances by silence, questions left unanswered.

Each is dated when it was due, so that an outage changes no ticket; some in one transaction, in which the tickets are
read, so that two processes do nothing twice, and one that dies does all of them or none. Every night the forecasts of
all open tickets are computed anew.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import ClassVar, Final

from sqlalchemy import Connection

from data.conflicts import repeated
from data.open_tickets import DueTicket, OpenTicket, due_tickets, events_of_open, open_tickets, save_forecasts
from data.tickets import TicketChangedError, find_ticket
from ivr.service_desk.acts import do_what_is_due
from ivr.service_desk.forecasts import compute_forecasts
from ivr.tickets.rules import TicketRules
from ivr.worker.tools import Tools
from ivr.worker.work_kind import WorkDone, WorkKind

log = logging.getLogger(__name__)

EVERY: Final = timedelta(minutes=1)

AT_ONCE: Final = 100
"""Tickets whose numbers are read at a time."""

ACTED_AT_ONCE: Final = 20
"""Tickets of one transaction: to sync the disk takes as long as some acts; turns that write wait for all of them."""

MOST: Final = 200
"""Tickets that are looked at before other work has its turn: about a second's worth."""

NIGHT_HOUR: Final = 5
"""Of UTC: two in the night in Brasília, an hour before what is over is forgotten."""

COMPUTED_AT_ONCE: Final = 1000
"""Tickets whose forecasts are computed before other work has its turn."""

_BEGINNING: Final = DueTicket(datetime(1970, 1, 1, tzinfo=UTC), "")


class TicketsDue(WorkKind):
    """Acts on tickets whose moment has come."""

    name: ClassVar[str] = "tickets"
    every = EVERY

    def __init__(self, tools: Tools) -> None:
        super().__init__(tools)
        self._after = _BEGINNING

    def first(self, now: datetime) -> datetime:
        """Return now."""
        return now

    def do(self, subject: str, now: datetime) -> WorkDone:  # noqa: ARG002 - it is about everything
        """Act on the next ``MOST`` tickets; those on which it cannot be acted are looked at again in a minute."""
        acted, looked_at, why = 0, 0, ""
        while looked_at < MOST:
            with self._tools.database.reading() as connection:
                due = due_tickets(connection, now, self._after, AT_ONCE)
            for place in range(0, len(due), ACTED_AT_ONCE):
                numbers = [each.number for each in due[place : place + ACTED_AT_ONCE]]
                refused = repeated(lambda numbers=numbers: self._act_on(numbers, now))  # type: ignore[misc]
                acted += len(numbers) - len(refused)
                why = why or next(iter(refused), "")
            looked_at += len(due)
            self._after = due[-1] if len(due) == AT_ONCE else _BEGINNING
            if len(due) < AT_ONCE:
                break
        if why:
            log.error("tickets wait for the line", extra={"wrong": looked_at - acted, "why": why})
        outcome = f"acted on {acted} tickets" + (f"; not on {looked_at - acted}: {why}" if why else "")
        return WorkDone(outcome, now if self._after != _BEGINNING else now + EVERY)

    def _act_on(self, numbers: Sequence[str], now: datetime) -> list[str]:
        """Act on some tickets in one transaction, and return why on others nothing was done."""
        with self._tools.database.transaction() as connection:
            return [why for number in numbers if (why := self._act(connection, number, now))]

    def _act(self, connection: Connection, number: str, now: datetime) -> str:
        """Act on one ticket; return why nothing was done, empty where something was."""
        ticket = find_ticket(connection, number)
        if ticket is None or ticket.due_at is None or ticket.due_at > now:
            return ""  # another process was here
        line = self._tools.lines().named(ticket.line)
        if line is None or line.routing.tickets is None:
            return f"no line {ticket.line} with tickets answers here"
        try:
            with connection.begin_nested():  # what one refuses takes nothing of the others back
                after = do_what_is_due(connection, line, ticket, now)
        except ValueError as error:
            return str(error)
        except TicketChangedError:
            return ""
        if after.position == ticket.position:
            # The days of the line's rules were changed since: what was due is due later, or not at all.
            row = OpenTicket(ticket.number, ticket.line, ticket.position, ticket.forecast_at, ticket.due_at)
            events = dict(events_of_open(connection, number, number))
            save_forecasts(connection, compute_forecasts([row], events, {line.name: line.routing.tickets}).changed)
        return ""


class TicketForecasts(WorkKind):
    """Computes the forecasts of all open tickets anew, and writes those that changed."""

    name: ClassVar[str] = "ticket forecasts"
    every = timedelta(days=1)

    def __init__(self, tools: Tools) -> None:
        super().__init__(tools)
        self._after = ""
        self._computed = self._changed = 0
        self._failed: dict[str, str] = {}

    def first(self, now: datetime) -> datetime:
        """Return the next night."""
        return _next_night(now)

    def do(self, subject: str, now: datetime) -> WorkDone:  # noqa: ARG002 - it is about everything
        """Compute the next ``COMPUTED_AT_ONCE``; where a process dies in a night, another one begins it anew."""
        database = self._tools.database
        with database.reading() as connection:
            tickets = open_tickets(connection, self._after, COMPUTED_AT_ONCE)
            events = dict(events_of_open(connection, tickets[0].number, tickets[-1].number)) if tickets else {}
        result = compute_forecasts(tickets, events, self._rules())
        with database.transaction() as connection:
            save_forecasts(connection, result.changed)
        self._computed += result.computed
        self._changed += len(result.changed)
        self._failed |= result.failed
        if len(tickets) == COMPUTED_AT_ONCE:
            self._after = tickets[-1].number
            return WorkDone(f"computed {self._computed} forecasts so far", now)
        outcome = f"computed {self._computed} forecasts, {self._changed} of them changed"
        if self._failed:
            why = next(iter(self._failed.values()))
            log.error("forecasts not computed", extra={"wrong": len(self._failed), "why": why})
            outcome += f"; not {len(self._failed)}: {why}"
        self._after, self._computed, self._changed, self._failed = "", 0, 0, {}
        return WorkDone(outcome, _next_night(now))

    def _rules(self) -> dict[str, TicketRules]:
        lines = (engine.line for engine in self._tools.lines())
        return {line.name: line.routing.tickets for line in lines if line.routing.tickets}


def _next_night(now: datetime) -> datetime:
    tonight = now.astimezone(UTC).replace(hour=NIGHT_HOUR, minute=0, second=0, microsecond=0)
    return tonight if tonight > now else tonight + timedelta(days=1)
