"""This benchmark measures what ``ivr serve`` costs until it greets, and the process of its pages until it answers.

Both are told apart: calls are answered from the greeting on, whether there are pages by then or not. The database is
there already, as it is whenever a server starts but the first time.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from bench.commands import IVR
from bench.measure import cpu_of
from bench.serving import Served, started
from bench.table import Row

ROUNDS = 5
GOAL = 1.2
TICKS = os.sysconf("SC_CLK_TCK")


def run() -> list[Row]:
    """Return the rows of the report; the floor is a Python that does nothing."""
    floor = cpu_of([sys.executable, "-c", "pass"])
    told = f"{floor:.2f} s a bare Python"
    with tempfile.TemporaryDirectory() as folder:
        _costs(folder)  # makes the database
        line, pages = (statistics.median(each) for each in zip(*(_costs(folder) for _ in range(ROUNDS)), strict=True))
    return [
        Row("ivr serve until it greets", f"{line:.2f} s of CPU", told, f"{line / floor:.0f}", f"{GOAL} s"),
        Row("... and its pages until they answer", f"{pages:.2f} s of CPU", told, f"{pages / floor:.0f}"),
    ]


def _costs(folder: str) -> tuple[float, float]:
    """CPU seconds of the line and of its pages."""
    with started([IVR, "serve", "--port", "0", "--pages", "127.0.0.1:0"], folder) as served:
        line = _cpu_of_process(served.pid)
        _until_answered(served)
        (pages,) = (child for child in _children(served.pid) if b"ivr.cli.pages" in _command_of(child))
        return line, _cpu_of_process(pages)


def _until_answered(served: Served) -> None:
    for _ in range(600):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{served.pages_port}/health"):
                return
        except urllib.error.URLError:
            time.sleep(0.05)
    raise RuntimeError("the pages did not answer within half a minute")


def _cpu_of_process(pid: int) -> float:
    """User and system seconds (fields 14 and 15 of proc(5)'s stat)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _command_of(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()


def _children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]
