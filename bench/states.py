"""This benchmark asks whether a turn costs the same on a line of 5,000 states as on the one that is shipped."""

from __future__ import annotations

import itertools
import tempfile
from dataclasses import replace
from pathlib import Path

from bench.flat import flat_row
from bench.probe import line_of
from bench.table import Row
from data.database import Database
from ivr.call.lines import Lines
from ivr.flow.folder import load_line
from ivr.flow.line import Line
from ivr.flow.nodes import Node
from ivr.source.yaml import Text

STATES = 5_000
LINE = Path("flows/4003-0015")


def run() -> list[Row]:
    """Return the row of the report."""
    line = load_line(LINE)
    with tempfile.TemporaryDirectory() as folder:
        databases = [Database(f"sqlite:///{Path(folder) / name}.sqlite") for name in ("many", "few")]
        many, few = (line_of(each, Lines([made])) for each, made in zip(databases, (_grown(line), line), strict=True))
        row = flat_row(
            f"a turn with {STATES:,} states", f"with {len(line.states)}, as shipped", many, few, itertools.count()
        )
        for each in databases:
            each.close()
    return [row]


def _grown(line: Line) -> Line:
    """The line with so many menus, of which no key leads to those that are more than it is shipped with."""
    menu = line.states["software"]
    names = [Text(f"passo-{at}", menu.mark) for at in range(STATES - len(line.states))]
    more: dict[str, Node] = {name: replace(menu, name=name) for name in names}
    return replace(line, states={**line.states, **more})
