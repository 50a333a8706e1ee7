"""This benchmark asks whether a turn costs the same with a million stored calls, with 5,000 states, and in the end.

It takes minutes and some gigabytes of disk: ``make bench-large``.
"""

from __future__ import annotations

import itertools
import resource
import sqlite3
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from bench.probe import line_of, played
from bench.table import Row
from ivr.call.lines import Lines
from ivr.flow.folder import load_line
from ivr.flow.nodes import Node
from ivr.source.yaml import Text

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

FEW, MANY = 10**3, 10**6
STATES = 5_000
TURNS = 10**5
CALLS = 40
ROUNDS = 5
FLAT = "0.90 to 1.10"
LINE = Path("flows/4003-0015")


def run() -> list[Row]:
    """Return the rows of the report."""
    numbers = itertools.count()
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        small, large = (here / f"{stored}.sqlite" for stored in (FEW, MANY))
        lines = [line_of(f"sqlite:///{file}") for file in (small, large)]
        size = 0.0
        for file, stored, line in zip((small, large), (FEW, MANY), lines, strict=True):
            played(line, 1, numbers)
            size = _store(file, stored)
        stored_calls = _row(f"a turn with {MANY:,} stored calls", f"with {FEW:,}", lines[1], lines[0], numbers)
        many_states = line_of(f"sqlite:///{here / 'states.sqlite'}", _lines_of(STATES))
        states = _row(f"a turn with {STATES:,} states", "with as many as are shipped", many_states, lines[0], numbers)
        memory = _memory(lines[0], numbers)
    return [stored_calls, states, Row("disk of a stored turn", f"{size:.0f} bytes", goal="2000 bytes"), memory]


def _row(name: str, other: str, line: WSGIApplication, floor: WSGIApplication, numbers: Iterator[int]) -> Row:
    for app in (line, floor):
        played(app, CALLS, numbers)
    pairs = [(played(line, CALLS, numbers), played(floor, CALLS, numbers)) for _ in range(ROUNDS)]
    work, base = (statistics.median(costs) for costs in zip(*pairs, strict=True))
    ratio = statistics.median(one / two for one, two in pairs)
    return Row(name, f"{1e6 * work:.0f} us of CPU", f"{1e6 * base:.0f} us {other}", f"{ratio:.2f}", FLAT)


def _store(file: Path, calls: int) -> float:
    """Write so many calls of two turns, like those that are there; return the bytes of disk that a turn takes."""
    named = "printf('CA%032x', 1000000000 + n)"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        before = file.stat().st_size
        for table, key, like in (("call", "sid", "LIMIT 1"), ("turn", "call_sid", "ORDER BY number LIMIT 2")):
            names = [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')]
            chosen = ", ".join(named if name == key else f'one."{name}"' for name in names)
            connection.execute(
                f"WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < {calls})"
                f' INSERT INTO "{table}" SELECT {chosen} FROM counted, (SELECT * FROM "{table}" {like}) AS one'
            )
            connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return (file.stat().st_size - before) / (2 * calls)


def _lines_of(states: int) -> Lines:
    """The shipped line with so many menus, of which no key leads to those that are more than it is shipped with."""
    line = load_line(LINE)
    menu = line.states["software"]
    names = [Text(f"passo-{at}", menu.mark) for at in range(states - len(line.states))]
    more: dict[str, Node] = {name: replace(menu, name=name) for name in names}
    return Lines([replace(line, states={**line.states, **more})])


def _memory(line: WSGIApplication, numbers: Iterator[int]) -> Row:
    """How much more memory the process has had at most after many turns than after some."""
    played(line, 200, numbers)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(TURNS // 1000):
        played(line, 100, numbers)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return Row(
        f"memory after {TURNS:,} turns more",
        f"{after / 1024:.0f} MB",
        f"{before / 1024:.0f} MB before",
        f"{after / before:.3f}",
        "1.02",
    )
