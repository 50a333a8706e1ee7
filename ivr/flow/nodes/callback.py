"""``callback``: the caller confirms the number and is called back, with the place in the queue that was left.

retorno:
  callback:
    say: retorno                  # {telefone} is the number that the call comes from; tells to press 1
    seconds: 8                    # to wait for the key; default: the line's menu_seconds
    next: retorno-anotado         # 1: the caller will be called at that number
    refused: recado               # another key, or none
    no_number: recado             # the number is hidden, abroad, or costs more than an ordinary call

Who is due, and how it went: ``ivr callbacks``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import ClassVar

from ivr.flow import triggers
from ivr.flow.entry_formats import EntryFormat
from ivr.flow.nodes.base import NO_KEYS, Defaults, Edge, NeedsDatabase, Node, Shape
from ivr.flow.nodes.spoken import Spoken
from ivr.flow.rules import Fact
from ivr.source.fields import Fields
from ivr.source.yaml import Text
from value_class import value_class
from wording import phrase


@value_class
class Callback(Node):
    """A promise to call."""

    kind: ClassVar[str] = "callback"
    shape: ClassVar[Shape] = Shape("[(", ")]", "cylinder")
    waits: ClassVar[bool] = True
    entry: ClassVar[EntryFormat] = EntryFormat.CALLBACK
    facts: ClassVar[frozenset[Fact]] = frozenset()
    needs_database: ClassVar[NeedsDatabase] = "always"
    hands_over_to: ClassVar[None] = None
    chooses: ClassVar[None] = None
    told_keys: ClassVar[Mapping[str, Text]] = NO_KEYS
    calls_back: ClassVar[bool] = True

    say: Text
    seconds: int
    next: Text
    refused: Text
    no_number: Text

    @classmethod
    def read(cls, name: str, fields: Fields, defaults: Defaults) -> Callback | None:
        """A callback out of its YAML keys, or None where a fault was told."""
        say = fields.text("say", required=True)
        seconds = fields.whole("seconds", defaults.menu_seconds, least=1, most=60)
        next_, refused, no_number = (fields.text(key, required=True) for key in ("next", "refused", "no_number"))
        fields.finish()
        if not (say and next_ and refused and no_number):
            return None
        return Callback(name, fields.mark, say, seconds, next_, refused, no_number)

    def own_edges(self) -> Iterator[Edge]:
        """Confirmed, not confirmed, or not possible."""
        yield self.edge(triggers.key("1"), self.next, "1")
        yield self.edge(triggers.NO_MATCH, self.refused, "not confirmed")
        yield self.edge(triggers.NO_NUMBER, self.no_number, "no number to call")

    def spoken(self) -> Iterator[Spoken]:
        """The question."""
        yield replace(self.says(self.say, "telefone"), confirms=phrase("nobody is called back"))

    def onward(self) -> Iterator[Edge]:
        """Return the edge for a caller without a number, who is asked nothing in this turn."""
        return (edge for edge in self.edges() if edge.trigger == triggers.NO_NUMBER)
