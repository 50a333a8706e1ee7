"""Every night what is over is forgotten (see ``data.retention``), with the recordings at the carrier."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from data.retention import purge
from data.unavailable import DatabaseUnavailableError
from ivr.worker.work_kind import WorkDone, WorkKind

log = logging.getLogger(__name__)

HOUR = 6
"""Of UTC: three in the night in Brasília, when few call."""

MOST_RECORDINGS = 20
"""Recordings that are deleted at a time: each is a request, and calls to be made must not wait for hundreds."""

SHORTLY = timedelta(seconds=1)


class Purging(WorkKind):
    """Purges a night's rows at once and its recordings a few at a time."""

    name: ClassVar[str] = "purge"
    every = timedelta(days=1)
    longest: ClassVar[timedelta] = timedelta(hours=1)

    def first(self, now: datetime) -> datetime:
        """Return the next night."""
        return _next_night(now)

    def do(self, subject: str, now: datetime) -> WorkDone:  # noqa: ARG002 - it is about everything
        """Forget what is over. Recordings that the carrier does not delete are tried again the next night."""
        database = self._tools.database
        purged = purge(database, now, self._tools.delete_recording, MOST_RECORDINGS)
        forgotten = sum(purged.forgotten.values())
        outcome = f"forgot {forgotten} rows"
        if forgotten:
            try:
                database.leave_no_remains()
            except DatabaseUnavailableError:
                outcome += "; others were reading, so their bytes leave the file with the next purge"
        if purged.why:
            outcome += f"; {purged.kept} recordings are still there: {purged.why}"
            log.error("recordings not deleted", extra={"wrong": purged.kept, "why": purged.why})
        elif purged.kept:
            return WorkDone(f"{outcome}; {purged.kept} recordings to go", now + SHORTLY)
        return WorkDone(outcome, _next_night(now))


def _next_night(now: datetime) -> datetime:
    tonight = now.astimezone(UTC).replace(hour=HOUR, minute=0, second=0, microsecond=0)
    return tonight if tonight > now else tonight + timedelta(days=1)
