"""A call must not go round states that wait for nobody: it would never answer the telephone company."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ivr.flow.faults import Faults
    from ivr.flow.line import Line


def check_circles(line: Line, faults: Faults) -> None:
    """Tell each circle of automatic states (say, check, branch, route) once, at its first state in the file."""
    on_way: list[str] = []
    done: set[str] = set()

    def visit(name: str) -> None:
        node = line.states.get(name)
        if node is None or node.waits or name in done:
            return
        if name in on_way:
            circle = on_way[on_way.index(name) :]
            faults.error(
                node.mark,
                f"a call would go round for ever: {' → '.join((*circle, name))}; ask the caller between",
            )
            return
        on_way.append(name)
        for edge in node.edges():
            visit(edge.target)
        on_way.pop()
        done.add(name)

    for name in line.states:
        visit(name)
