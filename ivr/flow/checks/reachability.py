"""A state that no caller can reach was hardly meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ivr.flow.faults import Faults
    from ivr.flow.line import Line


def check_reachability(line: Line, faults: Faults) -> None:
    """Warn of each state to which no way leads from the start."""
    reached: set[str] = set()
    waiting = [line.header.start.text]
    while waiting:
        name = waiting.pop()
        node = line.states.get(name)
        if node and name not in reached:
            reached.add(name)
            waiting += [edge.target for edge in node.edges()]
    for node in line.states.values():
        if node.name not in reached:
            faults.warning(node.mark, f"no caller can reach the state '{node.name}'; lead to it or delete it")
