"""The columns of a report's CSV hold every operand of every figure: a reader computes each anew.

Names and numbers are the same in every language: a point before decimals, seconds everywhere, nothing for a figure of
nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final, TextIO

from data.csv_cells import CsvValue, write_cells
from ivr.reports.destination_rows import DestinationRow
from routing.metrics import Ratio

COLUMNS: Final[Mapping[str, Callable[[DestinationRow], CsvValue]]] = {
    "destination": lambda row: row.destination,
    "interval": lambda row: row.begins.isoformat() if row.begins else "",
    "came": lambda row: row.came,
    "answered_in_all": lambda row: row.visits.get("answered", 0),
    "told_closed": lambda row: row.visits.get("told closed", 0),
    "not_reached": lambda row: row.visits.get("not reached", 0),
    "hung_up": lambda row: row.visits.get("hung up", 0),
    "offered": lambda row: row.service.offered,
    "waiting": lambda row: row.service.waiting,
    "answered": lambda row: row.service.answered,
    "answered_within": lambda row: row.service.answered_within,
    "abandoned": lambda row: row.service.abandoned,
    "abandoned_after_target": lambda row: row.service.abandoned_late,
    "abandoned_after_short": lambda row: row.service.abandoned_long,
    "left_by_key": lambda row: row.service.left_by_key,
    "left_by_key_after_target": lambda row: row.service.left_by_key_late,
    "turned_away": lambda row: row.service.turned_away,
    "turned_away_after_target": lambda row: row.service.turned_away_late,
    "moved": lambda row: row.service.moved,
    "target_percent": lambda row: row.service.target.percent,
    "target_seconds": lambda row: row.service.target.seconds,
    "short_seconds": lambda row: row.service.short,
    "service_level": lambda row: _share(row.service.service_level),
    "abandonment": lambda row: _share(row.service.abandonment),
    "seconds_waited_by_answered": lambda row: round(row.service.wait_of_answered, 3),
    "seconds_waited_by_all": lambda row: round(row.service.wait_of_all, 3),
    "asa": lambda row: _share(row.service.asa),
    "mean_wait": lambda row: _share(row.service.mean_wait),
    "p95_wait": lambda row: row.service.p95,
    "talk_seconds": lambda row: round(row.service.talk, 3),
    "hold_seconds": lambda row: round(row.service.hold, 3),
    "wrap_seconds": lambda row: round(row.service.wrap, 3),
    "aht": lambda row: _share(row.service.aht),
}


def write_csv(rows: Iterable[DestinationRow], out: TextIO) -> None:
    """Write the columns' names and each of ``rows`` to ``out``; a figure of nothing is empty."""
    write_cells(out, [COLUMNS])
    write_cells(out, ([read(row) for read in COLUMNS.values()] for row in rows))


def _share(ratio: Ratio) -> float | None:
    value = ratio.value
    return None if value is None else round(value, 6)
