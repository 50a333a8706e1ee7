"""A transfer rings the destination that a route chose: calls come to it from routes alone, and routes lead to nothing
else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.flow import triggers
from ivr.flow.nodes.transfer import Transfer
from wording import message, phrase

if TYPE_CHECKING:
    from ivr.flow.line import Line
    from ivr.source.diagnostics import Diagnostics, Mark


def check_transfers(line: Line, diagnostics: Diagnostics) -> None:
    """'transfer' of the line and of each route names a transfer; no other state leads to one, and no call begins so."""
    header = line.header
    told = set()
    named: list[tuple[str, str, Mark]] = [("'transfer'", header.defaults.transfer, header.defaults.transfer.mark)]
    named += [
        (phrase("'transfer' of '{state}'", state=node.name), edge.target, edge.mark)
        for node in line.states.values()
        for edge in node.edges()
        if edge.trigger == triggers.ROUTED
    ]
    for owner, target, mark in named:
        node = line.states.get(target)
        if node and not node.rings and mark not in told:
            told.add(mark)
            diagnostics.error(
                mark,
                message(
                    "transfer-is-of-another-kind",
                    "{owner} must name a state of kind transfer, not '{state}' ({kind})",
                    owner=owner,
                    state=node.name,
                    kind=node.kind,
                ),
            )
    for node in line.states.values():
        if isinstance(node, Transfer) and not node.no_message and line.routing.no_message:
            destination = min(line.routing.no_message)
            diagnostics.error(
                node.mark,
                message(
                    "no-message-missing",
                    "'{state}' needs 'no_message': the state of calls to '{destination}', which takes no message",
                    state=node.name,
                    destination=destination,
                ),
            )
    start = line.states.get(header.start)
    if start and start.rings:
        diagnostics.error(
            header.start.mark,
            message(
                "start-is-a-transfer",
                "'start' is the transfer '{start}'; begin with a prompt or a menu",
                start=header.start,
            ),
        )
    for node in line.states.values():
        for edge in node.edges():
            after = line.states.get(edge.target)
            by_route = node.chooses and edge.trigger == triggers.ROUTED
            if after and after.rings and not by_route and edge.mark not in told:
                told.add(edge.mark)
                diagnostics.error(
                    edge.mark,
                    message(
                        "transfer-without-route",
                        "'{state}' leads straight to the transfer '{transfer}', which does not know whom to ring; lead "
                        "to a route",
                        state=node.name,
                        transfer=after.name,
                    ),
                )
