"""``record``: the caller leaves a message.

recado:
  record:
    say: recado
    seconds: 120        # the longest message
    silence: 5          # seconds of silence that end it
    next: recado-guardado
    empty: despedida    # nothing was said
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from ivr.flow import triggers
from ivr.flow.entry_formats import EntryFormat
from ivr.flow.nodes.base import NO_KEYS, Defaults, Edge, NeedsDatabase, Node, Shape
from ivr.flow.nodes.spoken import Spoken
from ivr.flow.rules import Fact
from ivr.source.fields import Fields
from ivr.source.yaml import Text
from value_class import value_class


@value_class
class Record(Node):
    """A message after the beep; # ends it."""

    kind: ClassVar[str] = "record"
    shape: ClassVar[Shape] = Shape("[(", ")]", "cylinder")
    waits: ClassVar[bool] = True
    entry: ClassVar[EntryFormat | None] = None
    facts: ClassVar[frozenset[Fact]] = frozenset()
    needs_database: ClassVar[NeedsDatabase] = "always"
    hands_over_to: ClassVar[None] = None
    chooses: ClassVar[None] = None
    told_keys: ClassVar[Mapping[str, Text]] = NO_KEYS
    takes_message: ClassVar[bool] = True

    say: Text
    seconds: int
    silence: int
    next: Text
    empty: Text

    @classmethod
    def read(cls, name: str, fields: Fields, _defaults: Defaults) -> Record | None:
        """A record state out of its YAML keys, or None where a fault was told."""
        say = fields.text("say", required=True)
        seconds = fields.whole("seconds", 120, least=5, most=3600)
        silence = fields.whole("silence", 5, least=1, most=60)
        next_ = fields.text("next", required=True)
        empty = fields.text("empty", required=True)
        fields.finish()
        if not say or not next_ or not empty:
            return None
        return Record(name, fields.mark, say, seconds, silence, next_, empty)

    def own_edges(self) -> Iterator[Edge]:
        """A message, or none."""
        yield self.edge(triggers.RECORDED, self.next, "message")
        yield self.edge(triggers.NO_INPUT, self.empty, "nothing said")

    def spoken(self) -> Iterator[Spoken]:
        """The invitation."""
        yield self.says(self.say)

    def taken_keys(self) -> frozenset[str]:
        """The one that ends the message."""
        return frozenset({triggers.FINISH_KEY})
