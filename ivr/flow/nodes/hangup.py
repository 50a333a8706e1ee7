"""``hangup``: a last sentence, and the line goes dead.

despedida:
  hangup: {say: despedida}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from ivr.flow.entry_formats import EntryFormat
from ivr.flow.nodes.base import NO_KEYS, Defaults, Edge, NeedsDatabase, Node, Shape
from ivr.flow.nodes.spoken import Spoken
from ivr.flow.rules import Fact
from ivr.source.fields import Fields
from ivr.source.yaml import Text
from value_class import value_class


@value_class
class Hangup(Node):
    """The end of the call, by us."""

    kind: ClassVar[str] = "hangup"
    shape: ClassVar[Shape] = Shape("((", "))", "doublecircle")
    waits: ClassVar[bool] = True
    entry: ClassVar[EntryFormat | None] = None
    facts: ClassVar[frozenset[Fact]] = frozenset()
    needs_database: ClassVar[NeedsDatabase] = "never"
    hands_over_to: ClassVar[None] = None
    chooses: ClassVar[None] = None
    told_keys: ClassVar[Mapping[str, Text]] = NO_KEYS
    ends_call: ClassVar[bool] = True

    say: Text | None

    @classmethod
    def read(cls, name: str, fields: Fields, _defaults: Defaults) -> Hangup | None:
        """A hangup state out of its YAML keys."""
        say = fields.text("say")
        fields.finish()
        return Hangup(name, fields.mark, say)

    def own_edges(self) -> Iterator[Edge]:
        """None: nothing follows."""
        yield from ()

    def spoken(self) -> Iterator[Spoken]:
        """The farewell, if there is one."""
        if self.say:
            yield self.says(self.say)
