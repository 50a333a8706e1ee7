"""The figures of a destination are made of its queue entries, by formulas that stand here and are shown beside them.

Call centres count alike and mean different things: the same day gives a service level of 61.8 % to 85 % by the vendors'
formulas. These are ours::

    service level = answered within T
                    / (answered + abandoned after T + left by key after T + turned away after T)
    abandonment   = abandoned after S / offered
    mean wait of the answered (ASA) = their waits / answered
    handle time (AHT) = (talk + hold + wrap-up) / answered

``T`` is the service target's seconds and ``S`` the short seconds of the destination. *Within* includes the second
itself. What ended within T without an agent is in neither part of the service level: that caller never needed us late.
Leaving by a key counts against it, since offering callbacks would improve the figure otherwise; and so does a call that
the line turned away (the longest wait was over, the destination closed), since throwing callers out would. A call that
was moved to another destination, or waits again since its agent was lost in the talk, is another entry; where the agent
was lost before the talk, the wait goes on. An interval is that in which the wait **began**.
Where nothing was offered there is no figure, and never 100 %.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta, timezone, tzinfo
from typing import Final

from routing.agent_rules import ServiceTarget
from routing.queue_entries import MOVED, TURNED_AWAY, QueueEntry
from value_class import value_class
from wording import phrase

NONE: Final = "–"
"""How a figure of nothing is shown."""

DAY: Final = 1440
"""Minutes of an interval that is a whole local day."""

FORMULAS: Final = {
    "service_level": phrase(
        "answered within {seconds} s / (answered + abandoned, left by key or turned away after {seconds} s)",
        seconds="T",
    ),
    "abandonment": phrase("abandoned after {seconds} s / offered", seconds="S"),
    "asa": phrase("waits of the answered / answered"),
    "aht": phrase("(talk + hold + wrap-up) / answered"),
    "p95": phrase("the wait that 95 % of all entries did not exceed"),
    "occupancy": phrase("(talk + hold + wrap-up) / (talk + hold + wrap-up + available)"),
}
"""Each formula in words, as it is shown beside its figure."""


@value_class
class Ratio:
    """A ratio keeps its two operands, by which it can be computed again."""

    part: float
    whole: float

    @property
    def value(self) -> float | None:
        """Return the quotient; None of nothing."""
        return self.part / self.whole if self.whole else None

    def percent(self, digits: int = 2, *, point: str = ".") -> str:
        """Return ``69.39 %``, or NONE."""
        value = self.value
        return NONE if value is None else f"{100 * value:.{digits}f} %".replace(".", point)

    def number(self, digits: int = 1, *, point: str = ".") -> str:
        """Return the quotient as a number, or NONE."""
        value = self.value
        return NONE if value is None else f"{value:.{digits}f}".replace(".", point)

    def reaches(self, percent: float) -> bool | None:
        """Return whether it is so many per cent at least, without rounding; None of nothing."""
        return self.part * 100 >= percent * self.whole if self.whole else None


@value_class
class ServiceFigures:
    """The figures of some entries, and every operand of theirs. Times are in seconds."""

    target: ServiceTarget
    short: int
    offered: int = 0
    waiting: int = 0
    answered: int = 0
    answered_within: int = 0
    abandoned: int = 0
    abandoned_late: int = 0
    """After the target's seconds."""
    abandoned_long: int = 0
    """After the short seconds."""
    left_by_key: int = 0
    left_by_key_late: int = 0
    turned_away: int = 0
    turned_away_late: int = 0
    moved: int = 0
    wait_of_answered: float = 0.0
    wait_of_all: float = 0.0
    p95: float | None = None
    talk: float = 0.0
    hold: float = 0.0
    wrap: float = 0.0

    @property
    def service_level(self) -> Ratio:
        """Return the share that was answered within the target, of those who needed an agent for longer."""
        late = self.abandoned_late + self.left_by_key_late + self.turned_away_late
        return Ratio(self.answered_within, self.answered + late)

    @property
    def target_met(self) -> bool | None:
        """Return whether the service target was kept; None where there is no service level."""
        return self.service_level.reaches(self.target.percent)

    @property
    def abandonment(self) -> Ratio:
        """Return the share that hung up after the short seconds, of all that were offered."""
        return Ratio(self.abandoned_long, self.offered)

    @property
    def asa(self) -> Ratio:
        """Return the mean wait of those who were answered."""
        return Ratio(self.wait_of_answered, self.answered)

    @property
    def mean_wait(self) -> Ratio:
        """Return the mean wait of all whose wait has ended."""
        return Ratio(self.wait_of_all, self.offered - self.waiting)

    @property
    def aht(self) -> Ratio:
        """Return the mean time for which an answered call keeps an agent."""
        return Ratio(self.talk + self.hold + self.wrap, self.answered)


def service_figures(entries: Iterable[QueueEntry], target: ServiceTarget, short: int) -> ServiceFigures:
    """Return the figures of ``entries``; the seconds are those of the destination's AgentRules."""
    each = list(entries)
    ended = [entry for entry in each if entry.outcome is not None]
    answered = [entry for entry in each if entry.is_answered]
    abandoned = [entry for entry in each if entry.outcome == "abandoned"]
    by_key = [entry for entry in each if entry.outcome == "key"]
    away = [entry for entry in each if entry.outcome in TURNED_AWAY]
    late = target.seconds
    return ServiceFigures(
        target,
        short,
        offered=len(each),
        waiting=len(each) - len(ended),
        answered=len(answered),
        answered_within=sum(entry.wait <= late for entry in answered),
        abandoned=len(abandoned),
        abandoned_late=_after(late, abandoned),
        abandoned_long=_after(short, abandoned),
        left_by_key=len(by_key),
        left_by_key_late=_after(late, by_key),
        turned_away=len(away),
        turned_away_late=_after(late, away),
        moved=sum(entry.outcome in MOVED for entry in each),
        wait_of_answered=math.fsum(entry.wait for entry in answered),
        wait_of_all=math.fsum(entry.wait for entry in ended),
        p95=percentile([entry.wait for entry in ended], 95),
        talk=math.fsum(entry.talk for entry in answered),
        hold=math.fsum(entry.hold for entry in answered),
        wrap=math.fsum(entry.wrap for entry in answered),
    )


def percentile(values: Sequence[float], percent: int) -> float | None:
    """Return the smallest value that so many per cent of all do not exceed (nearest rank); None of nothing."""
    if not values:
        return None
    rank = max(-(-percent * len(values) // 100), 1)
    return sorted(values)[rank - 1]


def by_interval(entries: Iterable[QueueEntry], zone: tzinfo, minutes: int) -> dict[datetime, list[QueueEntry]]:
    """Return the entries by the beginning of the interval of the local day in which they entered, in its order.

    ``minutes`` divide a day: 30, 60, or 1440 for whole days.
    """
    found: dict[datetime, list[QueueEntry]] = {}
    for entry in sorted(entries, key=lambda each: each.entered):
        found.setdefault(interval_of(entry.entered, zone, minutes), []).append(entry)
    return found


def interval_of(at: datetime, zone: tzinfo, minutes: int) -> datetime:
    """Return when the interval of the local day began in which ``at`` is; an hour that a clock shows twice is two, and
    a day whose midnight comes twice is one.
    """
    local = at.astimezone(zone)
    into = timedelta(minutes=(local.hour * 60 + local.minute) % minutes)
    begin = local.replace(second=0, microsecond=0, tzinfo=None) - into
    begin = begin.replace(tzinfo=zone, fold=local.fold if minutes < DAY else 0)
    return begin.replace(tzinfo=timezone(begin.utcoffset() or timedelta()), fold=0)


def _after(seconds: int, entries: Iterable[QueueEntry]) -> int:
    return sum(entry.wait > seconds for entry in entries)
