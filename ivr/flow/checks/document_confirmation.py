"""A document is read back in the one place where it is known: the menu that a ``read_back`` leads to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ivr.flow import triggers
from ivr.flow.nodes.menu import Menu
from ivr.flow.ways import confirming_states
from wording import message

if TYPE_CHECKING:
    from ivr.flow.line import Line
    from ivr.source.diagnostics import Diagnostics

PLACEHOLDER: Final = "documento"


def check_document_confirmation(line: Line, diagnostics: Diagnostics) -> None:
    """Each 'read_back' leads to a menu that says the document, and nothing else leads there."""
    confirming = confirming_states(line)
    reading = {name for name in confirming if _says_document(line, name)}
    if line.header.start in reading:
        diagnostics.error(
            line.header.start.mark,
            message(
                "read-back-at-the-start",
                "'start' is '{start}', which reads a document back before one was keyed; begin with a prompt or a menu",
                start=line.header.start,
            ),
        )
    for node in line.states.values():
        for edge in node.edges():
            if edge.trigger == triggers.READ_BACK and edge.target in line.states and edge.target not in reading:
                diagnostics.error(
                    edge.mark,
                    message(
                        "read-back-without-document",
                        "'read_back' of '{state}' leads to '{target}'; name a menu whose prompt says "
                        "'{{{placeholder}}}'",
                        state=node.name,
                        target=edge.target,
                        placeholder=PLACEHOLDER,
                    ),
                )
            elif edge.trigger != triggers.READ_BACK and edge.target in reading and edge.target != node.name:
                diagnostics.error(
                    edge.mark,
                    message(
                        "read-back-by-another-way",
                        "'{state}' leads to '{target}', which reads a document back that is not known "
                        "then; lead to the "
                        "state that asks for it",
                        state=node.name,
                        target=edge.target,
                    ),
                )


def _says_document(line: Line, name: str) -> bool:
    node = line.states.get(name)
    if not isinstance(node, Menu):
        return False
    prompt = line.prompts.texts.get(node.say)
    # A prompt that does not exist, or is faulty, was told.
    return prompt is None or not prompt.text or PLACEHOLDER in prompt.needs()
