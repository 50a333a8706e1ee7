"""Who is asked for what: a password is checked in the turn in which it is keyed, because it is never kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.flow.nodes.check import Check
from ivr.flow.nodes.collect import Collect
from ivr.flow.nodes.route import Route
from ivr.source.fields import suggest

if TYPE_CHECKING:
    from ivr.flow.line import Line
    from ivr.source.diagnostics import Diagnostics


def check_identification(line: Line, diagnostics: Diagnostics) -> None:
    """A rule 'identity' follows a password at once, and a route's code is collected."""
    collects = [node for node in line.states.values() if isinstance(node, Collect)]
    code_states = {node.name for node in collects if node.format == "access-code"}
    for node in line.states.values():
        if isinstance(node, Check) and node.rule.needs == "identity":
            _password_before(line, node, diagnostics)
        if isinstance(node, Route) and node.code and node.code not in code_states:
            diagnostics.error(
                node.mark,
                f"'{node.name}' routes by the code of '{node.code}', which collects no access code"
                f"{suggest(node.code, code_states)}",
            )
        if isinstance(node, Collect) and node.format == "password":
            after = line.states.get(node.next)
            if after and not (isinstance(after, Check) and after.rule.needs == "identity"):
                diagnostics.error(
                    node.next.mark,
                    f"the password of '{node.name}' must lead straight to a check of the rule 'identity':"
                    " it is not kept for later",
                )
        if isinstance(node, Collect) and node.format == "access-code" and line.routing.table.codes is None:
            diagnostics.error(
                node.mark, f"'{node.name}' collects an access code, but routing.yaml has no 'access_codes'"
            )


def _password_before(line: Line, check: Check, diagnostics: Diagnostics) -> None:
    for other in line.states.values():
        for edge in other.edges():
            if edge.target == check.name and not (isinstance(other, Collect) and other.format == "password"):
                diagnostics.error(
                    edge.mark,
                    f"'{other.name}' leads to '{check.name}', but no password was keyed in that turn;"
                    " lead to the state that asks for it",
                )
