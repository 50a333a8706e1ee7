"""The history of a ticket is read from its stored events as the values that the rules look at."""

from __future__ import annotations

from collections.abc import Iterable

from data.ticket_events import TicketEventRecord
from ivr.tickets.events import Area, EventKind, Severity, TicketEvent, TicketParty


def history_of(records: Iterable[TicketEventRecord]) -> tuple[TicketEvent, ...]:
    """Return the events of one ticket, in the order of ``records``."""
    return tuple(
        TicketEvent(
            each.at,
            EventKind(each.kind),
            TicketParty(each.party),
            Severity(each.severity) if each.severity is not None else None,
            Area(each.area) if each.area is not None else None,
            each.calendar,
        )
        for each in records
    )
