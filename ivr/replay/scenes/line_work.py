"""The line's work in a scene is what the line does by itself, at the seconds at which there may be something to do."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Final

LOOK: Final = 1.0
"""Seconds after which a line looks what there is to do by itself, once something has happened."""


class LineWork:
    """Lets ``works`` do what is due (None: a line that does nothing), which says in how many seconds it is to be asked
    again; ``at`` does an errand at a second of the scene.
    """

    def __init__(
        self,
        works: Callable[[], float] | None,
        now: Callable[[], float],
        at: Callable[[float, Callable[[], None]], None],
    ) -> None:
        self._works = works
        self._now = now
        self._at = at
        self._due = math.inf

    @property
    def goes_on(self) -> bool:
        """Return whether something may come of it when all calls are over."""
        return self._works is not None

    def look_soon(self) -> None:
        """Look within LOOK seconds: something has happened."""
        self.look_at(self._now() + LOOK)

    def look_at(self, second: float) -> None:
        """Look at that second, unless it is looked before, and from then on when the line says."""
        if self._works and second < self._due:
            self._due = second
            self._at(second, partial(self._look, second))

    def _look(self, second: float) -> None:
        if self._works and second == self._due:  # else it was brought forward since
            self._due = math.inf
            self.look_at(self._now() + self._works())
