"""Exponential back-off with jitter: a try that failed is repeated ever later, and not by all at the same moment."""

from __future__ import annotations

from datetime import timedelta
from random import Random

FIRST_SECONDS = 10.0
LONGEST_SECONDS = 600.0

MOST_TRIES = 8
"""After as many, a quarter of an hour later or so, people have to look."""


def backoff(tries: int, rng: Random) -> timedelta:
    """Return the pause after ``tries`` that failed (from 1 on): twice as long each time, shortened by up to a half."""
    longest = min(LONGEST_SECONDS, FIRST_SECONDS * 2.0 ** (tries - 1))
    return timedelta(seconds=longest * rng.uniform(0.5, 1.0))
