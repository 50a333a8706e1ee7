"""``say``: one sentence, then on.

aviso-gravacao:
  say:
    prompt: aviso-gravacao
    next: consultoria
    barge_in: no          # must be heard to its end; default: a key may cut it short
termo:
  say:
    prompt: termo         # {preco} is what an hour of the service costs on the day of the call
    service: consultoria-tecnica   # one of 'services' in routing.yaml
    next: aceite
    barge_in: no

suporte-fechado:          # after 'closed' of a check of the rule 'open': {destino} and {abertura} are known
  say: {prompt: fechado, emergency_say: emergencia, next: recado}   # the second where it is not known when it opens
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import ClassVar

from ivr.flow import triggers
from ivr.flow.entry_formats import EntryFormat
from ivr.flow.nodes.base import NO_KEYS, Defaults, Edge, NeedsDatabase, Node, Shape
from ivr.flow.nodes.spoken import CALL, Spoken
from ivr.flow.rules import Fact
from ivr.source.fields import Fields
from ivr.source.yaml import Text
from value_class import value_class


@value_class
class Say(Node):
    """A sentence, after which the call goes on by itself."""

    kind: ClassVar[str] = "say"
    shape: ClassVar[Shape] = Shape("([", "])", "note")
    waits: ClassVar[bool] = False
    entry: ClassVar[EntryFormat | None] = None
    facts: ClassVar[frozenset[Fact]] = frozenset()
    needs_database: ClassVar[NeedsDatabase] = "never"
    hands_over_to: ClassVar[None] = None
    chooses: ClassVar[None] = None
    told_keys: ClassVar[Mapping[str, Text]] = NO_KEYS

    prompt: Text
    next: Text
    barge_in: bool
    service: Text | None = None
    emergency_say: Text | None = None

    @classmethod
    def read(cls, name: str, fields: Fields, _defaults: Defaults) -> Say | None:
        """A say state out of its YAML keys, or None where a fault was told."""
        prompt = fields.text("prompt", required=True)
        next_ = fields.text("next", required=True)
        barge_in = fields.flag("barge_in", default=True)
        service = fields.text("service")
        emergency_say = fields.text("emergency_say")
        fields.finish()
        if not prompt or not next_:
            return None
        return Say(name, fields.mark, prompt, next_, barge_in, service, emergency_say)

    def own_edges(self) -> Iterator[Edge]:
        """The one way on."""
        yield self.edge(triggers.NEXT, self.next, "")

    def spoken(self) -> Iterator[Spoken]:
        """The sentence, and what is said in its place in an emergency; that a price is known is a rule of its own."""
        told = self.says(self.prompt, "preco", "idade", "chamado", "validade")
        yield replace(told, fills_closed=CALL | {"destino", "abertura"})
        if self.emergency_say:
            yield replace(self.says(self.emergency_say, "preco"), fills_closed=CALL | {"destino"})
