"""This benchmark measures refusals: hostile files against reading their bytes, and the check of two years to come."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from bench.measure import Ratio, against
from bench.table import Row
from ivr.flow.folder import check_line, load_line
from ivr.source.yaml import MAX_BYTES, MAX_VALUES

LINE = Path("flows/4003-0015")
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
GOAL = 1.0

_FEW = MAX_VALUES // 8 - 400
"""States of eight keys and values each, as many as a file may hold beside those of the line."""

HOSTILE: dict[str, Callable[[str], str]] = {
    "1 MB": lambda menu: menu + "# a comment\n" * (1024 * 1024 // 12),
    "aliases": lambda menu: menu + "a: &a [x]\n" + "".join(f"a{at}: &a{at} [*a, *a]\n" for at in range(9000)),
    "400,000 levels": lambda _: "[" * 400_000,
    "one key 150,000 times": lambda _: "a:\n" * 150_000,
    "100,000 states": lambda menu: menu + "".join(f" {at:x}:\n" for at in range(60_000)),
    "states that lead nowhere": lambda menu: (
        menu + "".join(f"  s{at}: {{say: {{prompt: boas-vindas, next: t{at}}}}}\n" for at in range(_FEW))
    ),
    "states in a row": lambda menu: (
        menu + "".join(f"  s{at}: {{say: {{prompt: boas-vindas, next: s{at + 1}}}}}\n" for at in range(_FEW))
    ),
    "comments like keys": lambda menu: menu + "#: x\n" * (MAX_BYTES // 6),
}


def run() -> list[Row]:
    """Return one row of the report for each hostile file, and one for the two years."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for number, (name, change) in enumerate(HOSTILE.items()):
            line = Path(folder) / str(number)
            shutil.copytree(LINE, line)
            menu = line / "menu.yaml"
            menu.write_text(change(menu.read_text(encoding="utf-8")), encoding="utf-8")
            ratio = against(lambda line=line: check_line(line), menu.read_bytes, 3)  # type: ignore[misc]
            rows.append(_row(f"refused: {name}", ratio, "a read of the file"))
    return [*rows, _two_years()]


def _row(name: str, ratio: Ratio, floor: str) -> Row:
    told = f"{1000 * ratio.floor:.1f} ms {floor}"
    return Row(name, f"{1000 * ratio.work:.0f} ms", told, f"{ratio.times:.0f}", f"{1000 * GOAL:.0f} ms")


def _two_years() -> Row:
    destinations = len(load_line(LINE).routing.table.destinations)
    ratio = against(lambda: check_line(LINE, NOW), lambda: check_line(LINE), 3)
    return _row(f"two years of {destinations} destinations", ratio, "the check of today")
