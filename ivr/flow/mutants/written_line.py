"""A written line is what operators read: the trees of its two files beside the line itself, and its states."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ivr.flow.line import Line
from ivr.flow.mutants.tree import Path
from ivr.flow.nodes import Node
from ivr.source.yaml import Mapping, Text
from value_class import value_class


@value_class
class WrittenLine:
    """A line, the trees that it was read from, and the ``seed`` that decides what is chosen among alternatives."""

    line: Line
    menu: Mapping
    routing: Mapping
    seed: int = 0

    def states(self) -> Iterator[WrittenState]:
        """Yield every state, in the order of the menu."""
        states = self.menu.get("states")
        for name, (_, state) in states.entries.items() if isinstance(states, Mapping) else ():
            for kind, (_, body) in state.entries.items() if isinstance(state, Mapping) else ():
                if isinstance(body, Mapping) and name in self.line.states:
                    yield WrittenState(name, kind, body, ("states", name, kind), self.line.states[name])

    def section(self, name: str) -> Iterator[tuple[str, Text, Mapping, Path]]:
        """Yield each named mapping of a section of ``routing.yaml``: name, its text, what is written, the path."""
        section = self.routing.get(name)
        for key, (text, value) in section.entries.items() if isinstance(section, Mapping) else ():
            if isinstance(value, Mapping):
                yield key, text, value, (name, key)


class WrittenState(NamedTuple):
    """A state as it is written, and the node that was read of it."""

    name: str
    kind: str
    body: Mapping
    path: Path
    node: Node

    def text(self, key: str) -> Text | None:
        """Return the text under ``key``."""
        value = self.body.get(key)
        return value if isinstance(value, Text) else None
