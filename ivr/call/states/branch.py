"""A fork by a key pressed earlier."""

from __future__ import annotations

from ivr.call.states.performer import performs
from ivr.call.turn_state import TurnState
from ivr.flow import triggers
from ivr.flow.nodes.branch import Branch


def arrive(turn: TurnState, node: Branch) -> str | None:
    """The remembered key, or the other way."""
    pressed = turn.choices.get(node.menu)
    return triggers.key(pressed) if pressed in node.keys and pressed is not None else triggers.NEXT


performs(Branch, arrive, None)
