"""A wait is what figures are made of: from the moment at which a call came to a destination until an agent was heard,
or the call left. It belongs to the period in which it began, also where it ended after that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from data.reported_entries import ReportedEntry, later_entries, reported_entries, returned_entries
from ivr.reports.period import ReportPeriod
from ivr.reports.visits import Visit
from routing.queue_entries import EntryOutcome, QueueEntry
from value_class import value_class


class TimeSpan(NamedTuple):
    """A time that waits are asked for which is no whole days: ``since`` on, and before ``until`` (both aware)."""

    since: datetime
    until: datetime


@value_class
class StoredWaits:
    """Stored entries hold the waits of a period: ``rows`` are those that were made in it, and after it by calls that
    had begun before its end; ``earlier`` are entries of before it that go on in ``rows``, with their moments.
    """

    rows: Sequence[ReportedEntry]
    earlier: Mapping[str, datetime]


def stored_waits(connection: Connection, line: str, period: ReportPeriod | TimeSpan, now: datetime) -> StoredWaits:
    """Read what the waits of ``line`` that began in ``period`` are made of, as it is ``now`` (aware)."""
    rows = reported_entries(connection, line, period.since, period.until)
    if period.until <= now:
        rows += later_entries(connection, line, period.until)
    known = {row.id for row in rows}
    before = {row.transferred_from for row in rows if row.front and row.transferred_from}
    return StoredWaits(rows, returned_entries(connection, before - known))


def queue_entries(
    stored: StoredWaits, visits: Mapping[str, list[Visit]], period: ReportPeriod | TimeSpan, now: datetime
) -> list[tuple[QueueEntry, ReportedEntry]]:
    """Return what became of each wait that began in ``period``, as figures are made of it, with the entry in which it
    ended, or goes on. ``visits`` are those of the calls' names.

    The wait begins when the call came to the destination, be it that a telephone was rung before the queue. An agent
    who was lost before the talk ends no wait: it goes on in the entry that follows, on whichever day that is. To ask
    an agent of another destination before passing a caller on is an entry once the caller has been passed on.
    """
    began = dict(stored.earlier)
    found = []
    for entry in stored.rows:
        before = began.get(entry.transferred_from or "")
        since = before or _visited(entry, visits.get(entry.call_sid, ())) or entry.entered_at
        if entry.outcome == "returned":
            began[entry.id] = since
            continue
        if entry.kind == "consult" and entry.outcome != "answered":
            continue
        if period.since <= since < period.until:
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
