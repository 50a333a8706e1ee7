"""The remote accesses of a ticket end with it: a permission outlives no closed ticket."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from data.remote_access import end_all_of
from data.ticket_events import TicketEventRecord
from data.tickets import TicketRecord
from ivr.flow.line import Line


def end_accesses(
    connection: Connection,
    line: Line,
    before: TicketRecord | None,
    after: TicketRecord,
    added: Sequence[TicketEventRecord],
    now: datetime,
) -> None:
    """Write the end of what was asked for or allowed, where the events closed the ticket; else ask nothing."""
    del line, added
    if before is not None and before.closed_at is None and after.closed_at is not None:
        end_all_of(connection, after.number, max(after.closed_at, now))
