"""This benchmark measures the commands that a person waits for: help and check."""

from __future__ import annotations

import sys
from pathlib import Path

from bench.measure import cpu_of
from bench.table import Row

IVR = str(Path(sys.executable).with_name("ivr"))


def run() -> list[Row]:
    """Return a row for each command; the floor is a Python that does nothing."""
    floor = cpu_of([sys.executable, "-c", "pass"])
    rows = []
    for command, limit in ((("--help",), 0.15), (("check", "4003-0015"), 0.4)):
        cpu = cpu_of([IVR, *command])
        told = f"{floor:.2f} s a bare Python"
        rows.append(Row(f"ivr {' '.join(command)}", f"{cpu:.2f} s of CPU", told, f"{cpu / floor:.1f}", f"{limit} s"))
    return rows
