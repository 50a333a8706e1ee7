"""A clock for a person at a terminal: it begins when the call is said to, and goes at the pace of the wall clock."""

from __future__ import annotations

from datetime import datetime, timedelta

from ivr.replay.call_target import MakeClock
from ivr.simulator.clock import RealClock


class PacedClock(RealClock):
    """A clock that begins at a moment of one's choice and goes at the pace of the wall clock."""

    def __init__(self, at: datetime, pace: float = 1.0) -> None:
        super().__init__(pace)
        self._at = at

    def now(self) -> datetime:
        """Return the chosen moment and what has passed since."""
        return self._at + timedelta(seconds=self.elapsed())


def paced(*, from_now: bool) -> MakeClock:
    """Return a clock for a person at a terminal: it shows the real time, or begins when the call is said to."""
    return (lambda _: RealClock()) if from_now else PacedClock
