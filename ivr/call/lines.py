"""The lines that this house answers, each ready to be performed, in every version that a call may still be on."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from ivr.call.engine import Engine
from ivr.errors import FlowError, SettingsError
from ivr.flow.folder import check_numbers, line_names, load_line
from ivr.flow.line import Line

KEPT_VERSIONS: Final = 120
"""Versions of one line that are kept for calls that began on them: those used last. A menu of 100 states takes about
0.4 MB, so that a day of constant editing takes 50."""


@dataclass(frozen=True, slots=True)
class _Known:
    """All engines of one moment; never changed, only put in another's place, so that threads read without a lock."""

    by_name: Mapping[str, Engine] = field(default_factory=dict)
    by_version: Mapping[tuple[str, str], Engine] = field(default_factory=dict)


class Lines:
    """Engines by number, and by name and version. Loading a line again keeps its older versions for their calls.

    May be shared by threads: whoever asks while a line is added gets the old one or the new one, whole.
    """

    def __init__(self, lines: Iterable[Line]) -> None:
        self._known = _Known()
        self._adding = threading.Lock()
        self._uses = itertools.count()
        self._used: dict[tuple[str, str], int] = {}
        self.add(*lines)

    @classmethod
    def load(cls, flows: Path) -> Lines:
        """Every line below ``flows``. Raises FlowError for a faulty one and for two of one number, SettingsError where
        there is none."""
        names = line_names(flows)
        if not names:
            raise SettingsError(f"there is no line below {flows}/; set IVR_FLOWS to the folder that holds the lines")
        lines = cls(load_line(flows / name) for name in names)
        shared = check_numbers(flows)
        if shared:
            raise FlowError(shared)
        return lines

    def add(self, *lines: Line) -> None:
        """Answer new calls with ``lines`` from now on, with all of them from the same moment."""
        with self._adding:
            by_name, by_version = dict(self._known.by_name), dict(self._known.by_version)
            for line in lines:
                key = (line.name, line.version)
                engine = by_version.get(key) or Engine(line)
                by_name[line.name] = by_version[key] = engine
                self._used[key] = next(self._uses)
            for name in {line.name for line in lines}:
                self._forget(name, by_name[name], by_version)
            self._known = _Known(by_name, by_version)

    def __iter__(self) -> Iterator[Engine]:
        return iter(self._known.by_name.values())

    def dialled(self, number: str) -> Engine:
        """The line that answers ``number``; the first line for a number that none of them has, since somebody
        pointed it here and a caller is waiting."""
        engines = tuple(self)
        return next((engine for engine in engines if engine.line.header.number == number), engines[0])

    def version(self, name: str, version: str) -> Engine:
        """The line as it was when a call began; the present one where that version is not loaded any more."""
        known = self._known
        engine = known.by_version.get((name, version))
        if engine:
            self._used[name, version] = next(self._uses)
            return engine
        return known.by_name.get(name) or next(iter(known.by_name.values()))

    def _forget(self, name: str, present: Engine, by_version: dict[tuple[str, str], Engine]) -> None:
        """Let go of the versions of the line ``name`` that no call has asked for in the longest time."""
        others = [key for key, engine in by_version.items() if key[0] == name and engine is not present]
        others.sort(key=lambda key: self._used.get(key, 0), reverse=True)
        for key in others[KEPT_VERSIONS - 1 :]:
            del by_version[key]
            self._used.pop(key, None)
