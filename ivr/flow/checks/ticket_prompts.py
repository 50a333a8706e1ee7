"""Prompts of a transfer tell callers of tickets, where routing.yaml has the section ``tickets``, with all there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.flow.nodes.transfer import Transfer
from ivr.languages import language_of
from wording import message

if TYPE_CHECKING:
    from ivr.flow.line import Line
    from ivr.flow.waiting import SeverityQuestions
    from ivr.source.diagnostics import Diagnostics


def check_ticket_prompts(line: Line, diagnostics: Diagnostics) -> None:
    """'ticket_say' and 'severity' stand in lines that open tickets; number and forecast are told as a ticket is
    opened (seed 003 p. 14), and both keys with each question.
    """
    rules = line.routing.tickets
    for node in line.states.values():
        if not isinstance(node, Transfer):
            continue
        questions = node.waiting.severity
        named = (("ticket_say", node.ticket_say), ("severity", questions.usable if questions else None))
        for key, prompt in named:
            if prompt is not None and rules is None:
                diagnostics.error(
                    prompt.mark,
                    message(
                        "tickets-missing",
                        "'{key}' of the state '{state}' is for calls that open a ticket, and routing.yaml has no "
                        "section 'tickets'; write it, or take the key out",
                        key=key,
                        state=node.name,
                    ),
                )
        if rules is not None and node.ticket_say is None:
            diagnostics.warning(
                node.mark,
                message(
                    "ticket-not-told",
                    "the state '{state}' opens tickets and tells neither number nor forecast; give it 'ticket_say'",
                    state=node.name,
                ),
            )
        told = line.prompts.texts.get(node.ticket_say or "")
        for name, *others in (("protocolo",), ("previsao", "dia")) if told else ():
            if told and told.needs().isdisjoint((name, *others)):
                diagnostics.warning(
                    told.text.mark,
                    message(
                        "ticket-told-in-part",
                        "the prompt '{prompt}' tells of a ticket without '{{{name}}}'; add it",
                        prompt=node.ticket_say,
                        name=name,
                    ),
                )
        if questions:
            _check_questions(line, questions, diagnostics)


def _check_questions(line: Line, questions: SeverityQuestions, diagnostics: Diagnostics) -> None:
    words = language_of(line.prompts.language).keys
    for name in dict.fromkeys(questions.asked):
        prompt = line.prompts.texts.get(name)
        for key in (questions.yes_key, questions.no_key) if prompt else ():
            if prompt and key not in words.announced(prompt.text):
                diagnostics.warning(
                    prompt.text.mark,
                    message(
                        "severity-key-not-announced",
                        "the prompt '{prompt}' does not announce key {key}, which answers it; add it",
                        prompt=name,
                        key=key,
                    ),
                )
