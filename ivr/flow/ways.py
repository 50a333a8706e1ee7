"""Follows the menu: on from a state as far as a call goes by itself, and to where a document is read back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from ivr.flow import triggers

if TYPE_CHECKING:
    from ivr.flow.line import Line
    from ivr.flow.nodes.base import Node

MAX_PASSED: Final = 50
"""States that a call may pass between two answers of the caller. A longer way is a fault (checks/cycles.py); the engine
gives a turn up at 60, with the state that waits."""


def listening_from(line: Line, targets: Iterable[str]) -> tuple[Node, ...]:
    """The states that wait for the caller next, from ``targets`` on, without another key."""
    found: list[Node] = []
    seen: set[str] = set()
    waiting = set(targets)
    for _ in range(MAX_PASSED):
        nodes = [line.states[name] for name in sorted(waiting - seen) if name in line.states]
        seen |= waiting
        found += [node for node in nodes if node.waits and not node.rings]
        waiting = {edge.target for node in nodes if not node.waits for edge in node.edges()}
    return tuple(found)


def confirming_states(line: Line) -> set[str]:
    """The states to which a 'read_back' leads."""
    edges = (edge for node in line.states.values() for edge in node.edges())
    return {edge.target for edge in edges if edge.trigger == triggers.READ_BACK}
