"""A rule about the customer comes after an identification on every way: of a stranger its answer means nothing.

Some rules would let a stranger pass (who has no overdue invoice), others would turn every customer away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.flow.checks.reachability import reachable
from ivr.flow.entry_formats import EntryFormat
from ivr.flow.nodes.check import Check
from wording import message

if TYPE_CHECKING:
    from ivr.flow.line import Line
    from ivr.source.diagnostics import Diagnostics


def check_identified_before_rules(line: Line, diagnostics: Diagnostics) -> None:
    """No call comes to an identity check before a document is keyed, nor to a customer's check before it matched."""
    checks = [node for node in line.states.values() if isinstance(node, Check)]
    without_document = reachable(line, lambda edge: EntryFormat.DOCUMENT.value not in edge.proves)
    without_identity = reachable(line, lambda edge: "identity" not in edge.proves)
    for node in checks:
        if node.rule.needs == "identity" and node.name in without_document:
            diagnostics.error(
                node.mark,
                message(
                    "identity-without-document",
                    "a call can come to '{state}' before a document was keyed, so nobody would match; collect a "
                    "document on every way to it",
                    state=node.name,
                ),
            )
        elif node.rule.name != "identified" and node.rule.needs == "customer" and node.name in without_identity:
            diagnostics.error(
                node.mark,
                message(
                    "rule-before-identity",
                    "a call can come to '{state}' ({rule}) before the caller was identified; lead every way to it "
                    "through a check of the rule 'identified' or 'identity'",
                    state=node.name,
                    rule=node.rule.name,
                ),
            )
