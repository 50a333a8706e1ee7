"""Opening hours are made of windows, spans on days of the week, and of special days that have windows of their own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import combinations
from typing import Literal

from routing.spans import ALWAYS, DAY_NAMES, EVERY_DAY, Dates, Span, week_overlap
from value_class import value_class
from wording import message, phrase

Kind = Literal["open", "on_call", "break"]
"""The destination is staffed, only its staff on call answer, or its staff pause within a stretch that is open."""


@value_class
class Window:
    """A window is a span on some days of the week (0 is Monday), in the season ``dates``. It belongs to the day it
    begins on.

    Raises ValueError without days.
    """

    days: frozenset[int]
    span: Span
    kind: Kind = "open"
    dates: Dates = ALWAYS

    def __post_init__(self) -> None:
        if not self.days or not self.days <= EVERY_DAY:
            raise ValueError(
                message("window-without-days", "a window needs days of the week, from 0 (Monday) to 6 (Sunday)")
            )

    def begins_on(self, day: date) -> bool:
        """Return whether the window begins on the local date ``day``."""
        return day.weekday() in self.days and self.dates.holds(day)


def refuse_overlaps(windows: Sequence[Window], owner: str) -> None:
    """Raise ValueError where two windows share a moment, since either could be meant. A break lies within others."""
    for one, other in combinations(windows, 2):
        if (one.kind == "break") is not (other.kind == "break") or not one.dates.overlaps(other.dates):
            continue
        day = week_overlap(one.span, one.days, other.span, other.days)
        if day is not None:
            raise ValueError(
                message(
                    "windows-overlap",
                    "the windows {span} and {other_span} of {owner} overlap on {day}; end one before the other begins",
                    span=one.span,
                    other_span=other.span,
                    owner=owner,
                    day=DAY_NAMES[day],
                )
            )


@value_class
class SpecialDay:
    """A special day gives dates windows of their own, which hold instead of the week's and of a holiday's rule.

    ``name`` is what callers hear (véspera de Natal). Without ``windows`` the destination is closed; with some it is a
    half day, or a Saturday worked for once. The days of the week of the windows do not matter.
    """

    name: str
    dates: Dates
    windows: tuple[Window, ...] = ()

    def __post_init__(self) -> None:
        if self.dates.first is None or self.dates.last is None:
            raise ValueError(
                message(
                    "special-day-without-dates",
                    "the special day '{name}' needs its date, or its first and its last one",
                    name=self.name,
                )
            )
        if self.windows:
            every = [Window(EVERY_DAY, window.span, window.kind) for window in self.windows]
            # On one date a night's end does not meet its own beginning; on several it may.
            if self.dates.first == self.dates.last:
                every = [Window(frozenset({0}), window.span, window.kind) for window in self.windows]
            refuse_overlaps(every, phrase("the special day '{name}'", name=self.name))
