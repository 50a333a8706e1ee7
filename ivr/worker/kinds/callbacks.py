"""Every ten seconds the callbacks whose turn it is are reserved: their calls are in the outbox from then on."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from ivr.call.callbacks import reserve
from ivr.worker.tools import NOT_SET_UP
from ivr.worker.work_kind import WorkDone, WorkKind

EVERY = timedelta(seconds=10)

EVERY_WITHOUT_ACCOUNT = timedelta(minutes=1)
"""Another process may have one."""


class CallbackTurns(WorkKind):
    """Looks whose turn it is: the destination is there to talk, and no caller came into its queue before."""

    name: ClassVar[str] = "callbacks"
    every = EVERY_WITHOUT_ACCOUNT
    longest: ClassVar[timedelta] = timedelta(seconds=30)

    def first(self, now: datetime) -> datetime:
        """Return now."""
        return now

    def do(self, subject: str, now: datetime) -> WorkDone:  # noqa: ARG002 - it is about everything
        """Reserve the calls that are due; none where the carrier cannot be asked for them."""
        if self._tools.calls is None and self._tools.trial_calls is None:
            return WorkDone(f"reserved none: {NOT_SET_UP}", now + EVERY_WITHOUT_ACCOUNT)
        reserved = reserve(self._tools.database, self._tools.lines(), now)
        return WorkDone(f"reserved {len(reserved)}", now + EVERY)
