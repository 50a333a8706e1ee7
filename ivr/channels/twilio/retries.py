"""A request that failed is sent back to be tried once more; its address counts how often."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from data.database import DatabaseUnavailableError
from ivr.channels.twilio.deadline import LateError
from ivr.errors import RequestError

AGAIN: Final = "again"
"""Counts, in the address, how often a request was sent back to try the same once more."""

MOST_AGAIN: Final = 3
"""Rounds in which the database may come back. With four seconds each, a caller waits a quarter of a minute for it."""

MOST_AGAIN_BROKEN: Final = 1
"""What is broken in the code is seldom better the next time, but a race may be over."""


def rounds(query: Mapping[str, str]) -> int:
    """Return how often the request of that ``query`` was sent back already."""
    written = query.get(AGAIN, "0")
    return int(written) if written.isascii() and written.isdigit() and len(written) == 1 else 0


def tries_left(error: Exception, query: Mapping[str, str]) -> bool:
    """Return whether the request of that ``query``, which ended in ``error``, may be tried once more."""
    if isinstance(error, RequestError):
        return False
    passing = isinstance(error, DatabaseUnavailableError | LateError)
    return rounds(query) < (MOST_AGAIN if passing else MOST_AGAIN_BROKEN)
