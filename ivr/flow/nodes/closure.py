"""``closure``: staff close a destination by telephone in an emergency, or open it again.

fechamento:
  closure:
    say: fechamento                       # asks for number*password*destination, ended by #; *0 at the end opens
    desks: {"1": suporte, "0": all}       # key: a destination, a beginning of several names, or all
    hours: 4                              # after so many it opens by itself
    closed: fechamento-feito              # state
    opened: reabertura-feita
    refused: despedida                    # wrong, or nothing; there is one try a call

The key that leads here is not announced. Who may: ``ivr staff``.
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
from wording import message

EVERY_DESTINATION = "all"

MOST_HOURS = 168
"""A closure by telephone lasts a week at most."""

MAX_KEYS = 24
"""Number, password, destination and 0, with a ``*`` between each."""


@value_class
class Closure(Node):
    """A question to staff, who close or open a destination with their number and password."""

    kind: ClassVar[str] = "closure"
    shape: ClassVar[Shape] = Shape("{{", "}}", "octagon")
    waits: ClassVar[bool] = True
    entry: ClassVar[EntryFormat] = EntryFormat.STAFF
    facts: ClassVar[frozenset[Fact]] = frozenset()
    needs_database: ClassVar[NeedsDatabase] = "always"
    hands_over_to: ClassVar[None] = None
    chooses: ClassVar[None] = None
    told_keys: ClassVar[Mapping[str, Text]] = NO_KEYS
    for_staff: ClassVar[bool] = True

    say: Text
    destinations: dict[str, Text]
    hours: int
    closed: Text
    opened: Text
    refused: Text
    seconds: int

    @classmethod
    def read(cls, name: str, fields: Fields, defaults: Defaults) -> Closure | None:
        """A closure state out of its YAML keys, or None where a fault was told."""
        say = fields.text("say", required=True)
        destinations = _destinations(fields)
        hours = fields.whole("hours", 4, least=1, most=MOST_HOURS)
        closed, opened, refused = (fields.text(key, required=True) for key in ("closed", "opened", "refused"))
        seconds = fields.whole("seconds", defaults.collect_seconds, least=1, most=60)
        fields.finish()
        if not (say and destinations and closed and opened and refused):
            return None
        return Closure(name, fields.mark, say, destinations, hours, closed, opened, refused, seconds)

    def own_edges(self) -> Iterator[Edge]:
        """Done, undone, or refused."""
        yield self.edge(triggers.CLOSED, self.closed, "desk closed")
        yield self.edge(triggers.OPENED, self.opened, "desk opened")
        yield self.edge(triggers.REFUSED, self.refused, "refused")

    def spoken(self) -> Iterator[Spoken]:
        """The question."""
        yield self.says(self.say)

    def taken_keys(self) -> frozenset[str]:
        """Any key may be a part of number*password*destination."""
        return frozenset(triggers.KEYS)


def _destinations(fields: Fields) -> dict[str, Text]:
    destinations: dict[str, Text] = {}
    written = fields.mapping_of("desks", required=True)
    for pressed, mark, scope in written.items() if written else ():
        if not (len(pressed) == 1 and pressed in "0123456789"):
            fields.diagnostics.error(
                mark,
                message(
                    "closure-key-malformed",
                    "'{key}' in 'desks' of {owner} must be one key from 0 to 9 (quoted)",
                    key=pressed,
                    owner=fields.owner,
                ),
            )
        elif isinstance(scope, Text) and not scope.is_null:
            destinations[pressed] = scope
        else:
            fields.diagnostics.error(
                scope.mark,
                message(
                    "closure-key-names-no-destination",
                    "key {key} in 'desks' of {owner} must name one desk, or all",
                    key=pressed,
                    owner=fields.owner,
                ),
            )
    return destinations
