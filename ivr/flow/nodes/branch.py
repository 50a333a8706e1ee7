"""``branch``: where to go by a key that the caller pressed earlier in the call.

servico:
  branch:
    menu: software                       # the menu in which the key was pressed
    keys: {"2": suporte, "3": consultoria}
    otherwise: principal                 # where the caller never saw that menu
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from ivr.flow import triggers
from ivr.flow.entry_formats import EntryFormat
from ivr.flow.keys import read_keys
from ivr.flow.nodes.base import NO_KEYS, Choice, Defaults, Edge, NeedsDatabase, Node, Shape
from ivr.flow.nodes.spoken import Spoken
from ivr.flow.rules import Fact
from ivr.source.fields import Fields
from ivr.source.yaml import Text
from value_class import value_class


@value_class
class Branch(Node):
    """A fork by the memory of a choice."""

    kind: ClassVar[str] = "branch"
    shape: ClassVar[Shape] = Shape("{", "}", "diamond")
    waits: ClassVar[bool] = False
    entry: ClassVar[EntryFormat | None] = None
    facts: ClassVar[frozenset[Fact]] = frozenset()
    needs_database: ClassVar[NeedsDatabase] = "never"
    hands_over_to: ClassVar[None] = None
    chooses: ClassVar[None] = None
    told_keys: ClassVar[Mapping[str, Text]] = NO_KEYS

    menu: Text
    keys: dict[str, Text]
    otherwise: Text | None

    @classmethod
    def read(cls, name: str, fields: Fields, _defaults: Defaults) -> Branch | None:
        """A branch out of its YAML keys, or None where a fault was told."""
        menu = fields.text("menu", required=True)
        keys = read_keys(fields)
        otherwise = fields.text("otherwise")
        fields.finish()
        if not menu or not keys:
            return None
        return Branch(name, fields.mark, menu, keys, otherwise)

    @property
    def about(self) -> tuple[str, ...]:
        """Return the menu whose key is remembered."""
        return (self.menu,)

    def own_edges(self) -> Iterator[Edge]:
        """One edge a remembered key, and the other one."""
        for pressed, state in self.keys.items():
            pressed_there = Choice(self.menu, pressed)
            yield self.edge(triggers.key(pressed), state, f"{self.menu}: {pressed}", recalls=pressed_there)
        if self.otherwise:
            yield self.edge(triggers.NEXT, self.otherwise, "otherwise", recalls=Choice(self.menu, None))

    def spoken(self) -> Iterator[Spoken]:
        """Nothing."""
        yield from ()
