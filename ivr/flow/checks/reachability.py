"""A state that no caller can reach was hardly meant, nor was a counter that no state adds to."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from wording import message

if TYPE_CHECKING:
    from ivr.flow.line import Line
    from ivr.flow.nodes.base import Edge
    from ivr.source.diagnostics import Diagnostics


def check_reachability(line: Line, diagnostics: Diagnostics) -> None:
    """Warn of each state to which no way leads from the start, and of each counter that no state names."""
    reached = reachable(line)
    for node in line.states.values():
        if node.name not in reached:
            diagnostics.warning(
                node.mark,
                message(
                    "state-unreachable",
                    "no caller can reach the state '{state}'; lead to it or delete it",
                    state=node.name,
                ),
            )
    counting = {node.counter.name for node in line.states.values() if node.counter}
    for counter in line.header.defaults.strikes.values():
        if counter.name not in counting:
            diagnostics.warning(
                counter.then.mark,
                message(
                    "counter-unused",
                    "no state counts on the counter '{counter}'; use it or delete it",
                    counter=counter.name,
                ),
            )


def reachable(line: Line, passes: Callable[[Edge], bool] | None = None) -> set[str]:
    """The states that a call can come to from the start along the edges that ``passes`` lets through.

    The line's human is one of them: a call of too many turns is handed over there, wherever it stands; so is the state
    that ends a call after which nothing more is said.
    """
    reached: set[str] = set()
    header = line.header
    waiting: list[str] = [header.start, header.human, *([header.after_call] if header.after_call else [])]
    while waiting:
        name = waiting.pop()
        node = line.states.get(name)
        if node and name not in reached:
            reached.add(name)
            waiting += [edge.target for edge in node.edges() if passes is None or passes(edge)]
    return reached
