"""This benchmark measures the commands that a person waits for: help, check, and every shipped call."""

from __future__ import annotations

import sys
from pathlib import Path

from bench.measure import against, cpu_of
from bench.table import Row

IVR = str(Path(sys.executable).with_name("ivr"))


def run() -> list[Row]:
    """Return three rows of the report; the floor is a Python that does nothing."""
    floor = cpu_of([sys.executable, "-c", "pass"])
    rows = []
    for command, limit in ((("--help",), 0.15), (("check", "4003-0015"), 0.4)):
        cpu = cpu_of([IVR, *command])
        told = f"{floor:.2f} s a bare Python"
        rows.append(Row(f"ivr {' '.join(command)}", f"{cpu:.2f} s of CPU", told, f"{cpu / floor:.1f}", f"{limit} s"))
    ratio = against(lambda: cpu_of([IVR, "replay", "flows"], 1), lambda: cpu_of([sys.executable, "-c", "pass"], 1), 3)
    told = f"{ratio.floor:.2f} s a bare Python"
    rows.append(Row("ivr replay flows", f"{ratio.work:.2f} s by the clock", told, f"{ratio.times:.0f}", "3 s"))
    return rows
