"""``ivr staffing`` reads the arrivals of a day: from numbers, from a CSV file, or as they were recorded."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from ivr.cli.stored import open_readonly, settings_here
from ivr.errors import TargetError
from ivr.staffing.arrivals import Arrival, IntervalLoad
from value_class import value_class
from wording import message

if TYPE_CHECKING:
    from data.sheet import Problem
    from ivr.flow.line import Line

DAY = 24 * 60

_CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])|24:00")

_NUMBER = re.compile(r"[0-9]{1,7}(?:[.,][0-9]{1,3})?")


@value_class
class DayOfCalls:
    """The intervals of a day, and its calls one by one where they were recorded."""

    loads: tuple[IntervalLoad, ...]
    recorded: tuple[Arrival, ...] = ()


def of_numbers(calls: float, handle: float) -> DayOfCalls:
    """Return an hour of so many calls, at 08:00."""
    return DayOfCalls((IntervalLoad(8 * 3600, 3600, calls, handle),))


def of_sheet(path: Path, handle: float | None) -> tuple[DayOfCalls, list[Problem]]:
    """Return the intervals that a CSV file has in the columns ``begin`` (08:30), ``calls`` and ``aht`` (seconds; else
    ``handle``). An interval is as long as the shortest step between two rows, an hour where there is but one.

    What is wrong in the file is returned as well; then there are no intervals.
    """
    from data.sheet import read_sheet

    sheet = read_sheet(path)
    before = len(sheet.problems)
    if sheet.columns and not sheet.expect(("begin", "calls"), ("aht",)):
        return DayOfCalls(()), sheet.problems[before:]  # below another header no row can be right
    if not sheet.rows and not sheet.problems:
        sheet.problem(1, "the file has no rows; give each interval one, like 08:00,42")
    read: list[tuple[int, float, float]] = []
    for row in sheet.rows if not sheet.problems else ():
        begin, calls = minutes_of(row.cells["begin"]), _number(row.cells["calls"])
        aht = _number(row.cells["aht"]) if row.cells.get("aht") else handle
        if begin is None or begin == DAY:
            sheet.problem(row.line, "'begin' is no time of day; write it like 08:30")
        elif calls is None:
            sheet.problem(row.line, "'calls' is no number of calls; write it like 42")
        elif not aht:
            sheet.problem(row.line, "the handle time is missing; fill in 'aht' in seconds, or give --aht")
        elif read and read[-1][0] >= begin:
            sheet.problem(row.line, "this interval begins before the one above it; put the rows in order")
        else:
            read.append((begin, calls, aht))
    if sheet.problems:
        return DayOfCalls(()), sheet.problems
    length = min((after[0] - before[0] for before, after in pairwise(read)), default=60)
    return DayOfCalls(tuple(IntervalLoad(begin * 60, length * 60, calls, aht) for begin, calls, aht in read)), []


def of_record(line: Line, destination: str, day: date, minutes: int, handle: float | None) -> DayOfCalls:
    """Return the calls that entered the destination's queue on that local day, in intervals of so many minutes.

    The handle time is the mean of those that were answered, or ``handle``; a call that no agent answered is given it.
    Raises TargetError where none entered, or none was answered and no handle time is given.
    """
    from data.recorded_arrivals import recorded_arrivals

    begins = datetime.combine(day, time(), line.header.zone)
    with open_readonly(settings_here()) as database, database.reading() as connection:
        found = recorded_arrivals(connection, line.name, destination, begins, begins + timedelta(days=1))
    if not found:
        raise TargetError(
            message(
                "no-calls-of-that-day",
                "no call entered the queue of {destination} on {day}; give --calls or --arrivals",
                destination=destination,
                day=day,
            )
        )
    worked = [each.talk + (each.wrap or 0.0) for each in found if each.talk is not None]
    mean = handle or (math.fsum(worked) / len(worked) if worked else 0.0)
    if not mean:
        raise TargetError(
            message(
                "no-handle-time-of-that-day",
                "no call of {destination} was answered on {day}, so its handle time is unknown; give --aht",
                destination=destination,
                day=day,
            )
        )
    arrivals = tuple(
        Arrival(
            (each.entered - begins).total_seconds(),
            destination,
            mean if each.talk is None else each.talk,
            each.wrap or 0.0,
            contract=each.contract,
        )
        for each in found
    )
    length = minutes * 60
    first, last = (int(arrivals[at].second // length) for at in (0, -1))
    counts = [sum(int(each.second // length) == at for each in arrivals) for at in range(first, last + 1)]
    return DayOfCalls(
        tuple(IntervalLoad((first + at) * length, length, calls, mean) for at, calls in enumerate(counts)), arrivals
    )


def minutes_of(text: str) -> int | None:
    """Return the minutes of a time of day like 08:30; None of any other text."""
    found = _CLOCK.fullmatch(text.strip())
    if not found:
        return None
    return int(found[1]) * 60 + int(found[2]) if found[1] else DAY


def clock_of(second: float) -> str:
    """Return the time of day of a second of the day."""
    minutes = int(second // 60)
    return f"{minutes // 60:02}:{minutes % 60:02}"


def interval_at(loads: Sequence[IntervalLoad], second: float) -> int | None:
    """Return the place of the interval in which a second of the day is; None where none is there."""
    return next((at for at, load in enumerate(loads) if load.begin <= second < load.end), None)


def _number(text: str) -> float | None:
    return float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None
