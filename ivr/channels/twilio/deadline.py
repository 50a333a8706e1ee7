"""A bound on how long a request is worked on: the carrier gives up after 15 seconds, and callers long before.

Source of the 15 s: https://www.twilio.com/docs/api/errors/11205.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillWorkingError
from typing import TypeVar

T = TypeVar("T")

SECONDS = 4.0
"""Longer than the longest wait for a lock, so that what comes in time is heard; far below what a caller bears."""

MOST_AT_ONCE = 32
"""Requests that are worked on, those that nobody waits for any more included."""


class LateError(Exception):
    """There was no answer in time. The work goes on, and what comes of it is found by whoever asks again."""


class Deadline:
    """Works in threads of its own, so that a request need not wait for ever for its answer."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._threads = ThreadPoolExecutor(MOST_AT_ONCE, thread_name_prefix="turn")
        self._free = threading.Semaphore(MOST_AT_ONCE)

    def within(self, work: Callable[[], T]) -> T:
        """Return or raise what ``work`` does, within the deadline. Raises LateError where that takes too long, the wait
        for a thread included.
        """
        until = time.monotonic() + self._seconds
        if not self._free.acquire(timeout=self._seconds):
            raise LateError
        future: Future[T] = self._threads.submit(work)
        future.add_done_callback(lambda _: self._free.release())
        try:
            return future.result(max(0.0, until - time.monotonic()))
        except StillWorkingError:
            if future.done():
                # The work itself timed out on something; on 3.11 both are the same class.
                return future.result()
            raise LateError from None


class NoDeadline(Deadline):
    """Works in the thread that asks, for as long as it takes: for rehearsals, which have no deadline."""

    def __init__(self) -> None:
        """Needs no threads."""

    def within(self, work: Callable[[], T]) -> T:
        """Return or raise what ``work`` does, however long it takes."""
        return work()
