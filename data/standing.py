"""``Watch`` keeps in memory what a process knows of its database: whether it answers, since when, and why not.

Nothing here asks the database: pages and probes read it at no cost, also while every connection hangs.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Literal

from value_class import value_class

State = Literal["up", "suspected", "away", "damaged"]


@value_class
class Standing:
    """``state`` has held for ``seconds``; whatever is not ``up`` counts as one time away, however it goes on.

    ``up``: the last that was heard of it was good. ``suspected``: a turn waited for it in vain. ``away``: it was
    tried, and could not be used. ``damaged``: what is in its place cannot be read as a database, or not any more.
    ``why`` may name files and hosts: it is for the log, and is shown to no client.
    """

    state: State
    seconds: float
    why: str = ""


class Watch:
    """Keeps a standing. ``stopwatch`` gives seconds that only grow."""

    def __init__(self, stopwatch: Callable[[], float] = time.monotonic) -> None:
        self._stopwatch = stopwatch
        self._lock = threading.Lock()
        self._state: State = "up"
        self._why = ""
        self._since = stopwatch()
        self.by_writing = False
        """The trouble was met by writing: that something can be read does not end it."""

    def standing(self) -> Standing:
        """As it is now."""
        with self._lock:
            return Standing(self._state, self._stopwatch() - self._since, self._why)

    def good(self, *, writing: bool) -> None:
        """A transaction succeeded."""
        if self._state == "up":
            return
        with self._lock:
            if writing or not self.by_writing:
                self._state, self._why, self._since, self.by_writing = "up", "", self._stopwatch(), False

    def suspect(self) -> None:
        """A turn waited in vain; nothing is known yet."""
        if self._state == "up":
            self._bad("suspected", "a turn was not answered in time", writing=False)

    def away(self, why: str, *, writing: bool) -> None:
        """It cannot be used."""
        self._bad("away", why, writing=writing)

    def damaged(self, why: str, *, writing: bool) -> None:
        """It is there, and is no database, or a broken one."""
        self._bad("damaged", why, writing=writing)

    def _bad(self, state: State, why: str, *, writing: bool) -> None:
        with self._lock:
            if self._state == "up":
                self._since = self._stopwatch()
            self._state, self._why, self.by_writing = state, why, writing
