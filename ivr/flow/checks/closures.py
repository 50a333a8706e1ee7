"""What staff may close by telephone must exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.flow.fields import suggest
from ivr.flow.nodes.closure import EVERY_DESK, Closure

if TYPE_CHECKING:
    from ivr.flow.faults import Faults
    from ivr.flow.line import Line


def check_closures(line: Line, faults: Faults) -> None:
    """Each of 'desks' of a closure is a desk, a beginning of several names, or all."""
    names = [name.split(".") for name in line.routing.marks]
    scopes = {EVERY_DESK, *(".".join(each[:end]) for each in names for end in range(1, len(each) + 1))}
    for node in line.states.values():
        if not isinstance(node, Closure):
            continue
        for scope in node.desks.values():
            if scope.text not in scopes:
                near = suggest(scope.text, scopes)
                faults.error(scope.mark, f"'{node.name}' closes '{scope.text}', which routing.yaml does not have{near}")
