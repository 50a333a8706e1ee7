"""Every state that is named must exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.flow import triggers
from ivr.source.fields import suggest
from wording import message, phrase

if TYPE_CHECKING:
    from ivr.flow.line import Line
    from ivr.source.diagnostics import Diagnostics
    from ivr.source.yaml import Text


def check_references(line: Line, diagnostics: Diagnostics) -> None:
    """The states that the header names exist, and each edge ends at a state; a name is told once, where it stands."""
    header = line.header
    told = set()
    for owner, state in (
        ("'start'", header.start),
        ("'human'", header.human),
        ("'transfer'", header.defaults.transfer),
        *([("'after_call'", header.after_call)] if header.after_call else []),
        *((phrase("the counter '{each}'", each=each.name), each.then) for each in header.defaults.strikes.values()),
    ):
        told.add(state.mark)
        _exists(line, diagnostics, owner, state)
    for node in line.states.values():
        for edge in node.edges():
            # A counter's edge is drawn at the state that counts, but written in the header.
            if edge.trigger == triggers.MAX_ATTEMPTS or edge.mark in told or _known(line, edge.target):
                continue
            told.add(edge.mark)
            near = suggest(edge.target, line.states)
            diagnostics.error(
                edge.mark,
                message(
                    "state-unknown",
                    "state '{state}' leads to '{target}', which does not exist{near}",
                    state=node.name,
                    target=edge.target,
                    near=near,
                ),
            )


def _exists(line: Line, diagnostics: Diagnostics, owner: str, state: Text) -> None:
    if not _known(line, state):
        near = suggest(state, line.states)
        diagnostics.error(
            state.mark,
            message(
                "state-named-unknown",
                "{owner} names '{state}', which does not exist{near}",
                owner=owner,
                state=state,
                near=near,
            ),
        )


def _known(line: Line, name: str) -> bool:
    return name in line.states or name in line.unread
