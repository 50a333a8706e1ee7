"""Paper is what chapters are put on: columns of one width, in which later chapters fill the room that others left."""

from __future__ import annotations

from typing import Final

from ivr.flow.graph.outline import DEEPEST
from value_class import value_class

CHAPTERS: Final = 40
"""Pixels between two chapters, one below the other."""


@value_class
class ChapterShape:
    """The shape of a chapter that stands at the top left: how far down it begins and ends in each of its columns."""

    columns: tuple[tuple[float, float], ...]


class Paper:
    """As many columns as cards stand beside one another, and no end below. Heights are pixels from the top."""

    def __init__(self) -> None:
        self._free: list[list[tuple[float, float]]] = [[(0.0, float("inf"))] for _ in range(DEEPEST)]

    def take(self, shape: ChapterShape) -> tuple[int, float]:
        """Take the highest room that is free for ``shape``: its first column, and how far down it is moved."""
        rooms = sorted(
            (start - top, first)
            for first in range(DEEPEST - len(shape.columns) + 1)
            for column, (top, _) in enumerate(shape.columns)
            for start, _ in self._free[first + column]
        )
        down, first = next(room for room in rooms if self._fits(shape, *room))
        for column, (top, end) in enumerate(shape.columns, first):
            free = self._free[column]
            at = next(at for at, room in enumerate(free) if _holds(room, top + down, end + down))
            start, until = free[at]
            rest = [(start, top + down - CHAPTERS), (end + down + CHAPTERS, until)]
            free[at : at + 1] = [(start, until) for start, until in rest if start < until]
        return first, down

    def _fits(self, shape: ChapterShape, down: float, first: int) -> bool:
        return all(
            any(_holds(room, top + down, end + down) for room in self._free[column])
            for column, (top, end) in enumerate(shape.columns, first)
        )


def _holds(room: tuple[float, float], top: float, end: float) -> bool:
    return room[0] <= top and end <= room[1]
