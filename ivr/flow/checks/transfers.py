"""A transfer rings the desk that a route chose: calls come to it from routes alone, and routes lead to nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.flow import triggers
from ivr.flow.nodes.route import Route
from ivr.flow.nodes.transfer import Transfer

if TYPE_CHECKING:
    from ivr.flow.line import Line
    from ivr.source.diagnostics import Diagnostics


def check_transfers(line: Line, diagnostics: Diagnostics) -> None:
    """'transfer' of the line and of each route names a transfer; no other state leads to one, and no call begins so."""
    header = line.header
    told = set()
    named = [("'transfer'", header.defaults.transfer)]
    named += [
        (f"'transfer' of '{node.name}'", node.transfer) for node in line.states.values() if isinstance(node, Route)
    ]
    for owner, state in named:
        node = line.states.get(state)
        if node and not isinstance(node, Transfer) and state.mark not in told:
            told.add(state.mark)
            diagnostics.error(
                state.mark, f"{owner} must name a state of kind transfer, not '{node.name}' ({node.kind})"
            )
    for node in line.states.values():
        if isinstance(node, Transfer) and not node.no_message and line.routing.no_message:
            desk = min(line.routing.no_message)
            diagnostics.error(
                node.mark,
                f"'{node.name}' needs 'no_message': the state of calls to '{desk}', which takes no message",
            )
    if isinstance(line.states.get(header.start), Transfer):
        diagnostics.error(header.start.mark, f"'start' is the transfer '{header.start}'; begin with a prompt or a menu")
    for node in line.states.values():
        for edge in node.edges():
            target = line.states.get(edge.target)
            by_route = isinstance(node, Route) and edge.trigger == triggers.ROUTED
            if isinstance(target, Transfer) and not by_route and edge.mark not in told:
                told.add(edge.mark)
                diagnostics.error(
                    edge.mark,
                    f"'{node.name}' leads straight to the transfer '{target.name}', which does not know whom to ring;"
                    " lead to a route",
                )
