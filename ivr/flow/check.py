"""Everything that is wrong with a line, told in one pass."""

from __future__ import annotations

from pathlib import Path

from ivr.flow.faults import Faults
from ivr.flow.line import read_line


def check_line(folder: Path) -> Faults:
    """The faults and warnings of the line in ``folder``, each list in the order of the files."""
    _, faults = read_line(folder)
    faults.errors.sort()
    faults.warnings.sort()
    return faults
