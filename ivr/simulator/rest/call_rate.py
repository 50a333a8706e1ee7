"""An account makes so many calls a second: those beyond wait for their turn, in the order of their requests.

Source: Twilio, calls per second. What becomes of the turn of a call that is taken back is not told; here it passes to
the next one.
"""

from __future__ import annotations

import math
from collections.abc import Callable

EXACT = 1e-6
"""Seconds that are none: sums of fractions are not exact."""


class CallRate:
    """The rate of an account that makes ``per_second`` calls, by the clock ``now``."""

    def __init__(self, per_second: float, now: Callable[[], float]) -> None:
        self._gap = 1 / per_second
        self._now = now
        self._free_at = 0.0
        self._waiting: list[str] = []

    @property
    def waiting(self) -> list[str]:
        """The identifiers of the calls that wait, the next one first."""
        return list(self._waiting)

    def enter(self, sid: str) -> None:
        """Let the call wait behind the others."""
        self._waiting.append(sid)

    def leave(self, sid: str) -> None:
        """Let the call wait no more: it was taken back."""
        if sid in self._waiting:
            self._waiting.remove(sid)

    def seconds_left(self, sid: str) -> float:
        """Return the seconds until it is the call's turn, which never comes for one that was taken back.

        0 is its turn, and then it waits no more.
        """
        if sid not in self._waiting:
            return math.inf
        left = max(self._free_at - self._now(), 0.0) + self._waiting.index(sid) * self._gap
        if left > EXACT:
            return left
        self._waiting.remove(sid)
        self._free_at = self._now() + self._gap
        return 0.0
