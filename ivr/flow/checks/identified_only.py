"""A state tells what is of a company or of a contact to identified callers only, and a ticket by its number only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ivr.flow.checks.reachability import reachable
from ivr.flow.entry_formats import EntryFormat
from ivr.flow.nodes.collect import OF_IDENTIFIED
from wording import message

if TYPE_CHECKING:
    from collections.abc import Iterator, Set

    from ivr.flow.line import Line
    from ivr.flow.nodes.base import Node
    from ivr.source.diagnostics import Diagnostics

TOLD: Final = frozenset({"idade", "chamado", "validade"})
"""Placeholders that tell what is of a contact, in states of other kinds too."""

_FACTS: Final = frozenset({"ticket", "administrator"})


def check_identified_only(line: Line, diagnostics: Diagnostics) -> None:
    """No call comes to such a state before its caller was identified, nor to a ticket before its number was keyed.

    What lies behind a state of which that is told is not told of as well.
    """
    without_identity = reachable(line, lambda edge: "identity" not in edge.proves)
    strangers = {name for name in without_identity if _is_of_identified(line, line.states[name])}
    for node in _ways_in(line, strangers, without_identity):
        diagnostics.error(
            node.mark,
            message(
                "state-of-identified-only",
                "a call can come to '{state}' ({kind}), which is for identified callers only, before the caller "
                "was identified; lead every way to it through a check of the rule 'identified' or 'identity'",
                state=node.name,
                kind=node.kind,
            ),
        )
    without_number = reachable(line, lambda edge: EntryFormat.TICKET.value not in edge.proves)
    unnumbered = {name for name in without_number if "ticket" in line.states[name].facts} - strangers
    for node in _ways_in(line, unnumbered, without_number):
        diagnostics.error(
            node.mark,
            message(
                "ticket-without-its-number",
                "a call can come to '{state}' ({kind}) before the number of a ticket was keyed; lead every way to "
                "it through a collect of the format 'ticket'",
                state=node.name,
                kind=node.kind,
            ),
        )


def _ways_in(line: Line, wrong: Set[str], reached: Set[str]) -> Iterator[Node]:
    """The states of ``wrong`` to which a call comes from another one, in the order of the menu."""
    into = {edge.target for name in reached - wrong for edge in line.states[name].edges()}
    yield from (node for node in line.states.values() if node.name in wrong & into)


def _is_of_identified(line: Line, node: Node) -> bool:
    texts = line.prompts.texts
    tells = any(prompt in texts and texts[prompt].needs() & TOLD for prompt in node.prompts())
    return bool(node.facts & _FACTS) or node.entry in OF_IDENTIFIED or tells
