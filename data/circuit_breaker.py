"""A circuit breaker: while a database is thought to be away one thread at a time attempts to use it, and the others are
refused at once instead of waiting for it too."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

LONGEST_ATTEMPT = 5.0
"""Seconds after which the thread that attempts is taken for lost, and another may attempt beside it."""


class CircuitBreaker:
    """Closed until a thread that waited in vain opens it; closed again by the first thread that succeeds.

    ``stopwatch`` gives seconds that only grow.
    """

    def __init__(self, stopwatch: Callable[[], float] = time.monotonic) -> None:
        self._stopwatch = stopwatch
        self._lock = threading.Lock()
        self.is_open = False
        """Whether every thread but the one that attempts is refused."""
        self._attempting: int | None = None
        """The thread that attempts."""
        self._began = 0.0

    def open(self) -> None:
        """Refuse from now on every thread but the one that attempts."""
        self.is_open = True

    def close(self) -> None:
        """Let every thread go on again: an attempt succeeded."""
        self.is_open = False

    @contextmanager
    def attempt(self, on_lost: Callable[[], None]) -> Iterator[bool]:
        """Return whether this thread may go on. ``on_lost`` is done first where it takes the place of a thread that has
        not come back for LONGEST_ATTEMPT.
        """
        if not self.is_open:
            yield True
            return
        me = threading.get_ident()
        with self._lock:
            mine, free = self._attempting == me, self._attempting is None
            given_up = not (mine or free) and self._stopwatch() - self._began >= LONGEST_ATTEMPT
            admitted = mine or free or given_up
            if free or given_up:
                self._attempting, self._began = me, self._stopwatch()
        if given_up:
            on_lost()
        try:
            yield admitted
        finally:
            with self._lock:
                if not mine and self._attempting == me:
                    self._attempting = None
