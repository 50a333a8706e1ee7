"""The minutes that count on a ticket are those that were noted, each as it was corrected last (``corrections``)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from data.ticket_events import TicketEventRecord
from ivr.tickets.events import EventKind

CORRECTS: Final = "corrects"
"""The detail of a correction that holds the position of what it corrects."""


def counted_minutes(records: Sequence[TicketEventRecord]) -> dict[int, int]:
    """Return the minutes of each event of one ticket that has any, by its position, as they were corrected last."""
    counted = {each.position: each.minutes for each in records if each.minutes}
    for each in records:
        details = correction_in(each)
        if details is not None and details[CORRECTS] in counted:
            counted[details[CORRECTS]] = details["minutes"]
    return counted


def correction_in(record: TicketEventRecord) -> dict[str, Any] | None:
    """Return the details ``corrects``, ``was`` and ``minutes`` of an event that corrects another; None of any other."""
    if record.kind != EventKind.ACTIVITY_NOTED.value or f'"{CORRECTS}"' not in record.details:
        return None
    details: dict[str, Any] = json.loads(record.details)
    return details
