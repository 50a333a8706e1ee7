"""Every prompt that is named must exist, and one that nothing names was hardly meant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ivr.flow.checks.document_confirmation import PLACEHOLDER
from ivr.flow.checks.open_hours import told_closed
from ivr.flow.nodes.spoken import DESTINATION
from ivr.flow.ways import confirming_states
from ivr.source.fields import suggest
from ivr.source.yaml import Text
from wording import message

if TYPE_CHECKING:
    from ivr.flow.line import Line
    from ivr.source.diagnostics import Diagnostics


def check_prompts(line: Line, diagnostics: Diagnostics) -> None:
    """Named prompts exist; placeholders stand only where the line can fill them; unused prompts are warned of."""
    named: set[str] = set()
    told: set[Text] = set()
    for prompt, fillable in _named(line):
        named.add(prompt)
        found = line.prompts.texts.get(prompt)
        if prompt in told:
            continue
        told.add(prompt)
        if found is None:
            diagnostics.error(
                prompt.mark,
                message(
                    "prompt-unknown",
                    "the prompt '{prompt}' does not exist{near}",
                    prompt=prompt,
                    near=suggest(prompt, line.prompts.texts),
                ),
            )
        else:
            for name in sorted(found.needs() - fillable):
                diagnostics.error(
                    found.text.mark,
                    message(
                        "placeholder-unknown-here",
                        "the prompt '{prompt}' leaves '{{{name}}}' open, which is not known where it is said",
                        prompt=prompt,
                        name=name,
                    ),
                )
    for name, prompt_ in line.prompts.texts.items():
        if name not in named:
            diagnostics.warning(
                prompt_.text.mark,
                message("prompt-unused", "nobody says the prompt '{name}'; use it or delete it", name=name),
            )


def _named(line: Line) -> Iterator[tuple[Text, frozenset[str]]]:
    """Each place that names a prompt, with the placeholders that are known there."""
    nothing = frozenset[str]()
    confirming = confirming_states(line)
    closed = told_closed(line)
    yield line.header.apology, nothing
    yield line.header.wait, nothing
    if line.header.accept:
        yield line.header.accept, frozenset({"destino"})
    if line.header.moment:
        yield line.header.moment, nothing
    if line.header.changed:
        yield line.header.changed, nothing
    for prompt in line.header.defaults.reprompts.prompts():
        yield prompt, nothing
    for prompt in (*line.routing.prompts, *line.routing.supervised):
        yield prompt, DESTINATION
    for prompt in line.routing.terms:
        yield prompt, frozenset({"preco"})
    for node in line.states.values():
        for each in node.spoken():
            if node.name in confirming:
                yield each.prompt, frozenset({PLACEHOLDER})
            elif node.name in closed and each.fills_closed is not None:
                yield each.prompt, each.fills_closed
            else:
                yield each.prompt, each.fills
