"""From wherever a caller is asked something, people must be within reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.flow.nodes.collect import Collect
from ivr.flow.nodes.menu import Menu
from ivr.flow.nodes.route import Route
from ivr.flow.nodes.transfer import Transfer

if TYPE_CHECKING:
    from ivr.flow.faults import Faults
    from ivr.flow.line import Line


def check_human(line: Line, faults: Faults) -> None:
    """The line's human is a desk; every menu and collect has a way to one, also for who never keys anything useful."""
    human = line.header.human
    desk = line.states.get(human.text)
    if desk and not (isinstance(desk, Route) and desk.to):
        faults.error(
            human.mark,
            f"'human' names '{human.text}' ({desk.kind}); name a route with 'to', which can be rung whatever breaks",
        )
    reaching = _reaching(line)
    for node in line.states.values():
        if isinstance(node, Menu | Collect):
            if node.name not in reaching:
                faults.error(node.mark, f"no way leads from '{node.name}' to a human; lead some key to a route")
            elif node.human.mark != human.mark and node.human.text in line.states and node.human.text not in reaching:
                faults.error(
                    node.human.mark,
                    f"'human' of '{node.name}' leads to '{node.human.text}', where nobody is reached; name a route",
                )


def _reaching(line: Line) -> set[str]:
    """Every state from which some way leads to a transfer."""
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
    return reaching
