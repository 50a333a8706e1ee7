"""``transfer``: rings the desk that a route chose, target after target, until somebody talks or nobody is left.

transferencia:
  transfer:
    say: transferindo             # before it rings; {destino} is the desk's name, here and below
    next_target_say: outro        # before it rings somebody else of the same desk
    on_call_say: plantao          # before it rings the staff on call
    served: despedida             # somebody talked with the caller
    closed: despedida             # the desk is closed; the caller was told when it opens
    unreachable: despedida        # nobody answered; the caller was told so
    closed_say: fechado           # {destino}, {abertura}
    emergency_say: emergencia     # {destino}; closed by ops until further notice; default: closed_say
    unreachable_say: indisponivel # {destino}; routing.yaml may name another prompt for a desk
    protocol_say: protocolo       # {protocolo}; once in a call, after the first of these sentences
    no_message: despedida         # in place of closed and unreachable, for desks that take no message
    waiting: {...}                # what is told in a queue, and the keys that lead out of it: see ../waiting.py
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar

from ivr.flow import triggers
from ivr.flow.nodes.base import Defaults, Edge, Node
from ivr.flow.waiting import Waiting, read_waiting
from ivr.source.fields import Fields
from ivr.source.yaml import Text


@dataclass(frozen=True, slots=True)
class Transfer(Node):
    """The connection to people."""

    kind: ClassVar[str] = "transfer"
    waits: ClassVar[bool] = True

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
    no_message: Text | None = None

    def edges(self) -> Iterator[Edge]:
        """The ways in which a transfer ends, and the keys that lead out of a queue."""
        yield self.edge(triggers.SERVED, self.served, "served")
        yield self.edge(triggers.CLOSED, self.closed, "closed")
        yield self.edge(triggers.UNREACHABLE, self.unreachable, "nobody answered")
        if self.no_message:
            yield self.edge(triggers.NO_MESSAGE, self.no_message, "no message is taken")
        for pressed, state in self.waiting.keys.items():
            yield self.edge(triggers.key(pressed), state, f"in the queue: {pressed}")

    def prompts(self) -> Iterator[Text]:
        """All that may be said around the ringing, and in a queue."""
        yield from (self.say, self.next_target_say, self.on_call_say, self.closed_say, self.unreachable_say)
        yield from filter(None, (self.emergency_say, self.protocol_say))
        yield from self.waiting.prompts()


def read(name: str, fields: Fields, _defaults: Defaults) -> Transfer | None:
    """A transfer out of its YAML keys, or None where a fault was told."""
    found = {
        key: fields.text(key, required=True)
        for key in (
            "say", "next_target_say", "on_call_say", "closed_say", "unreachable_say", "served", "closed", "unreachable",
        )
    }  # fmt: skip
    emergency_say, protocol_say, no_message = (
        fields.text(key) for key in ("emergency_say", "protocol_say", "no_message")
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
        no_message=no_message,
    )
