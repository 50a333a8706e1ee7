"""This benchmark plays a day of 10,000 calls and 40 agents on the real tables, as the tests play one of 500 and 20."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from bench.table import Row
from data.database import Database
from data.vault import Cost, Vault
from ivr.call.lines import Lines
from tests.line_server import KEY
from tests.lines import make_line
from tests.talks.a_day import Day, differences

CALLS = 10_000
AGENTS = 40
BEGINS = datetime.fromisoformat("2026-03-10T00:00:00-03:00")


def run() -> list[Row]:
    """Return the row of the report. A day of which a call is lost or talked to twice, or whose report counts otherwise
    than another program, has none.
    """
    with TemporaryDirectory() as folder:
        line = make_line(Path(folder) / "lines")
        database = Database(f"sqlite:///{folder}/day.sqlite")
        database.migrate()
        day = Day(database, Lines([line]), Vault(KEY, Cost.rehearsal()), BEGINS, Random(14), hours=24)
        began = time.perf_counter()
        day.play(CALLS, AGENTS)
        seconds = time.perf_counter() - began
        wrong = differences(day, CALLS)
        database.close()
    if wrong:
        raise RuntimeError(f"{len(wrong)} things are wrong with the day: {wrong[0]}")
    told = f"{seconds:.0f} s, {1000 * seconds / CALLS:.1f} ms a call, as counted"
    return [Row(f"a day of {CALLS:,} calls and {AGENTS} agents on the real tables", told)]
