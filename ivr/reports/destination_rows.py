"""A destination row holds the figures of one destination in one interval, or in the whole period."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ivr.flow.line import Line
from ivr.reports.visits import VisitOutcome
from routing.agent_rules import PLAIN_RULES
from routing.metrics import ServiceFigures, service_figures
from routing.queue_entries import QueueEntry
from value_class import value_class


@value_class
class DestinationRow:
    """The figures of ``destination`` in the interval that began at ``begins``; None is the whole period.

    ``service`` counts what came into its queue. ``visits`` counts all calls that were on the way to it, by how that
    ended: also those that never came into the queue, since a telephone was picked up before, or it was closed.
    """

    destination: str
    begins: datetime | None
    service: ServiceFigures
    visits: Mapping[VisitOutcome, int]
    causes: Mapping[str, int]
    """Why calls came here, with how many of them."""

    @property
    def came(self) -> int:
        """Return how many calls were on the way to it."""
        return sum(self.visits.values())


@dataclass(slots=True)
class DestinationTally:
    """A tally gathers what is counted of one destination in one interval."""

    entries: list[QueueEntry] = field(default_factory=list)
    visits: Counter[VisitOutcome] = field(default_factory=Counter)
    causes: Counter[str] = field(default_factory=Counter)

    def row(self, line: Line, destination: str, begins: datetime | None) -> DestinationRow:
        """Return the row of what was counted."""
        rules = line.routing.table.agents.get(destination, PLAIN_RULES)
        figures = service_figures(self.entries, rules.service_target, rules.short)
        return DestinationRow(destination, begins, figures, dict(self.visits), dict(self.causes))
