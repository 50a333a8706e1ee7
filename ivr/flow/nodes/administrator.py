"""``administrator``: an identified caller hears who administers the portal at the caller's company.

administrador:
  administrator:
    say: administrador            # {administrador} is the name
    next: menu-assessoria
    unknown: assessoria.portal    # a company without one

Only identified callers come here: see ivr/flow/checks/tickets.py.
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
class TellAdministrator(Node):
    """The name of a company's administrator, after which the call goes on by itself."""

    kind: ClassVar[str] = "administrator"
    shape: ClassVar[Shape] = Shape("([", "])", "note")
    waits: ClassVar[bool] = False
    entry: ClassVar[EntryFormat | None] = None
    facts: ClassVar[frozenset[Fact]] = frozenset({"administrator"})
    needs_database: ClassVar[NeedsDatabase] = "always"
    hands_over_to: ClassVar[None] = None
    chooses: ClassVar[None] = None
    told_keys: ClassVar[Mapping[str, Text]] = NO_KEYS
    serves_itself: ClassVar[bool] = True

    say: Text
    next: Text
    unknown: Text

    @classmethod
    def read(cls, name: str, fields: Fields, _defaults: Defaults) -> TellAdministrator | None:
        """An administrator out of its YAML keys, or None where a fault was told."""
        say, next_, unknown = (fields.text(key, required=True) for key in ("say", "next", "unknown"))
        fields.finish()
        if not (say and next_ and unknown):
            return None
        return TellAdministrator(name, fields.mark, say, next_, unknown)

    def own_edges(self) -> Iterator[Edge]:
        """Told, or there is none."""
        yield self.edge(triggers.NEXT, self.next, "")
        yield self.edge(triggers.NO_ADMINISTRATOR, self.unknown, "no administrator")

    def spoken(self) -> Iterator[Spoken]:
        """The sentence."""
        yield self.says(self.say, "administrador")
