"""A caller who agrees by a key must have heard what to: to its end, and straight before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.flow.nodes import say
from ivr.flow.nodes.menu import Menu
from ivr.source.fields import suggest
from wording import message

if TYPE_CHECKING:
    from ivr.flow.line import Line
    from ivr.source.diagnostics import Diagnostics
    from ivr.source.yaml import Text


def check_consents(line: Line, diagnostics: Diagnostics) -> None:
    """The term of each 'accepts' is a prompt that every way to the menu says, without a key that cuts it short."""
    for node in line.states.values():
        if isinstance(node, Menu):
            for term in node.accepts.values():
                _heard(line, node, term, diagnostics)


def _heard(line: Line, menu: Menu, term: Text, diagnostics: Diagnostics) -> None:
    if term not in line.prompts.texts:
        near = suggest(term, line.prompts.texts)
        diagnostics.error(
            term.mark,
            message(
                "accepts-prompt-unknown",
                "'accepts' of '{menu}' names the prompt '{term}', which does not exist{near}",
                menu=menu.name,
                term=term,
                near=near,
            ),
        )
        return
    for node in line.states.values():
        for edge in node.edges():
            if edge.target != menu.name or node is menu:
                continue
            if not (isinstance(node, say.Say) and node.prompt == term):
                diagnostics.error(
                    edge.mark,
                    message(
                        "accepts-what-nobody-said",
                        "'{state}' leads to '{menu}', where '{term}' is agreed to, without saying it; lead to a say of "
                        "that prompt",
                        state=node.name,
                        menu=menu.name,
                        term=term,
                    ),
                )
            elif node.barge_in:
                diagnostics.error(
                    node.mark,
                    message(
                        "accepts-what-a-key-cuts-short",
                        "a key can cut '{term}' short, which '{menu}' agrees to; give '{state}' barge_in: no",
                        term=term,
                        menu=menu.name,
                        state=node.name,
                    ),
                )
