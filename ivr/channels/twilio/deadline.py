"""A bound on how long a request is worked on: the carrier gives up after 15 seconds, and callers long before.

The front ends the wait, since it has one thread that never waits for anything; a thread that hangs in a sync of a disk
can be neither stopped nor asked. Then it asks the application again, which says at once what is said instead.
Source of the 15 s: https://www.twilio.com/docs/api/errors/11205.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from flask import Request, request

from ivr.server.front import LATE

T = TypeVar("T")


asked: Final[Callable[[], Request]] = request._get_current_object  # type: ignore[attr-defined]
"""Gives the request itself: each look through Flask's stand-in for it costs as much as a look into the form."""


SECONDS = 4.0
"""Longer than the longest wait for a lock, so that what comes in time is heard; far below what a caller bears."""

AT_ONCE = 0.005
"""Seconds in which a turn is answered whose database is a file here: it takes about one thousandth. A server elsewhere
is waited for beside other turns from the beginning."""

MOST_AT_ONCE = 32
"""Requests that are worked on, those that nobody waits for any more included."""


class LateError(Exception):
    """There was no answer in time. The work goes on, and what comes of it is found by whoever asks again."""


def in_time(work: Callable[[], T]) -> T:
    """Return or raise what ``work`` does. Raises LateError where this request is already being worked on for too long,
    in another thread.
    """
    if LATE in asked().environ:
        raise LateError
    return work()
