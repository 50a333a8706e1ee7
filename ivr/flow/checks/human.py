"""From wherever a caller is asked something, people must be within reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.flow.nodes.collect import Collect
from ivr.flow.nodes.menu import Menu
from ivr.flow.nodes.transfer import Transfer

if TYPE_CHECKING:
    from ivr.flow.faults import Faults
    from ivr.flow.line import Line


def check_human(line: Line, faults: Faults) -> None:
    """Every menu and collect has a way to a transfer, also for a caller who never keys anything useful."""
    before: dict[str, set[str]] = {}
    for node in line.states.values():
        for edge in node.edges():
            before.setdefault(edge.target, set()).add(node.name)
    reaching: set[str] = set()
    waiting = [name for name, node in line.states.items() if isinstance(node, Transfer)]
    while waiting:
        name = waiting.pop()
        if name not in reaching:
            reaching.add(name)
            waiting += before.get(name, ())
    for node in line.states.values():
        if isinstance(node, Menu | Collect):
            if node.name not in reaching:
                faults.error(node.mark, f"no way leads from '{node.name}' to a human")
            elif node.human.text in line.states and node.human.text not in reaching:
                faults.error(
                    node.human.mark,
                    f"'human' of '{node.name}' leads to '{node.human.text}', where nobody is reached",
                )
