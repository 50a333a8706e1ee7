"""An emergency closure that ends by itself is told in the log at its end: callers reach the destination again."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import ClassVar

from data.closures import CLOSURE_END, find_closure
from ivr.worker.work_kind import WorkDone, WorkKind

log = logging.getLogger(__name__)


class ClosureEnds(WorkKind):
    """The subject is the closure's id; its row was written with the closure."""

    name: ClassVar[str] = CLOSURE_END

    def do(self, subject: str, now: datetime) -> WorkDone:
        """Tell that the closure is over, where staff did not end it before."""
        with self._tools.database.reading() as connection:
            closure = find_closure(connection, int(subject))
        if closure is None:
            return WorkDone("the closure is gone")
        if closure.opened_at and closure.opened_at <= now:
            return WorkDone("staff had opened it before")
        log.info("closure ended", extra={"why": f"{closure.line}: {closure.scope} is reached again"})
        return WorkDone("open again")
