"""Every fifteen seconds it is looked whether there is anything that people must know of (see ``ivr.worker.alarms``)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from ivr.worker.alarms.alarm_book import AlarmBook
from ivr.worker.tools import Tools
from ivr.worker.work_kind import WorkDone, WorkKind

EVERY = timedelta(seconds=15)


class Alarms(WorkKind):
    """Looks, raises and clears."""

    name: ClassVar[str] = "alarms"
    every = EVERY

    def __init__(self, tools: Tools) -> None:
        super().__init__(tools)
        self._book = AlarmBook(tools)

    def first(self, now: datetime) -> datetime:
        """Return now."""
        return now

    def do(self, subject: str, now: datetime) -> WorkDone:  # noqa: ARG002 - it is about everything
        """Look once."""
        raised, cleared = self._book.look(now)
        return WorkDone(f"raised {raised}, cleared {cleared}", now + EVERY)
