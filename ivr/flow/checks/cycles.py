"""A call must not go round states that wait for no one's answer, nor through very many: it would not answer in time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ivr.flow.ways import MAX_PASSED
from wording import message

if TYPE_CHECKING:
    from ivr.flow.line import Line
    from ivr.flow.nodes.base import Node
    from ivr.source.diagnostics import Diagnostics


def check_cycles(line: Line, diagnostics: Diagnostics) -> None:
    """Tell each circle of automatic states (say, check, branch, route) once, and each way of them that is too long."""
    lengths: dict[str, int] = {}
    for name in line.states:
        _follow(line, name, lengths, diagnostics)


def _follow(line: Line, start: str, lengths: dict[str, int], diagnostics: Diagnostics) -> None:
    """Depth first from ``start``, without recursion: a menu may have thousands of states in a row."""
    way: list[tuple[Node, Iterator[Node]]] = []
    on_way: dict[str, int] = {}

    def step_to(node: Node) -> None:
        on_way[node.name] = len(way)
        way.append((node, iter(_automatic(line, node))))

    first = line.states[start]
    if not first.waits and start not in lengths:
        step_to(first)
    while way:
        node, onward = way[-1]
        following = next(onward, None)
        if following is None:
            way.pop()
            del on_way[node.name]
            lengths[node.name] = 1 + max((lengths.get(each.name, 0) for each in _automatic(line, node)), default=0)
            if lengths[node.name] == MAX_PASSED + 1:
                diagnostics.error(
                    node.mark,
                    message(
                        "too-many-states-without-a-question",
                        "a call would pass more than {most} states from '{state}' on without asking the caller; ask "
                        "between",
                        most=MAX_PASSED,
                        state=node.name,
                    ),
                )
        elif following.name in on_way:
            circle = [each.name for each, _ in way[on_way[following.name] :]]
            diagnostics.error(
                following.mark,
                message(
                    "endless-circle",
                    "a call would go round for ever: {circle}; ask the caller between",
                    circle=" → ".join((*circle, following.name)),
                ),
            )
        elif following.name not in lengths:
            step_to(following)


def _automatic(line: Line, node: Node) -> list[Node]:
    """The states that follow ``node`` in the same turn."""
    targets = dict.fromkeys(edge.target for edge in node.edges())
    found = (line.states.get(target) for target in targets)
    return [each for each in found if each and not each.waits]
