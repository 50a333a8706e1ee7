"""The agenda holds what the carrier does for a call at a later second, whatever verb is at work then."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from itertools import count

from ivr.simulator.acts import Act
from ivr.simulator.effects import Steps

Errand = Callable[[], Steps[Act | None]]
"""An act that comes of it ends the moment that the call lives through."""


class Agenda:
    """A priority queue of errands, each due at a second of the call; those left at its end run after it."""

    def __init__(self) -> None:
        self._errands: list[tuple[float, int, Errand]] = []
        self._number = count()

    def add(self, at: float, errand: Errand) -> None:
        """Run ``errand`` at the second ``at``."""
        heapq.heappush(self._errands, (at, next(self._number), errand))

    def drop(self, errand: Errand) -> None:
        """Leave ``errand`` undone, where it is still to be run."""
        self._errands = [each for each in self._errands if each[2] is not errand]
        heapq.heapify(self._errands)

    def due(self, until: float) -> float | None:
        """Return when the first errand is due, where that is at ``until`` at the latest."""
        return self._errands[0][0] if self._errands and self._errands[0][0] <= until else None

    def next(self) -> Errand:
        """The first errand, which is taken off."""
        return heapq.heappop(self._errands)[2]
