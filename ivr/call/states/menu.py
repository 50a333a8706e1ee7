"""A menu: one key, or words that mean a key."""

from __future__ import annotations

from ivr.call.events import Event, Keys, Speech
from ivr.call.states.asking import invalid, no_input, question
from ivr.call.verbs import Gather
from ivr.call.walk import Walk
from ivr.flow import triggers
from ivr.flow.nodes.menu import Menu
from ivr.source.folding import fold_words

MAX_HINTS = 500
"""Twilio's limit of phrases in ``hints``."""


def arrive(walk: Walk, node: Menu) -> str | None:
    """Say the menu and listen for one key; no key finishes the entry, so that * and # are keys like the others."""
    hints = tuple(word for words in node.speech.values() for word in words)[:MAX_HINTS]
    walk.verbs.append(Gather(question(walk, node), 1, "", node.seconds, bool(node.speech), hints))
    return None


def hear(walk: Walk, node: Menu, event: Event) -> str | None:
    """The key pressed or meant; silence and wrong keys are helped apart."""
    match event:
        case Keys(digits) if digits:
            pressed = digits[0]
        case Speech(text):
            pressed = _meant(node, text)
        case _:
            return no_input(walk, node)
    if pressed in node.keys:
        walk.choices[node.name] = pressed
        if pressed in node.accepts:
            walk.accepted = node.accepts[pressed].text
        return triggers.key(pressed)
    if pressed in {"*", node.repeat}:
        return triggers.key(pressed)
    return invalid(walk, node)


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
