"""This benchmark asks whether a line takes more memory after 100,000 turns than after some, of calls that all end."""

from __future__ import annotations

import itertools
import resource
import tempfile
from pathlib import Path

from bench.probe import line_of, played
from bench.table import Row
from data.database import Database

TURNS = 10**5
SOME = 2_000
CALLS = 100
"""Played at once, of ten turns and an end each."""
GOAL = 1.02


def run() -> list[Row]:
    """Return the row of the report."""
    numbers = itertools.count()
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'memory.sqlite'}")
        line = line_of(database)

        def play(turns: int) -> int:
            for _ in range(turns // (10 * CALLS)):
                played(line, CALLS, numbers, end=True)
                database.checkpoint()
            return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

        before, after = play(SOME), play(TURNS)
        database.close()
    return [
        Row(
            f"the most memory, after {TURNS:,} turns more",
            f"{after / 1024:.1f} MB",
            f"{before / 1024:.1f} MB after {SOME:,}",
            f"{after / before:.3f}",
            f"{GOAL}",
        )
    ]
