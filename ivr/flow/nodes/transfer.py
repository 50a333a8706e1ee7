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
    unreachable_say: indisponivel # {destino}; routing.yaml may name another prompt for a desk
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from ivr.flow import triggers
from ivr.flow.fields import Fields
from ivr.flow.nodes.base import Defaults, Edge, Node
from ivr.flow.yaml import Scalar


@dataclass(frozen=True, slots=True)
class Transfer(Node):
    """The connection to people."""

    kind: ClassVar[str] = "transfer"
    waits: ClassVar[bool] = True

    say: Scalar
    next_target_say: Scalar
    on_call_say: Scalar
    closed_say: Scalar
    unreachable_say: Scalar
    served: Scalar
    closed: Scalar
    unreachable: Scalar

    def edges(self) -> Iterator[Edge]:
        """The three ways in which a transfer ends."""
        yield self.edge(triggers.SERVED, self.served, "served")
        yield self.edge(triggers.CLOSED, self.closed, "closed")
        yield self.edge(triggers.UNREACHABLE, self.unreachable, "nobody answered")

    def prompts(self) -> Iterator[Scalar]:
        """All that may be said around the ringing."""
        yield from (self.say, self.next_target_say, self.on_call_say, self.closed_say, self.unreachable_say)


def read(name: str, fields: Fields, _defaults: Defaults) -> Transfer | None:
    """A transfer out of its YAML keys, or None where a fault was told."""
    found = {
        key: fields.scalar(key, required=True)
        for key in (
            "say", "next_target_say", "on_call_say", "closed_say", "unreachable_say", "served", "closed", "unreachable",
        )
    }  # fmt: skip
    fields.finish()
    given = {key: value for key, value in found.items() if value is not None}
    if len(given) != len(found):
        return None
    return Transfer(name, fields.mark, **given)
