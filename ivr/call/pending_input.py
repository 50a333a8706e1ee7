"""``PendingInput`` keeps in memory what callers did in turns that could not be taken yet.

A redirect brings nothing of what was keyed, and an address must not hold it: a password may be among it. So it waits
here, in memory, for a minute at most.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta

from ivr.call import events

LONGEST = timedelta(minutes=1)
MOST = 1000


class PendingInput:
    """Events by call and turn."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._events: OrderedDict[tuple[str, int], tuple[datetime, events.Event]] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        """How many events wait."""
        return len(self._events)

    def hold(self, sid: str, turn: int, event: events.Event) -> None:
        """Keep ``event`` until its turn comes again."""
        with self._lock:
            self._events[sid, turn] = (self._clock(), event)
            self._events.move_to_end((sid, turn))
            self._forget_old()
            if len(self._events) > MOST:
                self._events.popitem(last=False)

    def find(self, sid: str, turn: int) -> events.Event | None:
        """Return what was kept for the turn, or None where nothing was, here, within the last minute."""
        with self._lock:
            self._forget_old()
            pending = self._events.get((sid, turn))
        return pending[1] if pending else None

    def drop(self, sid: str, turn: int) -> None:
        """The turn was taken, or given up."""
        if not self._events:
            return
        with self._lock:
            self._events.pop((sid, turn), None)
            self._forget_old()

    def _forget_old(self) -> None:
        now = self._clock()
        while self._events:
            held_at, _ = next(iter(self._events.values()))
            # A clock that was put back must not keep anything for longer.
            if abs(now - held_at) <= LONGEST:
                return
            self._events.popitem(last=False)
