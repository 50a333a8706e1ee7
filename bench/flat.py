"""A cost is flat where a turn in one place costs what it does in another, measured in turn with it, round by round."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from bench.probe import played
from bench.table import Row

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

CALLS = 20
"""Of ten turns each, in one round."""
ROUNDS = 15
GOAL = "0.90 to 1.10"


def flat_row(
    name: str,
    other: str,
    line: WSGIApplication,
    floor: WSGIApplication,
    numbers: Iterator[int],
    *,
    clock: Callable[[], float] = time.process_time,
    between: Callable[[], object] = lambda: None,
) -> Row:
    """Return the row of the turns of ``line`` beside those of ``floor``, which are called ``other``.

    ``clock`` tells what a turn costs: CPU of this process, or seconds where a server works as well. ``between`` is done
    after every round and not counted: what ``ivr serve`` does beside the turns of callers.
    """
    pairs = []
    for number in range(ROUNDS + 1):
        pair = []
        for app in (line, floor) if number % 2 else (floor, line):
            pair.append(played(app, CALLS, numbers, clock))
            between()
        if number:  # the first round warms up
            pairs.append(pair if number % 2 else pair[::-1])
    work, base = (statistics.median(costs) for costs in zip(*pairs, strict=True))
    ratio = statistics.median(one / two for one, two in pairs)
    unit = "us of CPU" if clock is time.process_time else "us"
    return Row(name, f"{1e6 * work:.0f} {unit}", f"{1e6 * base:.0f} {unit} {other}", f"{ratio:.2f}", GOAL)
