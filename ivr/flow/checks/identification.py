"""A password is checked in the turn in which it is keyed, because it is never kept; a route's code is collected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.flow import triggers
from ivr.flow.entry_formats import EntryFormat
from ivr.flow.nodes.route import Route
from ivr.source.fields import suggest
from wording import message

if TYPE_CHECKING:
    from ivr.flow.line import Line
    from ivr.flow.nodes.base import Node
    from ivr.source.diagnostics import Diagnostics


def check_identification(line: Line, diagnostics: Diagnostics) -> None:
    """A rule 'identity' follows a password at once, and a route's code is collected."""
    code_states = {node.name for node in line.states.values() if node.entry is EntryFormat.ACCESS_CODE}
    for node in line.states.values():
        if "identity" in node.facts:
            _password_before(line, node, diagnostics)
        if isinstance(node, Route) and node.code and node.code not in code_states:
            diagnostics.error(
                node.mark,
                message(
                    "route-by-code-of-no-collect",
                    "'{state}' routes by the code of '{code}', which collects no access code{near}",
                    state=node.name,
                    code=node.code,
                    near=suggest(node.code, code_states),
                ),
            )
        if node.entry is EntryFormat.PASSWORD:
            _identity_after(line, node, diagnostics)
        if node.entry is EntryFormat.ACCESS_CODE and line.routing.table.codes is None:
            diagnostics.error(
                node.mark,
                message(
                    "access-codes-missing",
                    "'{state}' collects an access code, but routing.yaml has no 'access_codes'",
                    state=node.name,
                ),
            )


def _identity_after(line: Line, password: Node, diagnostics: Diagnostics) -> None:
    for edge in password.edges():
        after = line.states.get(edge.target)
        if edge.trigger == triggers.COLLECTED and after and "identity" not in after.facts:
            diagnostics.error(
                edge.mark,
                message(
                    "password-not-checked-at-once",
                    "the password of '{password}' must lead straight to a check of the rule 'identity': it is not "
                    "kept for later",
                    password=password.name,
                ),
            )


def _password_before(line: Line, check: Node, diagnostics: Diagnostics) -> None:
    for other in line.states.values():
        for edge in other.edges():
            if edge.target == check.name and other.entry is not EntryFormat.PASSWORD:
                diagnostics.error(
                    edge.mark,
                    message(
                        "identity-without-password",
                        "'{other}' leads to '{check}', but no password was keyed in that turn; lead to the state that "
                        "asks for it",
                        other=other.name,
                        check=check.name,
                    ),
                )
