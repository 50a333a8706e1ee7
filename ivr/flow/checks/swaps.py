"""A prompt must say of a key what the key does: two keys may be swapped, or lie in another menu."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import reduce
from typing import TYPE_CHECKING

from ivr.flow.checks.sac import first_menus
from ivr.flow.entry_formats import EntryFormat
from ivr.flow.said import said
from ivr.flow.ways import listening_from
from ivr.languages import language_of
from ivr.languages.keys import KeyWords
from ivr.source.folding import fold, fold_words
from wording import message, phrase

if TYPE_CHECKING:
    from ivr.flow.line import Line
    from ivr.flow.nodes.base import Node
    from ivr.source.diagnostics import Diagnostics

LEAST_LETTERS = 4
"""Letters of a word of a destination's name that tells it from other destinations."""

Phrases = dict[str, frozenset[str]]
"""The words by which each key of a menu is known."""


def check_swaps(line: Line, diagnostics: Diagnostics) -> None:
    """Refuse a prompt that tells one key by the words of another, and warn of keys "one after the other" that lead
    nowhere.
    """
    words = language_of(line.prompts.language).keys
    _tell_swaps(line, words, diagnostics)
    _tell_sequences(line, words, diagnostics)


def _tell_swaps(line: Line, words: KeyWords, diagnostics: Diagnostics) -> None:
    told: set[str] = set()
    for node in line.states.values():
        phrases = _phrases(line, node) if node.entry is EntryFormat.KEY else {}
        for name in dict.fromkeys(node.prompts() if phrases else ()):
            prompt = line.prompts.texts.get(name)
            if prompt is None or name in told:
                continue
            for said_of_it, key in _said_of(words, fold(prompt.text)):
                other = _other(said_of_it, key, phrases)
                if other:
                    diagnostics.error(
                        prompt.text.mark,
                        message(
                            "prompt-tells-another-key",
                            "the prompt '{name}' speaks of '{phrase}' and tells key {key}, but in '{state}' "
                            "that is key "
                            "{other}; change the key in the prompt, or the words of 'speech'",
                            name=name,
                            phrase=other[1],
                            key=key,
                            state=node.name,
                            other=other[0],
                        ),
                    )
                    told.add(name)
                    break  # two that are swapped are one mistake


def _tell_sequences(line: Line, words: KeyWords, diagnostics: Diagnostics) -> None:
    """Keys "one after the other" must lead on from where they are told, or from the first menu for who calls again."""
    told: set[tuple[str, str]] = set()
    first = tuple(first_menus(line))
    for place in said(line):
        name = place.prompt
        prompt = line.prompts.texts.get(name)
        if prompt is None:
            continue
        text = fold(prompt.text)
        for start, _, keys in words.sequences(text):
            pressed = keys.rstrip("#")
            listening = place.listening()
            later = not listening or words.calls_again(text[:start])
            here = first if later else listening
            if len(pressed) < 2 or (name, keys) in told or _leads_somewhere(line, here, pressed):
                continue
            told.add((name, keys))
            shown = reduce(lambda first, then: phrase("{first}, then {then}", first=first, then=then), pressed)
            from_first_menu = message(
                "keys-lead-nowhere-from-the-first-menu",
                "the prompt '{prompt}' tells to press {keys}, which leads nowhere from the first menu; tell keys "
                "that exist",
                prompt=name,
                keys=shown,
            )
            from_here = message(
                "keys-lead-nowhere",
                "the prompt '{prompt}' tells to press {keys}, which leads nowhere where {where}; tell keys that are "
                "there, or to call again",
                prompt=name,
                keys=shown,
                where=place.where,
            )
            diagnostics.warning(prompt.text.mark, from_first_menu if later else from_here)


def _phrases(line: Line, node: Node) -> Phrases:
    """Words that mean a key, and words of the destinations' spoken names that only one key has."""
    names = {key: _words_of_destination(line, state) for key in node.told_keys for state in node.led_to(key)}
    phrases: Phrases = {}
    for key in node.told_keys:
        others = {word for other, words in names.items() if other != key for word in words}
        spoken = {fold_words(each) for each in node.key_words.get(key, ())}
        phrases[key] = frozenset(spoken or names[key] - others) - {""}
    return phrases


def _words_of_destination(line: Line, state: str) -> frozenset[str]:
    node = line.states.get(state)
    choice = node.chooses if node else None
    name = line.prompts.destinations.get(choice.name) if choice and choice.by == "name" else None
    words = fold_words(name).split() if name else ()
    return frozenset(word for word in words if len(word) >= LEAST_LETTERS)


def _said_of(words: KeyWords, text: str) -> Iterator[tuple[str, str]]:
    """What ``text`` says of each key: what stands before it in its sentence, or behind it where the key comes first."""
    for sentence in re.finditer(r"[^.;!?]+", words.in_full(text)):
        said = sentence[0]
        places = words.places(said)
        key_first = bool(places) and not fold_words(said[: places[0][0]])
        for at, (start, end, keys) in enumerate(places):
            if len(keys) != 1:
                continue
            if len(places) == 1:
                part = f"{said[:start]} {said[end:]}"
            elif key_first:
                part = said[end : places[at + 1][0] if at + 1 < len(places) else len(said)]
            else:
                part = said[places[at - 1][1] if at else 0 : start]
            yield f" {fold_words(part)} ", keys[0]


def _other(said: str, key: str, phrases: Phrases) -> tuple[str, str] | None:
    """The key that ``said`` is about instead of ``key``, and the word that tells."""
    if not phrases.get(key) or any(f" {each} " in said for each in phrases[key]):
        return None
    found = [
        (len(each), other, each)
        for other, known in phrases.items()
        if other != key
        for each in known
        if f" {each} " in said
    ]
    if not found:
        return None
    _, other, longest = max(found)
    return other, longest


def _leads_somewhere(line: Line, here: tuple[Node, ...], keys: str) -> bool:
    """Whether the keys, pressed one after the other from the states ``here`` on, are all there."""
    for key in keys:
        targets = [target for node in here for target in node.led_to(key)]
        if not targets:
            return False
        here = listening_from(line, targets)
    return True
