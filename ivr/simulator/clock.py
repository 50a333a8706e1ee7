"""The time of one call: virtual for scripts and tests, real for a person at a telephone.

Only the call moves the clock, and it names the moment it wants to reach (``advance_to``) instead of a length. So the
seconds that a person took to press a key, or a server to answer, have passed already on the real clock and are not
waited for twice.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """The time of a call: what it reads, and the second that it asks for."""

    def now(self) -> datetime:
        """The date and time, aware of its zone."""
        ...

    def elapsed(self) -> float:
        """Seconds since the call began."""
        ...

    def advance_to(self, elapsed: float) -> None:
        """Let time pass until ``elapsed`` seconds of the call; a moment already past changes nothing."""
        ...


class VirtualClock:
    """Begins at ``at`` (which must be aware) and passes in no time; ``advance`` is for tests and tools."""

    def __init__(self, at: datetime) -> None:
        if at.tzinfo is None:
            raise ValueError("a clock begins at a time with a zone; give at= a tzinfo")
        self._start = at
        self._elapsed = 0.0

    def now(self) -> datetime:
        """The start plus what has passed."""
        return self._start + timedelta(seconds=self._elapsed)

    def elapsed(self) -> float:
        """Seconds that have passed."""
        return self._elapsed

    def advance_to(self, elapsed: float) -> None:
        """Set the time to then at once."""
        self._elapsed = max(self._elapsed, elapsed)

    def advance(self, seconds: float) -> None:
        """Let ``seconds`` pass."""
        self.advance_to(self._elapsed + seconds)


class RealClock:
    """The wall clock: the only place of the simulator that reads it, and that sleeps.

    ``pace`` is how many of its seconds pass in one: tests hurry.
    """

    def __init__(self, pace: float = 1.0) -> None:
        self.pace = pace
        self._start = time.monotonic()

    def now(self) -> datetime:
        """The time in UTC."""
        return datetime.now(UTC)

    def elapsed(self) -> float:
        """Seconds since this clock was made."""
        return (time.monotonic() - self._start) * self.pace

    def advance_to(self, elapsed: float) -> None:
        """Sleep for what is left until then."""
        left = elapsed - self.elapsed()
        if left > 0:
            time.sleep(left / self.pace)
