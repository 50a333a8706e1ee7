"""Every minute the sweep ends calls whose end was never told, and what else was abandoned (see ``data.sweep``)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from data.sweep import sweep
from ivr.worker.work_kind import WorkDone, WorkKind

EVERY = timedelta(seconds=60)


class Sweeping(WorkKind):
    """Sweeps at once when the first process starts, and then every minute."""

    name: ClassVar[str] = "sweep"
    every = EVERY

    def first(self, now: datetime) -> datetime:
        """Return now."""
        return now

    def do(self, subject: str, now: datetime) -> WorkDone:  # noqa: ARG002 - it is about everything
        """Sweep once."""
        swept = sweep(self._tools.database, now)
        return WorkDone(
            f"ended {swept.calls} calls and {swept.callbacks} tries to call back,"
            f" dropped {swept.statuses} statuses and {swept.queue_exits} ways out of queues",
            now + EVERY,
        )
