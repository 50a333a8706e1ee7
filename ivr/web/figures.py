"""``Figures`` caches figures for a few seconds, and lets one of the requests that ask for them compute them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from data.database import DatabaseUnavailableError

T = TypeVar("T")

FRESH_SECONDS = 5.0
STALE_SECONDS = 30.0
PATIENCE_SECONDS = 3.0


class Figures(Generic[T]):
    """A cache keeps what ``compute`` returned for FRESH_SECONDS.

    While one thread computes anew the others get what was there before, up to STALE_SECONDS old; where there is nothing
    they wait, for PATIENCE_SECONDS. ``stopwatch`` gives seconds that only grow.
    """

    def __init__(
        self, compute: Callable[[], T], stopwatch: Callable[[], float], patience: float = PATIENCE_SECONDS
    ) -> None:
        self._compute = compute
        self._stopwatch = stopwatch
        self._patience = patience
        self._computing = threading.Lock()
        self._known: tuple[float, T] | None = None

    def get(self) -> T:
        """Return the figures. Raises what ``compute`` raises, and DatabaseUnavailableError where another thread has not
        come back with them for too long.
        """
        known = self._within(FRESH_SECONDS)
        if known:
            return known[1]
        stale = self._within(STALE_SECONDS)
        if not self._computing.acquire(timeout=0 if stale else self._patience):
            if stale:
                return stale[1]
            raise DatabaseUnavailableError("the figures are still being computed; try again")
        try:
            known = self._within(FRESH_SECONDS)
            if known is None:
                known = (self._stopwatch(), self._compute())
                self._known = known
            return known[1]
        finally:
            self._computing.release()

    def _within(self, seconds: float) -> tuple[float, T] | None:
        known = self._known
        return known if known and self._stopwatch() - known[0] < seconds else None
