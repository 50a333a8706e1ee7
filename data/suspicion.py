"""Whether the database is thought to be away. Then one at a time tries, and nobody else waits for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

LONGEST_TRIAL = 5.0
"""Seconds after which whoever tries is thought to be lost, and the next one may try beside them."""


class Suspicion:
    """Raised by whoever waited in vain, and dropped by whoever succeeds. ``stopwatch`` gives seconds that only grow."""

    def __init__(self, stopwatch: Callable[[], float] = time.monotonic) -> None:
        self._stopwatch = stopwatch
        self._lock = threading.Lock()
        self._raised = False
        self._trier: int | None = None
        self._began = 0.0

    def raise_(self) -> None:
        """From now on one at a time tries."""
        self._raised = True

    def drop(self) -> None:
        """It was unfounded, or is over."""
        self._raised = False

    @contextmanager
    def trial(self, lost: Callable[[], None]) -> Iterator[bool]:
        """Whether to go on. ``lost`` is done first where whoever tried before has not come back for LONGEST_TRIAL."""
        if not self._raised:
            yield True
            return
        me = threading.get_ident()
        with self._lock:
            mine, free = self._trier == me, self._trier is None
            given_up = not (mine or free) and self._stopwatch() - self._began >= LONGEST_TRIAL
            admitted = mine or free or given_up
            if free or given_up:
                self._trier, self._began = me, self._stopwatch()
        if given_up:
            lost()
        try:
            yield admitted
        finally:
            with self._lock:
                if not mine and self._trier == me:
                    self._trier = None
