"""A chart draws what became of the calls of each interval as a bar of stacked parts, in a fixed box of plain numbers.

Where the parts stand is counted here, since the pages run no script that draws and have no styles within them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from ivr.reports.destination_rows import DestinationRow
from value_class import value_class

WIDTH: Final = 900
HEIGHT: Final = 180
FOOT: Final = 22
"""What the labels below the bars take."""

MOST_LABELS: Final = 12

PARTS: Final = ("in-time", "late", "hung-up", "other", "waiting")
"""From the bottom up: answered within the target, answered later, hung up, left by a key or turned away, waiting."""


@value_class
class Part:
    """A part of a bar: its class, its count, and the rectangle that shows it."""

    name: str
    count: int
    y: float
    height: float


@value_class
class Bar:
    """The bar of one interval. ``label`` is False where it would stand too close to the one before."""

    begins: datetime
    x: float
    width: float
    parts: tuple[Part, ...]
    label: bool

    @property
    def count(self) -> int:
        """Return how many calls it shows."""
        return sum(part.count for part in self.parts)


@value_class
class Chart:
    """A chart of ``bars``; the highest shows ``most`` calls."""

    bars: tuple[Bar, ...]
    most: int


def chart_of(rows: Iterable[DestinationRow]) -> Chart:
    """Return the chart of ``rows``: the rows of one interval are one bar, whichever destinations they are of."""
    counts: dict[datetime, list[int]] = {}
    for row in rows:
        if row.begins is None or not row.service.offered:
            continue
        each = counts.setdefault(row.begins, [0] * len(PARTS))
        for at, number in enumerate(_counted(row)):
            each[at] += number
    most = max((sum(each) for each in counts.values()), default=0)
    slot = min(WIDTH / max(len(counts), 1), 60)
    spaced = -(-len(counts) // MOST_LABELS) or 1
    bars = [
        Bar(
            begins,
            round(at * slot + slot * 0.1, 2),
            round(slot * 0.8, 2),
            _parts(counts[begins], most),
            at % spaced == 0,
        )
        for at, begins in enumerate(sorted(counts))
    ]
    return Chart(tuple(bars), most)


def _counted(row: DestinationRow) -> tuple[int, ...]:
    got = row.service
    other = got.left_by_key + got.turned_away + got.moved
    known = got.answered + got.abandoned + other + got.waiting
    # What was erased is counted as offered, and as nothing else.
    return (
        got.answered_within,
        got.answered - got.answered_within,
        got.abandoned,
        other + got.offered - known,
        got.waiting,
    )


def _parts(counts: Sequence[int], most: int) -> tuple[Part, ...]:
    parts, top = [], float(HEIGHT - FOOT)
    for name, count in zip(PARTS, counts, strict=True):
        height = (HEIGHT - FOOT) * count / most
        top -= height
        if count:
            parts.append(Part(name, count, round(top, 2), round(height, 2)))
    return tuple(parts)
