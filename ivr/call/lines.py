"""The lines that this house answers, each ready to be performed, in every version that a call may still be on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from ivr.call.engine import Engine
from ivr.errors import FlowError, SettingsError
from ivr.flow.folder import check_numbers, line_names, load_line
from ivr.flow.line import Line


class Lines:
    """Engines by number, and by name and version. Loading a line again keeps its older versions for their calls."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._by_name: dict[str, Engine] = {}
        self._by_version: dict[tuple[str, str], Engine] = {}
        for line in lines:
            self.add(line)

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

    def add(self, line: Line) -> None:
        """Answer new calls with ``line`` from now on."""
        engine = Engine(line)
        self._by_name[line.name] = engine
        self._by_version[line.name, line.version] = engine

    def __iter__(self) -> Iterator[Engine]:
        return iter(self._by_name.values())

    def dialled(self, number: str) -> Engine:
        """The line that answers ``number``; the first line for a number that none of them has, since somebody
        pointed it here and a caller is waiting."""
        for engine in self._by_name.values():
            if engine.line.header.number == number:
                return engine
        return next(iter(self._by_name.values()))

    def version(self, name: str, version: str) -> Engine:
        """The line as it was when a call began; the present one where that version is not loaded any more."""
        known = self._by_version.get((name, version)) or self._by_name.get(name)
        return known or next(iter(self._by_name.values()))
