"""``TokenBucket`` lets a process ask the carrier for so many calls a second: it fills by the clock that it is given.

An account has one rate, whatever asks it; what is asked for faster waits in the carrier's own queue, out of sight. Each
process counts its own calls: several that send at the same moment are together faster.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from threading import Lock

NOW = timedelta(0)


class TokenBucket:
    """Holds as many tokens as the account takes calls in a second. Safe to share between threads."""

    def __init__(self, per_second: int) -> None:
        if per_second < 1:
            raise ValueError("a rate is one call a second or more")
        self._interval = timedelta(seconds=1) / per_second
        self._burst = self._interval * (per_second - 1)
        self._full_at: datetime | None = None
        self._lock = Lock()

    def take(self, now: datetime) -> timedelta:
        """Take a token at ``now`` (aware) and return no time at all; without one, return how long until there is one,
        which is then another's just as well. A clock that was put back lets calls wait for a second at most.
        """
        with self._lock:
            longest = now + self._burst + self._interval
            full_at = min(max(self._full_at or now, now), longest)
            wait = full_at - self._burst - now
            if wait > NOW:
                return wait
            self._full_at = full_at + self._interval
            return NOW

    def give_back(self) -> None:
        """Return a token that was taken for a call which was not asked for."""
        with self._lock:
            if self._full_at is not None:
                self._full_at -= self._interval


@cache
def bucket_of_this_process(per_second: int) -> TokenBucket:
    """Return the one that the whole process shares, its worker and those who send at once."""
    return TokenBucket(per_second)
