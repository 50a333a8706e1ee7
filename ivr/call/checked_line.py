"""Reads the files of a line as a whole, apart from any folder that may be saved meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from ivr.errors import FlowError
from ivr.flow.checks import Rule
from ivr.flow.folder import read_line
from ivr.flow.line import Line
from ivr.flow.line_files import LineFiles


def checked_line(files: LineFiles, shown: Path, rules: Sequence[Rule], now: datetime | None = None) -> Line:
    """Read ``files`` as the line that ``shown`` is the folder of, which faults name. With ``now`` (aware) the two years
    to come are looked at as well. Raises FlowError with every fault.
    """
    with TemporaryDirectory(prefix="ivr-line-") as folder:
        copy = Path(folder) / shown.name
        files.write_to(copy)
        line, diagnostics = read_line(copy, now, rules=rules, advise=False, shown=shown)
    if line is None or diagnostics.errors:
        raise FlowError(sorted(diagnostics.errors))
    return line
