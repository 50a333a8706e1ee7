"""Benchmarks time work and floor in turn over several rounds, and take the median of each."""

from __future__ import annotations

import resource
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio has the seconds of the work and of the floor, medians over the rounds."""

    work: float
    floor: float

    @property
    def times(self) -> float:
        """Return how many floors the work costs."""
        return self.work / self.floor


def against(work: Callable[[], object], floor: Callable[[], object], rounds: int = 5) -> Ratio:
    """Time ``work`` and ``floor`` in turn, so that a busy moment of the machine falls on both."""
    pairs = [(_seconds(work), _seconds(floor)) for _ in range(rounds)]
    return Ratio(statistics.median(pair[0] for pair in pairs), statistics.median(pair[1] for pair in pairs))


def cpu_of(command: Sequence[str], rounds: int = 5) -> float:
    """Return the median CPU seconds, user and system, of a command as a whole process."""
    return statistics.median(_cpu(command) for _ in range(rounds))


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _cpu(command: Sequence[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)
