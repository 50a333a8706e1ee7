"""``today_of`` counts the service figures of a day that goes on, from the entries into queues alone: a wallboard asks
for them again and again, so that nothing of the menu is read.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from ivr.flow.line import Line
from ivr.reports.period import ReportPeriod
from ivr.reports.waits import queue_entries, stored_waits
from routing.agent_rules import PLAIN_RULES
from routing.metrics import ServiceFigures, service_figures
from routing.queue_entries import QueueEntry
from value_class import value_class


@value_class
class TodayFigures:
    """The figures of a day by destination; waits begin in the queue."""

    at: datetime
    destinations: dict[str, ServiceFigures]


def today_of(connection: Connection, line: Line, day: ReportPeriod, now: datetime) -> TodayFigures:
    """Count the figures of ``day`` as they stand at ``now`` (aware)."""
    stored = stored_waits(connection, line.name, day, now)
    entries: dict[str, list[QueueEntry]] = {}
    for entry, _ in queue_entries(stored, {}, day, now):
        entries.setdefault(entry.destination, []).append(entry)
    found = {}
    for destination, here in entries.items():
        rules = line.routing.table.agents.get(destination, PLAIN_RULES)
        found[destination] = service_figures(here, rules.service_target, rules.short)
    return TodayFigures(now, found)
