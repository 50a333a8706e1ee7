"""A destination row holds the figures of one destination in one interval, or in the whole period."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from data.reported_entries import ReportedEntry
from ivr.flow.line import Line
from ivr.reports.visits import Visit, VisitOutcome
from routing.agent_rules import PLAIN_RULES
from routing.metrics import ServiceFigures, service_figures
from routing.queue_entries import EntryOutcome, QueueEntry


@dataclass(frozen=True, slots=True)
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


def queue_entries(
    stored: Iterable[ReportedEntry], visits: Mapping[str, list[Visit]], now: datetime
) -> list[tuple[QueueEntry, ReportedEntry]]:
    """Return what became of each stored entry, as figures are made of it. ``visits`` are those of the calls' names.

    The wait begins when the call came to the destination, be it that a telephone was rung before the queue. An agent
    who was lost before the talk ends no wait: it goes on in the entry that follows. To ask an agent of another
    destination before passing a caller on is an entry once the caller has been passed on.
    """
    began: dict[str, datetime] = {}
    found = []
    for entry in stored:
        before = began.get(entry.transferred_from or "")
        since = before or _visited(entry, visits.get(entry.call_sid, ())) or entry.entered_at
        if entry.outcome == "returned":
            began[entry.id] = since
            continue
        if entry.kind == "consult" and entry.outcome != "answered":
            continue
        found.append((_entry(entry, since, now), entry))
    return found


def _visited(entry: ReportedEntry, visits: Iterable[Visit]) -> datetime | None:
    if entry.transferred_from or entry.kind != "call":
        return None
    same = (visit for visit in visits if visit.destination == entry.destination and visit.holds(entry.turn))
    return next((min(visit.began, entry.entered_at) for visit in same), None)


def _entry(entry: ReportedEntry, since: datetime, now: datetime) -> QueueEntry:
    heard = entry.began_at or entry.left_at or now
    outcome: EntryOutcome | None = _OUTCOMES[entry.outcome] if entry.outcome else None
    talked = _seconds(entry.began_at, entry.over_at or now) if entry.began_at else 0.0
    return QueueEntry(
        entry.destination,
        since,
        outcome,
        _seconds(since, heard),
        max(0.0, talked - entry.hold_seconds),
        float(entry.hold_seconds),
        _seconds(entry.over_at, entry.wrapped_at) if entry.over_at and entry.wrapped_at else 0.0,
    )


_OUTCOMES: Mapping[str, EntryOutcome] = {
    "answered": "answered",
    "abandoned": "abandoned",
    "key": "key",
    "timeout": "timeout",
    "closed": "closed",
    "failed": "failed",
    "transferred": "transferred",
    "erased": "erased",
}


def _seconds(since: datetime | None, until: datetime) -> float:
    return max(0.0, (until - since).total_seconds()) if since else 0.0
