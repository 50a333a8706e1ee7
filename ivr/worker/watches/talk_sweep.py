"""Every five seconds, while calls wait or talk, what the carrier did not tell is found out."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar, Final

from ivr.call.talks.sweeping import TalkSweep
from ivr.worker.tools import Tools
from ivr.worker.watch import StandingWatch

EVERY: Final = timedelta(seconds=5)


class TalkSweeping(StandingWatch):
    """Sweeps offers and talks."""

    name: ClassVar[str] = "talk sweep"

    def __init__(self, tools: Tools) -> None:
        super().__init__(tools)
        self._swept: datetime | None = None
        self._looked: dict[str, datetime] = {}

    def look(self, now: datetime) -> bool:
        """Sweep, where it is time again."""
        if self._swept is not None and timedelta(0) <= now - self._swept < EVERY:
            return False
        self._swept = now
        tools = self._tools
        TalkSweep(tools.database, tools.lines(), lambda: now, tools.talks_of, self._looked).sweep()
        return True
