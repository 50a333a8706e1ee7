"""A menu that is edited while the line runs: a sound one answers the next call, a faulty one changes nothing.

``Reload.refresh`` looks at the folder of lines; ``ivr serve`` calls it every two seconds. A file that is being written
differs from one look to the next, so a line is read only when two looks in a row saw the same, and what was read counts
only if it is still there afterwards.
"""

from __future__ import annotations

import logging
from collections import Counter
from pathlib import Path
from typing import Final

from ivr.call.lines import Lines
from ivr.flow.audio_folder import FOLDER
from ivr.flow.folder import MENU, line_names, read_line
from ivr.flow.line import Line
from ivr.source.diagnostics import Diagnostic, bounded

log = logging.getLogger(__name__)

MAX_LOGGED: Final = 20
"""Diagnostics of one line that are logged; ``ivr check`` tells all of them."""

Fingerprint = tuple[tuple[str, int, int, int], ...]
"""Name, size, time of the last change in nanoseconds and inode of each file of a line and of each of its recordings;
empty where there is none."""


class Reload:
    """Keeps ``lines`` as the folder ``flows`` says. For one thread; others may read the lines meanwhile.

    A line whose folder is gone answers as before until the process starts again: it may be on its way elsewhere.
    """

    def __init__(self, flows: Path, lines: Lines) -> None:
        self._flows = flows
        self._lines = lines
        self._seen: dict[str, Fingerprint] = {}
        self._done: dict[str, Fingerprint] = {}
        self._clashing: dict[str, Line] = {}

    def refresh(self) -> tuple[str, ...]:
        """Read what has changed and come to rest since the last look; the names of the lines that answer anew.

        Never raises: whatever is wrong with a line is logged at its place, once, and its present menu stays.
        """
        edited: dict[str, Line] = {}
        for name in self._names():
            line = self._settled(name)
            if line:
                edited[name] = line
        taken = self._without_clashes(edited)
        if taken:
            self._lines.add(*taken.values())
        for line in taken.values():
            self._lines.trouble(line.name, 0)
            if self._lines.last_good:
                self._lines.last_good.keep(line, self._flows / line.name)
            log.info("menu loaded", extra={"place": str(line.header.mark), "menu": line.version})
        return tuple(taken)

    def _names(self) -> list[str]:
        """Every line that is there, or was."""
        try:
            there = line_names(self._flows)
        except OSError as error:
            log.error("menus unreadable", extra={"path": str(self._flows), "why": error.strerror})
            return []
        return sorted({*there, *self._clashing, *(engine.line.name for engine in self._lines)})

    def _settled(self, name: str) -> Line | None:
        """The line, where it was edited, is at rest, and is sound and another than the one that answers."""
        folder = self._flows / name
        now = _fingerprint(folder)
        if now == self._done.get(name):
            return None
        if now != self._seen.get(name):
            self._seen[name] = now
            return None
        try:
            line, diagnostics = read_line(folder, rules=self._lines.rules, advise=False)
            errors = diagnostics.errors
        except Exception as error:
            # A menu that breaks our own reader must not take the line down with it.
            line, errors = None, []
            log.error("menu refused", extra={"place": f"{folder / MENU}:1:1", "error": type(error).__name__})
        if _fingerprint(folder) != now:
            return None
        self._done[name] = now
        self._clashing.pop(name, None)
        _tell(errors)
        self._lines.trouble(name, len(errors) or int(line is None))
        if line is None or errors or self._lines.version(name, "").line.version == line.version:
            return None
        return line

    def _without_clashes(self, edited: dict[str, Line]) -> dict[str, Line]:
        """Those of the edited lines whose number is theirs alone. One that must wait for a number is tried again with
        each look, for the line that has it may change as well."""
        asked = self._clashing | edited
        taken = dict(asked)
        while True:
            present = {engine.line.name: engine.line for engine in self._lines} | taken
            numbers = Counter(line.header.number for line in present.values())
            clashing = [name for name, line in taken.items() if numbers[line.header.number] > 1]
            if not clashing:
                break
            for name in clashing:
                del taken[name]
        self._clashing = {name: line for name, line in asked.items() if name not in taken}
        for name, line in self._clashing.items():
            if name in edited:
                why = f"'{line.header.number}' is another line's number too; give each line a number of its own"
                log.error("menu refused", extra={"place": str(line.header.mark), "why": why})
                self._lines.trouble(name, 1)
        return taken


def _tell(diagnostics: list[Diagnostic]) -> None:
    for diagnostic in bounded(diagnostics, MAX_LOGGED):
        log.error("menu refused", extra={"place": str(diagnostic.mark), "why": diagnostic.message})


def _fingerprint(folder: Path) -> Fingerprint:
    found = []
    try:
        for path in sorted((*folder.glob("*.yaml"), *(folder / FOLDER).glob("*"))):
            stat = path.stat()
            found.append((path.name, stat.st_size, stat.st_mtime_ns, stat.st_ino))
    except OSError:
        return ()
    return tuple(found)
