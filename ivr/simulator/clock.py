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

    @property
    def real(self) -> bool:
        """Return whether its time passes by itself, beside that of the world."""
        ...

    @property
    def pace(self) -> float:
        """Return how many of its seconds pass in one, where it is real."""
        ...

    def now(self) -> datetime:
        """The date and time, aware of its zone."""
        ...

    def elapsed(self) -> float:
        """Seconds since the call began."""
        ...

    def advance_to(self, elapsed: float) -> None:
        """Let time pass until ``elapsed`` seconds of the call; a moment already past changes nothing."""
        ...

    def hold_to_real_time(self) -> None:
        """Go by the wall clock from now on, until as many ``let_go_of_real_time`` have come."""
        ...

    def let_go_of_real_time(self) -> None:
        """End one ``hold_to_real_time``."""
        ...


class VirtualClock:
    """Begins at ``at`` (which must be aware) and passes in no time; ``advance`` is for tests and tools.

    While it is held to real time (a media stream is open) it goes by the wall clock, ``pace`` times as fast.
    """

    def __init__(self, at: datetime, pace: float = 1.0) -> None:
        if at.tzinfo is None:
            raise ValueError("a clock begins at a time with a zone; give at= a tzinfo")
        self.pace = pace
        self._start = at
        self._elapsed = 0.0
        self._holds = 0
        self._held = (0.0, 0.0)
        """When it was held to real time: by the wall clock, and by itself."""

    @property
    def real(self) -> bool:
        """Return whether it is held to real time."""
        return self._holds > 0

    def now(self) -> datetime:
        """The start plus what has passed."""
        return self._start + timedelta(seconds=self.elapsed())

    def elapsed(self) -> float:
        """Seconds that have passed."""
        if self._holds:
            since, then = self._held
            self._elapsed = max(self._elapsed, then + (time.monotonic() - since) * self.pace)
        return self._elapsed

    def advance_to(self, elapsed: float) -> None:
        """Set the time to then at once; held to real time, sleep for what is left until then."""
        if self._holds and (left := elapsed - self.elapsed()) > 0:
            time.sleep(left / self.pace)
        self._elapsed = max(self._elapsed, elapsed)

    def advance(self, seconds: float) -> None:
        """Let ``seconds`` pass."""
        self.advance_to(self.elapsed() + seconds)

    def hold_to_real_time(self) -> None:
        """See ``Clock``."""
        if not self._holds:
            self._held = time.monotonic(), self._elapsed
        self._holds += 1

    def let_go_of_real_time(self) -> None:
        """See ``Clock``."""
        self.elapsed()
        self._holds = max(self._holds - 1, 0)


class RealClock:
    """The wall clock. Here alone the simulator reads it, and sleeps; a media stream, which has a thread of its own,
    keeps its time by it as well.

    ``pace`` is how many of its seconds pass in one: tests hurry.
    """

    real = True

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

    def hold_to_real_time(self) -> None:
        """It always does."""

    def let_go_of_real_time(self) -> None:
        """It never does."""
