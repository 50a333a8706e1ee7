"""This benchmark reports how long callers take who hear every prompt out: seconds of the call, not of this machine."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from bench.table import Row

IVR = str(Path(sys.executable).with_name("ivr"))
LINE = "4003-0015"


def run() -> list[Row]:
    """Return a row of the report for each journey of the shipped line; a missed goal is told, and stops nothing."""
    told = subprocess.run([IVR, "journeys", LINE], check=False, capture_output=True, text=True)
    return [Row(f"journey: {' '.join(row.split())}", "") for row in (told.stdout or told.stderr).splitlines()]
