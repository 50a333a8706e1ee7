"""The service level of a destination is below its target: fewer callers than promised reach an agent in time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar, Final

from ivr.reports.waits import TimeSpan, queue_entries, stored_waits
from ivr.worker.alarms.condition import AlarmCondition
from routing.agent_rules import PLAIN_RULES
from routing.alarm_rules import SERVICE_LEVEL, AlarmFinding
from routing.metrics import service_figures
from routing.queue_entries import QueueEntry

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ivr.flow.line import Line

WINDOW: Final = timedelta(minutes=15)

LEAST: Final = 5
"""Of fewer calls no share is made: one late call is no level."""


class ServiceLevelMissed(AlarmCondition):
    """Counts the waits that began in the last quarter of an hour, by the report's formula; who still waits after the
    target's seconds is late already.
    """

    kind: ClassVar[str] = SERVICE_LEVEL

    def look(self, connection: Connection, now: datetime) -> Iterable[AlarmFinding]:
        """Return each destination whose figure is below its target."""
        span = TimeSpan(now - WINDOW, now)
        for engine in self._tools.lines():
            found: defaultdict[str, list[QueueEntry]] = defaultdict(list)
            for entry, _ in queue_entries(stored_waits(connection, engine.line.name, span, now), {}, span, now):
                found[entry.destination].append(entry)
            for destination, entries in found.items():
                yield from self._judge(engine.line, destination, entries)

    def _judge(self, line: Line, destination: str, entries: list[QueueEntry]) -> Iterable[AlarmFinding]:
        rules = line.routing.table.agents.get(destination, PLAIN_RULES)
        target = rules.service_target
        figures = service_figures(entries, target, rules.short)
        late = sum(entry.outcome is None and entry.wait > target.seconds for entry in entries)
        needed = int(figures.service_level.whole) + late
        if needed < LEAST or figures.answered_within * 100 >= target.percent * needed:
            return
        yield AlarmFinding(
            self.kind,
            line.name,
            destination,
            {
                "within": figures.answered_within,
                "needed": needed,
                "seconds": target.seconds,
                "percent": target.percent,
                "minutes": WINDOW // timedelta(minutes=1),
            },
        )
