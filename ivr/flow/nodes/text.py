"""``text``: the caller may have a text sent, by the key 1, with the protocol and when a destination opens.

texto:
  text:
    say: texto                    # {telefone} is the mobile that the call comes from; tells to press 1
    words: "Protocolo {protocolo}. {destino} abre {abertura}."   # what is sent
    seconds: 8                    # to wait for the key; default: the line's menu_seconds
    next: texto-mandado           # 1: the text will be sent
    refused: recado               # another key, or none
    no_mobile: recado             # no mobile that may be texted, or something that the words tell is not known

What was sent, and what became of it: ``ivr outbox --all``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from string import Formatter
from typing import ClassVar, Final

from ivr.flow import triggers
from ivr.flow.entry_formats import EntryFormat
from ivr.flow.nodes.base import NO_KEYS, Defaults, Edge, NeedsDatabase, Node, Shape
from ivr.flow.nodes.spoken import Spoken
from ivr.flow.rules import Fact
from ivr.source.fields import Fields
from ivr.source.yaml import Text
from value_class import value_class
from wording import message, phrase

VALUES: Final = frozenset({"protocolo", "destino", "abertura"})
"""What may be filled into a text: nothing that says who the caller is."""

LONGEST: Final = 300
"""Characters of the words as they are written; a text of several parts is dear, and split by some telephones."""


@value_class
class TextOffer(Node):
    """An offer of a text, which only mobiles hear."""

    kind: ClassVar[str] = "text"
    shape: ClassVar[Shape] = Shape("[/", "/]", "parallelogram")
    waits: ClassVar[bool] = True
    entry: ClassVar[EntryFormat] = EntryFormat.TEXT
    facts: ClassVar[frozenset[Fact]] = frozenset({"protocol", "context"})
    needs_database: ClassVar[NeedsDatabase] = "always"
    hands_over_to: ClassVar[None] = None
    chooses: ClassVar[None] = None
    told_keys: ClassVar[Mapping[str, Text]] = NO_KEYS

    say: Text
    words: Text
    seconds: int
    next: Text
    refused: Text
    no_mobile: Text

    @classmethod
    def read(cls, name: str, fields: Fields, defaults: Defaults) -> TextOffer | None:
        """An offer out of its YAML keys, or None where a fault was told."""
        say, words = fields.text("say", required=True), fields.text("words", required=True)
        seconds = fields.whole("seconds", defaults.menu_seconds, least=1, most=60)
        next_, refused, no_mobile = (fields.text(key, required=True) for key in ("next", "refused", "no_mobile"))
        fields.finish()
        if words and (fault := _fault_of(words, name)):
            fields.diagnostics.error(words.mark, fault)
            return None
        if not (say and words and next_ and refused and no_mobile):
            return None
        return TextOffer(name, fields.mark, say, words, seconds, next_, refused, no_mobile)

    @property
    def needed(self) -> frozenset[str]:
        """Return what must be known for the words to be whole."""
        return frozenset(blanks_of(self.words))

    def own_edges(self) -> Iterator[Edge]:
        """Wanted, not wanted, or not possible."""
        yield self.edge(triggers.key("1"), self.next, "1")
        yield self.edge(triggers.NO_MATCH, self.refused, "not wanted")
        yield self.edge(triggers.NO_NUMBER, self.no_mobile, "no mobile to text")

    def spoken(self) -> Iterator[Spoken]:
        """The question."""
        yield replace(self.says(self.say, "telefone"), confirms=phrase("no text is sent"))

    def onward(self) -> Iterator[Edge]:
        """Return the edge for a caller who is offered nothing."""
        return (edge for edge in self.edges() if edge.trigger == triggers.NO_NUMBER)


def blanks_of(words: str) -> Iterator[str]:
    """Yield what stands in {braces}, with how it is to be written; raise ValueError where they do not close."""
    for _, name, written, conversion in Formatter().parse(words):
        if name is not None:
            yield name + (f"!{conversion}" if conversion else "") + (f":{written}" if written else "")


def _fault_of(words: Text, state: str) -> str | None:
    try:
        unknown = sorted(set(blanks_of(words)) - VALUES)
    except ValueError:
        unknown = ["{"]
    if unknown:
        return message(
            "text-value-unknown",
            "'words' of '{state}' cannot fill in '{name}'; a text tells {known} only, each in braces",
            state=state,
            name=unknown[0],
            known=", ".join(sorted(VALUES)),
        )
    if len(words) > LONGEST:
        return message(
            "text-words-too-long",
            "'words' of '{state}' has {length} characters; a text has {most} at most",
            state=state,
            length=len(words),
            most=LONGEST,
        )
    return None
