"""The appointments of a ticket end with it, and with the service for which they were made."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from data.appointments import cancel_appointments
from data.ticket_events import TicketEventRecord
from data.tickets import TicketRecord
from ivr.flow.line import Line
from ivr.tickets.events import EventKind


def end_appointments(
    connection: Connection,
    line: Line,
    before: TicketRecord | None,
    after: TicketRecord,
    added: Sequence[TicketEventRecord],
    now: datetime,
) -> None:
    """Cancel what was proposed or confirmed and did not begin, where a ticket closed or its service changed."""
    del line
    closed = before is not None and before.closed_at is None and after.closed_at is not None
    if closed or any(each.kind == EventKind.SERVICE_CHANGED.value for each in added):
        cancel_appointments(connection, after.number, now)
