"""A system of the company's own is told what happens to tickets: each event is a row of the outbox.

Only a line whose rules say so (``tell_events``) writes them; who is told is a setting of the worker's.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from data.outbox import OutboxRecord, put
from data.ticket_events import TOLD, TicketEventRecord
from data.tickets import TicketRecord
from ivr.flow.line import Line


def tell_events(
    connection: Connection,
    line: Line,
    before: TicketRecord | None,
    after: TicketRecord,
    added: Sequence[TicketEventRecord],
    now: datetime,
) -> None:
    """Write a row for each event, where the line tells them: it holds nothing that people wrote, nor who they are."""
    del before
    if line.routing.tickets is None or not line.routing.tickets.tells_events:
        return
    for event in added:
        told = {
            "number": after.number,
            "position": event.position,
            "event": event.kind,
            "by": event.party,
            "at": event.at.isoformat(),
            "line": after.line,
            "state": after.state,
            "severity": after.severity,
            "area": after.area,
            "forecast": after.forecast_at.isoformat() if after.forecast_at else None,
        }
        content = json.dumps(told, ensure_ascii=False, sort_keys=True)
        put(
            connection,
            OutboxRecord(event_row(after.number, event.position), TOLD, after.number, content, None, now, now),
        )


def event_row(number: str, position: int) -> str:
    """Return the name of the row that tells of an event: those of one ticket are sorted as its events are."""
    return f"TE{number}{position:06d}"
