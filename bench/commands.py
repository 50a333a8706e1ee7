"""This benchmark measures the commands that a person waits for: help, check, and every shipped call."""

from __future__ import annotations

import sys
from pathlib import Path

from bench.measure import against, cpu_of

IVR = str(Path(sys.executable).with_name("ivr"))


def run() -> str:
    """Return three lines of the report; the floor is a Python that does nothing."""
    floor = cpu_of([sys.executable, "-c", "pass"])
    rows = []
    for command, limit in ((("--help",), 0.15), (("check", "4003-0015"), 1.0)):
        cpu = cpu_of([IVR, *command])
        rows.append(f"ivr {' '.join(command)}: {cpu:.2f} s of CPU (goal {limit} s), {cpu / floor:.1f} bare Pythons")
    ratio = against(lambda: cpu_of([IVR, "replay", "flows"], 1), lambda: cpu_of([sys.executable, "-c", "pass"], 1), 3)
    rows.append(f"ivr replay flows: {ratio.work:.2f} s by the clock (goal 5 s), {ratio.times:.0f} bare Pythons")
    return "\n".join(rows)
