"""``read_report`` counts a report of a line out of its stored rows: destinations, agents, and where callers left."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from sqlalchemy import Connection

from data.agent_history import history_between
from data.past_calls import past_calls
from data.reported_entries import ReportedEntry, reported_offers, reported_talks
from ivr.flow.line import Line
from ivr.reports.agent_rows import AgentFigures, agent_rows
from ivr.reports.destination_rows import DestinationRow, DestinationTally
from ivr.reports.leaving import Leavers, LeavingRow
from ivr.reports.period import ReportPeriod
from ivr.reports.transfers import cause_of, is_struck_out
from ivr.reports.visits import Visit, visits_of
from ivr.reports.waits import queue_entries, stored_waits
from routing.metrics import interval_of
from value_class import value_class
from wording import phrase


@value_class
class Report:
    """A report of a line: ``destinations`` over the whole period, ``intervals`` of ``minutes`` each; both in the order
    of their names, and of time. ``calls`` came in, in ``struck_out`` of them wrong tries were used up.
    """

    line: str
    period: ReportPeriod
    minutes: int
    calls: int
    struck_out: int
    destinations: tuple[DestinationRow, ...]
    intervals: tuple[DestinationRow, ...]
    agents: tuple[AgentFigures, ...]
    leaving: tuple[LeavingRow, ...]
    dispositions: dict[tuple[str, str], int]
    """How often agents chose each disposition, by destination."""


def read_report(
    connection: Connection, line: Line, period: ReportPeriod, minutes: int, now: datetime, only: str | None = None
) -> Report:
    """Count the report of ``line`` as it is now (aware); ``minutes`` is 60 or 1440, ``only`` leaves one destination."""
    stored = stored_waits(connection, line.name, period, now)
    leavers, calls, struck_out = Leavers.of(line), 0, 0
    answered: dict[str, set[int]] = {}
    for each in stored.rows:
        if each.outcome == "answered":
            answered.setdefault(each.call_sid, set()).add(each.turn)
    visits: dict[str, list[Visit]] = {}
    causes: list[tuple[Visit, str]] = []
    for call in past_calls(connection, line.name, period.since, period.until):
        if call.started_at >= period.since:
            calls += 1
            struck_out += any(is_struck_out(line, turn) for turn in call.turns)
            leavers.add(call, was_answered=call.sid in answered)
        visits[call.sid] = list(visits_of(line, call, answered.get(call.sid, ())))
        causes += ((visit, cause_of(line, visit.opened)) for visit in visits[call.sid])
    counted: dict[tuple[str, datetime | None], DestinationTally] = {}

    def places(destination: str, at: datetime) -> list[DestinationTally]:
        if only not in (None, destination):
            return []
        keys = (destination, None), (destination, interval_of(at, period.zone, minutes))
        return [counted.setdefault(key, DestinationTally()) for key in keys]

    waits = queue_entries(stored, visits, period, now)
    for entry, row in waits:
        for place in places(entry.destination, entry.entered):
            place.entries.append(entry)
            if row.transferred_from and not row.front:
                place.causes[phrase("passed on by an agent")] += 1
    for visit, cause in causes:
        if not period.since <= visit.began < period.until:
            continue
        for place in places(visit.destination, visit.began):
            place.visits[visit.outcome] += 1
            place.causes[cause] += 1
    rows = {key: each.row(line, *key) for key, each in counted.items()}
    agents = agent_rows(
        history_between(connection, period.since, min(period.until, now)),
        reported_talks(connection, line.name, period.since, period.until),
        reported_offers(connection, line.name, period.since, period.until),
        period.since,
        min(period.until, now),
    )
    return Report(
        line.name,
        period,
        minutes,
        calls,
        struck_out,
        tuple(rows[key] for key in sorted(key for key in rows if key[1] is None)),
        tuple(rows[key] for key in sorted((key for key in rows if key[1]), key=lambda it: (it[0], it[1] or now))),
        tuple(agents),
        tuple(leavers.rows()),
        _dispositions([row for _, row in waits], only),
    )


def _dispositions(stored: list[ReportedEntry], only: str | None) -> dict[tuple[str, str], int]:
    chosen = (each for each in stored if each.disposition and only in (None, each.destination))
    return dict(Counter((each.destination, each.disposition or "") for each in chosen))
