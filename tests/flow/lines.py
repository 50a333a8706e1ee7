"""A sound little line, and faulty ones made of it: each fault is a change of a few lines, beside what is told of it.

A file of tests/bad/lines is named as its fault. First what ``ivr check`` tells, then what was changed:

    menu.yaml:15:28: state 'ola' leads to 'princpal', which does not exist; did you mean 'principal'?

    --- menu.yaml
    -    say: {prompt: ola, next: principal}
    +    say: {prompt: ola, next: princpal}

A file that the good line does not have is made of its ``+`` lines; one that ends in .wav is silence of the seconds
that its one line tells, or holds that line where it tells none.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path

from ivr.channels import RULES
from ivr.flow.folder import check_line, load_line
from ivr.flow.line import Line
from tests.sounds import wav

GOOD = Path(__file__).parent / "good"
BAD = Path(__file__).parents[1] / "bad" / "lines"
AHEAD = BAD.with_name("ahead")
SHIPPED = Path(__file__).parents[2] / "flows" / "4003-0015"
SPANISH = SHIPPED.with_name("internacional")

FILES = ("menu.yaml", "prompts.pt-BR.yaml", "routing.yaml")


@dataclass(frozen=True)
class Mistake:
    """One file of tests/bad/lines: the fault's name, what is told, and each file's changes, old text to new."""

    name: str
    told: tuple[str, ...]
    changes: tuple[tuple[str, str, str], ...]

    @classmethod
    def read(cls, path: Path) -> Mistake:
        told, _, changed = path.read_text(encoding="utf-8").partition("\n\n--- ")
        changes: list[tuple[str, str, str]] = []
        for part in changed.split("\n--- "):
            file, _, body = part.partition("\n")
            changes += ((file, old, new) for old, new in _hunks(body.splitlines()))
        return cls(path.stem, tuple(told.splitlines()), tuple(changes))

    def make(self, folder: Path) -> Path:
        """The good line with this mistake in it, below ``folder``."""
        line = copied(folder)
        for file, old, new in self.changes:
            if not old:
                _make(line / file, new)
                continue
            text = (line / file).read_text(encoding="utf-8")
            assert text.count(old) == 1, f"{self.name}: {file} holds this {text.count(old)} times:\n{old}"
            (line / file).write_text(text.replace(old, new), encoding="utf-8")
        return line


def _make(path: Path, written: str) -> None:
    """A file that the good line does not have."""
    path.parent.mkdir(parents=True, exist_ok=True)
    seconds = re.fullmatch(r"([0-9.]+) s\n", written)
    path.write_bytes(wav(float(seconds[1])) if seconds else written.encode())


def _hunks(rows: list[str]) -> Iterator[tuple[str, str]]:
    """Each stretch of ``-`` lines with the ``+`` lines that follow it."""
    old = ""
    for sign, group in groupby((row for row in rows if row), key=lambda row: row[0]):
        text = "".join(f"{row[1:]}\n" for row in group)
        assert sign in "+-", f"a change begins with + or -: {text}"
        if sign == "+":
            yield old, text
        old = text if sign == "-" else ""
    if old:
        yield old, ""


def mistakes(folder: Path = BAD) -> list[Mistake]:
    """Every file of tests/bad/lines, or of another folder."""
    return [Mistake.read(path) for path in sorted(folder.glob("*.diff"))]


def copied(folder: Path, line: Path = GOOD) -> Path:
    """A copy of ``line`` below ``folder``, to be changed."""
    copy = folder / "line"
    copy.mkdir(parents=True)
    for file in FILES:
        shutil.copy(line / file, copy / file)
    return copy


def changed(folder: Path, old: str, new: str, file: str = "menu.yaml") -> Path:
    """A copy of the good line in which ``old``, which stands there once, is ``new``."""
    line = copied(folder)
    text = (line / file).read_text(encoding="utf-8")
    assert text.count(old) == 1
    (line / file).write_text(text.replace(old, new), encoding="utf-8")
    return line


def good() -> Line:
    """The good line itself."""
    return load_line(GOOD)


def told(line: Path, now: datetime | None = None) -> list[str]:
    """What ``ivr check`` tells of the line in the folder ``line``, with the files' names only."""
    faults = check_line(line, now, rules=RULES)
    rows = [*map(str, faults.errors), *(f"warning: {fault}" for fault in faults.warnings)]
    return [row.replace(f"{line}/", "") for row in rows]
