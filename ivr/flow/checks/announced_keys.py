"""Keys that callers are told to press must do something, and keys that do something must be told."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from ivr.flow import triggers
from ivr.flow.checks.sac import first_menus
from ivr.flow.said import CONFIRMS, said
from ivr.languages import language_of
from wording import message, phrase

if TYPE_CHECKING:
    from ivr.flow.line import Line
    from ivr.flow.nodes.base import Node
    from ivr.source.diagnostics import Diagnostics, Mark


def check_announced_keys(line: Line, diagnostics: Diagnostics) -> None:
    """Warn of keys that a prompt announces where they lead nowhere, and of keys that the state's prompt leaves out."""
    _check_line_keys(line, diagnostics)
    words = language_of(line.prompts.language).keys
    told: set[tuple[str, str]] = set()
    for node in line.states.values():
        asking = [each for each in node.spoken() if each.asks]
        announcing = {each.prompt: each.tells for each in asking if each.announces}
        listening = _listening(line, node) if asking else {}
        for name in dict.fromkeys(each.prompt for each in asking):
            prompt = line.prompts.texts.get(name)
            if prompt is None or not prompt.text:
                continue
            announced = words.announced(prompt.text)
            for pressed in sorted(announced - listening.keys()):
                told.add((name, pressed))
                advice = phrase("give it 'back'") if pressed == "*" else phrase("add the key or change the text")
                diagnostics.warning(
                    prompt.text.mark,
                    message(
                        "announced-key-missing",
                        "the prompt '{name}' announces key {key}, which the state '{state}' lacks; {advice}",
                        name=name,
                        key=pressed,
                        state=node.name,
                        advice=advice,
                    ),
                )
            for pressed, mark in listening.items():
                tells = announcing.get(name)
                told_elsewhere = tells is not None and pressed not in tells
                if name in announcing and mark and pressed not in announced and not told_elsewhere:
                    diagnostics.warning(
                        mark,
                        message(
                            "key-not-announced",
                            "the prompt '{name}' does not announce key {key} of the state '{state}'; add it",
                            name=name,
                            key=pressed,
                            state=node.name,
                        ),
                    )
    _check_outside_of_questions(line, diagnostics, told)


def _check_outside_of_questions(line: Line, diagnostics: Diagnostics, told: set[tuple[str, str]]) -> None:
    """A prompt outside of a question may only tell keys of the next one; one that wants the key 1 tells it."""
    words = language_of(line.prompts.language).keys
    for place in said(line):
        prompt = line.prompts.texts.get(place.prompt)
        if prompt is None or not prompt.text or place.asks:
            continue
        announced = words.announced(prompt.text)
        if place.needs and CONFIRMS not in announced:
            diagnostics.warning(
                prompt.text.mark,
                message(
                    "confirming-key-not-announced",
                    "the prompt '{prompt}' does not announce key {key}, the only one that counts where {where}; "
                    "without it {needs}",
                    prompt=place.prompt,
                    key=CONFIRMS,
                    where=place.where,
                    needs=place.needs,
                ),
            )
            continue
        for pressed in sorted(announced - place.takes()):
            if (place.prompt, pressed) not in told:
                told.add((place.prompt, pressed))
                diagnostics.warning(
                    prompt.text.mark,
                    message(
                        "announced-key-taken-by-nothing",
                        "the prompt '{prompt}' announces key {key}, which nothing takes where {where}; "
                        "change the text, "
                        "or tell it in a menu that has the key",
                        prompt=place.prompt,
                        key=pressed,
                        where=place.where,
                    ),
                )


def _check_line_keys(line: Line, diagnostics: Diagnostics) -> None:
    """What is the same in every menu is told once a call, by the first one or by the welcome before it."""
    keys, words = line.header.defaults.keys, language_of(line.prompts.language).keys
    welcome = line.states.get(line.header.start)
    before = list(islice(welcome.prompts(), 1)) if welcome and not welcome.waits else []
    for menu in first_menus(line):
        say = next((each.prompt for each in menu.spoken() if each.announces), None)
        if say is None:
            continue
        prompts = [line.prompts.texts.get(name) for name in (*before, say)]
        told = [words.announced(prompt.text) for prompt in prompts if prompt]
        announced = frozenset[str]().union(*told)
        if len(told) < len(prompts):
            continue
        taken = {*announced, *menu.told_keys}
        for pressed in (each for each in (keys.repeat, keys.human) if each and each not in taken):
            diagnostics.warning(
                say.mark,
                message(
                    "line-key-not-announced",
                    "key {key} does the same in every menu, but nothing tells of it by the end of the first; add it "
                    "to the prompt '{prompt}'",
                    key=pressed,
                    prompt=(*before, say)[0],
                ),
            )


def _listening(line: Line, node: Node) -> dict[str, Mark | None]:
    """Each key that does something here, and where it is written; None where it goes without saying."""
    listening = node.announced_keys(line.header.defaults.keys)
    for_staff = {edge.trigger for edge in node.edges() if (state := line.states.get(edge.target)) and state.for_staff}
    # Staff know their key, and callers need not hear of it.
    return {pressed: None if triggers.key(pressed) in for_staff else mark for pressed, mark in listening.items()}
