"""Destinations that staff may close by telephone must exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.flow.nodes import closure
from ivr.source.fields import suggest
from routing.closures import scopes_of
from wording import message

if TYPE_CHECKING:
    from ivr.flow.line import Line
    from ivr.source.diagnostics import Diagnostics


def check_closures(line: Line, diagnostics: Diagnostics) -> None:
    """Each of 'desks' of a closure is a destination, a beginning of several names, or all."""
    scopes = {closure.EVERY_DESTINATION, *scopes_of(line.routing.marks)}
    for node in line.states.values():
        if not isinstance(node, closure.Closure):
            continue
        for scope in node.destinations.values():
            if scope not in scopes:
                near = suggest(scope, scopes)
                diagnostics.error(
                    scope.mark,
                    message(
                        "closure-of-unknown-destination",
                        "'{state}' closes '{scope}', which routing.yaml does not have{near}",
                        state=node.name,
                        scope=scope,
                        near=near,
                    ),
                )
