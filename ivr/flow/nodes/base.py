"""What every kind of state has in common: a name, a place in the YAML, and the edges that lead out of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from ivr.flow.keys import LineKeys
from ivr.flow.reprompts import Reprompts
from ivr.source.diagnostics import Mark
from ivr.source.fields import Fields, suggest
from ivr.source.yaml import Text


@dataclass(frozen=True, slots=True)
class Edge:
    """One arrow of the menu graph: in ``source``, ``trigger`` leads to ``target``; ``label`` is for people."""

    source: str
    trigger: str
    target: str
    label: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class Node:
    """One state of the menu. ``kind`` is its YAML key and the name of its file."""

    kind: ClassVar[str] = ""
    waits: ClassVar[bool] = False
    """True where a turn ends here: the caller, a desk or a recording decides what comes next."""

    name: str
    mark: Mark

    def edges(self) -> Iterator[Edge]:
        """Every way out of this state."""
        raise TypeError(f"{type(self).__name__} draws no edges")

    def prompts(self) -> Iterator[Text]:
        """Every prompt that this state may speak."""
        yield from ()

    def edge(self, trigger: str, target: Text | str, label: str, mark: Mark | None = None) -> Edge:
        """An edge out of this state, placed where its target is written."""
        if isinstance(target, Text):
            return Edge(self.name, trigger, target, label, mark or target.mark)
        return Edge(self.name, trigger, target, label, mark or self.mark)


@dataclass(frozen=True, slots=True)
class Strikes:
    """A named counter that several states share: the ``limit``-th wrong entry of any of them leads to ``then``."""

    name: str
    limit: int
    then: Text


@dataclass(frozen=True, slots=True)
class Defaults:
    """What the line says once for all its states."""

    reprompts: Reprompts
    human: Text
    menu_seconds: int
    collect_seconds: int
    strikes: dict[str, Strikes]
    transfer: Text
    keys: LineKeys


def read_strikes(fields: Fields, defaults: Defaults) -> Strikes | None:
    """The counter that ``strikes`` of ``fields`` names, or None."""
    named = fields.text("strikes")
    if named is None:
        return None
    strikes = defaults.strikes.get(named)
    if strikes is None:
        fields.diagnostics.error(
            named.mark,
            f"'strikes' of {fields.owner} names the counter '{named}', which 'line: strikes:' does not define"
            f"{suggest(named, defaults.strikes)}",
        )
    return strikes
