"""A timetable holds what happens at a later second of the clock, whatever calls are at then."""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable
from itertools import count


class Timetable:
    """A priority queue of errands, each due at a second of the clock."""

    def __init__(self) -> None:
        self._errands: list[tuple[float, int, Callable[[], None]]] = []
        self._number = count()

    def add(self, at: float, errand: Callable[[], None]) -> None:
        """Run ``errand`` at the second ``at``, after those of the same second that were added before."""
        heapq.heappush(self._errands, (at, next(self._number), errand))

    @property
    def due(self) -> float:
        """Return when the first errand is due; infinite where there is none."""
        return self._errands[0][0] if self._errands else math.inf

    def next(self) -> Callable[[], None]:
        """Take the first errand off."""
        return heapq.heappop(self._errands)[2]
