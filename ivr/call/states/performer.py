"""Binds what happens in the states of one kind to the class of those states, so that mypy checks the two together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Generic, Protocol, TypeVar

from ivr.call import events
from ivr.call.turn_state import TurnState
from ivr.flow.nodes import Node

N = TypeVar("N", bound=Node)


class Performer(Protocol):
    """One kind as the engine performs it. Both answer the trigger that leads on, or None to wait."""

    def arrive(self, turn: TurnState, node: Node) -> str | None:
        """The call has come to ``node``."""

    def hear(self, turn: TurnState, node: Node, event: events.Event) -> str | None:
        """``event`` happened while the call waited in ``node``."""


PERFORMERS: Final[dict[type[Node], Performer]] = {}
"""Class of a state → how its states are performed. Each file of this folder puts its own in."""


def performs(
    kind: type[N],
    arrive: Callable[[TurnState, N], str | None],
    hear: Callable[[TurnState, N, events.Event], str | None] | None,
) -> None:
    """States of ``kind`` are performed by ``arrive`` and, where they wait, by ``hear``; TypeError for a second one."""
    if kind in PERFORMERS:
        raise TypeError(f"the kind {kind.kind} is performed twice")
    PERFORMERS[kind] = _Typed(kind, arrive, hear)


class _Typed(Generic[N]):
    """Gives the functions of one kind nothing but states of it."""

    def __init__(
        self,
        kind: type[N],
        arrive: Callable[[TurnState, N], str | None],
        hear: Callable[[TurnState, N, events.Event], str | None] | None,
    ) -> None:
        self._kind = kind
        self._arrive = arrive
        self._hear = hear

    def arrive(self, turn: TurnState, node: Node) -> str | None:
        """See ``Performer``."""
        return self._arrive(turn, self._own(node))

    def hear(self, turn: TurnState, node: Node, event: events.Event) -> str | None:
        """See ``Performer``."""
        if self._hear is None:
            raise TypeError(f"nothing is heard in '{node.name}', which does not wait")
        return self._hear(turn, self._own(node), event)

    def _own(self, node: Node) -> N:
        if not isinstance(node, self._kind):
            raise TypeError(f"'{node.name}' is of the kind {node.kind}, not {self._kind.kind}")
        return node
