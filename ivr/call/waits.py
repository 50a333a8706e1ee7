"""``Waits`` measures how long callers waited in a queue before they were answered, and tells those who wait now.

The carrier tells an average of its own, of those who are still waiting: to the only caller that is the time
which he has waited himself. What is told here is how long the last ones waited who were answered. It is kept in memory
only, so that no turn asks the database for it; after a start nothing is told until some were answered.
"""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from collections.abc import Callable
from datetime import datetime, timedelta
from statistics import median
from typing import Final

FRESH: Final = timedelta(hours=1)
"""Older waits say nothing of now."""

FEWEST: Final = 3
"""Fewer answered callers are chance."""

MOST: Final = 25
"""Waits of one queue that are kept."""

MOST_QUEUES: Final = 500


class Waits:
    """The waits of the queues, by the carrier's name of each. ``clock`` gives aware instants; any thread may
    ask."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._queues: OrderedDict[str, deque[tuple[datetime, str, int]]] = OrderedDict()

    def answered(self, queue: str, call: str, seconds: int) -> None:
        """The ``call`` was taken out of the queue after ``seconds``; told twice, it counts once."""
        with self._lock:
            waits = self._queues.setdefault(queue, deque(maxlen=MOST))
            self._queues.move_to_end(queue)
            if not any(known == call and waited == seconds for _, known, waited in waits):
                waits.append((self._clock(), call, seconds))
            while len(self._queues) > MOST_QUEUES:
                self._queues.popitem(last=False)

    def forget(self) -> None:
        """Know nothing, as after a start: the calls that come belong to another rehearsal."""
        with self._lock:
            self._queues.clear()

    def expected(self, queue: str | None, waited: int) -> int | None:
        """Return what half of those who were answered lately waited at most, in seconds; None where too few were, and
        for a caller who has ``waited`` longer already.
        """
        if queue is None:
            return None
        since = self._clock() - FRESH
        with self._lock:
            fresh = [seconds for at, _, seconds in self._queues.get(queue, ()) if at > since]
        if len(fresh) < FEWEST:
            return None
        usual = round(median(fresh))
        return usual if usual > waited else None
