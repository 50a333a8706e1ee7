"""``transfer``: rings the destination that a route chose, target after target, until one answers or none is left.

transferencia:
  transfer:
    say: transferindo             # before it rings; {destino} is the destination's name, here and below
    next_target_say: outro        # before it rings another target of the same destination
    on_call_say: plantao          # before it rings the staff on call
    served: despedida             # a person talked with the caller
    closed: despedida             # the destination is closed; the caller was told when it opens
    unreachable: despedida        # no target answered; the caller was told so
    closed_say: fechado           # {destino}, {abertura}
    emergency_say: emergencia     # {destino}; closed by ops until further notice; default: closed_say
    unreachable_say: indisponivel # {destino}; routing.yaml may name another prompt for a destination
    protocol_say: protocolo       # {protocolo}; once in a call, after the first of these sentences
    ticket_say: chamado-aberto    # {protocolo}, {dia} or {previsao}; in its place, where the call opens a ticket
    no_message: despedida         # in place of closed and unreachable, for destinations that take no message
    waiting: {...}                # what is told in a queue, and the keys that lead out of it: see ../waiting.py
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import ClassVar

from ivr.flow import triggers
from ivr.flow.entry_formats import EntryFormat
from ivr.flow.nodes.base import Defaults, Edge, NeedsDatabase, Node, Shape
from ivr.flow.nodes.spoken import DESTINATION, FORECAST, Spoken
from ivr.flow.rules import Fact
from ivr.flow.waiting import Waiting, read_waiting
from ivr.source.fields import Fields
from ivr.source.yaml import Text
from value_class import value_class


@value_class
class Transfer(Node):
    """A connection to people: the call waits while they are rung, queued for and talked with."""

    kind: ClassVar[str] = "transfer"
    shape: ClassVar[Shape] = Shape("[[", "]]", "box3d")
    waits: ClassVar[bool] = True
    entry: ClassVar[EntryFormat | None] = None
    facts: ClassVar[frozenset[Fact]] = frozenset({"protocol", "context", "contract"})
    needs_database: ClassVar[NeedsDatabase] = "never"
    hands_over_to: ClassVar[None] = None
    chooses: ClassVar[None] = None
    rings: ClassVar[bool] = True

    say: Text
    next_target_say: Text
    on_call_say: Text
    closed_say: Text
    unreachable_say: Text
    served: Text
    closed: Text
    unreachable: Text
    waiting: Waiting = field(default_factory=Waiting)
    emergency_say: Text | None = None
    protocol_say: Text | None = None
    ticket_say: Text | None = None
    no_message: Text | None = None

    @classmethod
    def read(cls, name: str, fields: Fields, _defaults: Defaults) -> Transfer | None:
        """A transfer out of its YAML keys, or None where a fault was told."""
        found = {
            key: fields.text(key, required=True)
            for key in (
                "say", "next_target_say", "on_call_say", "closed_say", "unreachable_say",
                "served", "closed", "unreachable",
            )
        }  # fmt: skip
        emergency_say, protocol_say, ticket_say, no_message = (
            fields.text(key) for key in ("emergency_say", "protocol_say", "ticket_say", "no_message")
        )
        waiting = read_waiting(fields)
        fields.finish()
        given = {key: value for key, value in found.items() if value is not None}
        if len(given) != len(found):
            return None
        return Transfer(
            name,
            fields.mark,
            **given,
            waiting=waiting,
            emergency_say=emergency_say,
            protocol_say=protocol_say,
            ticket_say=ticket_say,
            no_message=no_message,
        )

    @property
    def told_keys(self) -> Mapping[str, Text]:
        """Those that lead out of a queue."""
        return self.waiting.keys

    def own_edges(self) -> Iterator[Edge]:
        """The ways in which a transfer ends, and the keys that lead out of a queue."""
        yield self.edge(triggers.SERVED, self.served, "served")
        yield self.edge(triggers.CLOSED, self.closed, "closed")
        yield self.edge(triggers.UNREACHABLE, self.unreachable, "nobody answered")
        if self.no_message:
            yield self.edge(triggers.NO_MESSAGE, self.no_message, "no message is taken")
        for pressed, state in self.waiting.keys.items():
            yield self.edge(triggers.key(pressed), state, f"in the queue: {pressed}")

    def spoken(self) -> Iterator[Spoken]:
        """All that may be said around the ringing, and in a queue.

        Before it rings no key is taken; where the call goes on, what follows takes keys; in the queue its own do.
        """
        closed, unreachable = self._after(triggers.CLOSED), self._after(triggers.UNREACHABLE)
        for prompt in (self.say, self.next_target_say, self.on_call_say):
            yield Spoken(prompt, DESTINATION)
        if self.protocol_say:
            yield Spoken(self.protocol_say, DESTINATION)
        if self.ticket_say:
            yield Spoken(self.ticket_say, DESTINATION | FORECAST)
        yield Spoken(self.closed_say, DESTINATION | {"abertura"}, closed)
        if self.emergency_say:
            yield Spoken(self.emergency_say, DESTINATION, closed)
        yield Spoken(self.unreachable_say, DESTINATION, unreachable)
        yield from self._spoken_in_queue()

    def _spoken_in_queue(self) -> Iterator[Spoken]:
        waiting = self.waiting
        for prompt, fills in ((waiting.position, {"posicao"}), (waiting.expected, {"espera"}), (waiting.offer, ())):
            if prompt:
                yield Spoken(
                    prompt,
                    frozenset(fills),
                    queued=True,
                    asks=waiting.offer is not None,
                    announces=prompt is waiting.offer,
                )
        if waiting.severity:
            for prompt in waiting.severity.asked:
                yield Spoken(prompt, frozenset(), queued=True, takes=waiting.severity.keys)
            yield Spoken(waiting.severity.noted, FORECAST, queued=True)

    def onward(self) -> Iterator[Edge]:
        """The transfer rings no target where the destination is closed, or has none left."""
        ended = {triggers.CLOSED, triggers.UNREACHABLE, triggers.NO_MESSAGE}
        return (edge for edge in self.edges() if edge.trigger in ended)

    def _after(self, trigger: str) -> tuple[str, ...]:
        """Where a call goes on, from a destination that takes no message too."""
        return tuple(edge.target for edge in self.edges() if edge.trigger in {trigger, triggers.NO_MESSAGE})
