"""Every state that is named must exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.flow.fields import suggest
from ivr.flow.nodes.transfer import Transfer

if TYPE_CHECKING:
    from ivr.flow.faults import Faults
    from ivr.flow.line import Line


def check_references(line: Line, faults: Faults) -> None:
    """Each edge ends at a state; the header's states exist, and its transfer is one."""
    told = set()
    for node in line.states.values():
        for edge in node.edges():
            if edge.target not in line.states and (edge.mark, edge.target) not in told:
                told.add((edge.mark, edge.target))
                near = suggest(edge.target, line.states)
                faults.error(edge.mark, f"state '{node.name}' leads to '{edge.target}', which does not exist{near}")
    header = line.header
    for key, state in (
        ("start", header.start),
        ("human", header.human),
        ("transfer", header.defaults.transfer),
    ):
        if state.text not in line.states:
            faults.error(
                state.mark,
                f"'{key}' names '{state.text}', which does not exist{suggest(state.text, line.states)}",
            )
    transfer = line.states.get(header.defaults.transfer.text)
    if transfer and not isinstance(transfer, Transfer):
        faults.error(
            header.defaults.transfer.mark,
            f"'transfer' must name a state of kind transfer, not {transfer.kind}",
        )
