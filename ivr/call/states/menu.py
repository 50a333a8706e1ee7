"""A menu: one key, or words that mean a key."""

from __future__ import annotations

from ivr.call.events import Event, Keys, Speech
from ivr.call.states.asking import invalid, invalid_again, no_input, question, what_was_missed
from ivr.call.states.finish_key import FINISH_KEY, is_stray
from ivr.call.verbs import Gather, Say
from ivr.call.walk import Walk
from ivr.flow import triggers
from ivr.flow.nodes.menu import Code, Menu
from ivr.source.folding import fold_words

MAX_HINTS = 500
"""Twilio's limit of phrases in ``hints``."""


def arrive(walk: Walk, node: Menu) -> str | None:
    """Say the menu and listen for one key; no key finishes the entry, so that * and # are keys like the others."""
    _listen(walk, node, question(walk, node))
    return None


def _listen(walk: Walk, node: Menu, prompts: tuple[Say, ...]) -> None:
    hints = tuple(word for words in node.speech.values() for word in words)[:MAX_HINTS]
    walk.verbs.append(Gather(prompts, 1, "", node.seconds, bool(node.speech), hints))


def hear(walk: Walk, node: Menu, event: Event) -> str | None:
    """The key pressed or meant; silence and wrong keys are helped apart, and a # of habit is no key at all."""
    if is_stray(walk, event, longest=1) and not node.takes(FINISH_KEY):
        _listen(walk, node, what_was_missed(walk, node))
        return None
    match event:
        case Keys(digits) if digits:
            pressed = digits[0]
        case Speech(text):
            pressed = _meant(node, text)
        case _:
            return no_input(walk, node)
    if pressed in node.keys:
        walk.choices[_menu_of_choice(walk, node, pressed)] = pressed
        if pressed in node.accepts:
            walk.accepted = node.accepts[pressed].text
            walk.agreed = True
        return triggers.key(pressed)
    if node.takes(pressed):
        return triggers.key(pressed)
    if node.code and _completes(walk, node.code, pressed):
        return triggers.CODE
    if walk.code_keys > 1:
        return invalid_again(walk, node)
    return invalid(walk, node)


def _menu_of_choice(walk: Walk, node: Menu, pressed: str) -> str:
    """The menu in which the key counts as pressed."""
    other = walk.line.states.get(node.remembered_as.text) if node.remembered_as else None
    return other.name if isinstance(other, Menu) and pressed in other.keys else node.name


def _completes(walk: Walk, code: Code, pressed: str) -> bool:
    """Count the keys of the code that were pressed one after the other; only their number is remembered."""
    if code.keys[walk.code_keys] != pressed:
        walk.code_keys = 0
    walk.code_keys += code.keys[walk.code_keys] == pressed
    return walk.code_keys == len(code.keys)


def _meant(node: Menu, text: str) -> str:
    """The key whose longest word is in what was said; the longest wins: 'banco de dados' over 'banco'."""
    said = f" {fold_words(text)} "
    found = [
        (len(word), pressed)
        for pressed, words in node.speech.items()
        for word in map(fold_words, words)
        if word and f" {word} " in said
    ]
    return max(found)[1] if found else ""
