"""What a prompt says of a key is what the key does: two of them may be swapped, or lie in another menu."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ivr.flow.checks.sac import first_menus
from ivr.flow.nodes.menu import Menu
from ivr.flow.nodes.route import Route
from ivr.flow.spoken_keys import LANGUAGES, SpokenKeys
from ivr.source.folding import fold, fold_words

if TYPE_CHECKING:
    from ivr.flow.faults import Faults
    from ivr.flow.line import Line

LEAST_LETTERS = 4
"""Letters of a word of a desk's name that tells it from other desks."""

Phrases = dict[str, frozenset[str]]
"""The words by which each key of a menu is known."""


def check_swaps(line: Line, faults: Faults) -> None:
    """Refuse a prompt that tells one key by the words of another, and warn of keys "one after the other" that lead
    nowhere. Silent for languages whose words for keys are not known.
    """
    words = LANGUAGES.get(line.prompts.language.partition("-")[0])
    if words is None:
        return
    told: set[str] = set()
    for menu in line.states.values():
        prompt = line.prompts.texts.get(menu.say.text) if isinstance(menu, Menu) else None
        if not isinstance(menu, Menu) or prompt is None or menu.say.text in told:
            continue
        phrases = _phrases(line, menu)
        for said, key in _said_of(words, fold(prompt.text.text)):
            other = _other(said, key, phrases)
            if other:
                faults.error(
                    prompt.text.mark,
                    f"the prompt '{menu.say.text}' speaks of '{other[1]}' and tells key {key}, but in '{menu.name}'"
                    f" that is key {other[0]}; change the key in the prompt, or the words of 'speech'",
                )
                told.add(menu.say.text)
                break  # two that are swapped are one mistake
    for name, prompt in line.prompts.texts.items():
        for _, _, keys in words.sequences(fold(prompt.text.text)):
            pressed = keys.rstrip("#")
            if len(pressed) > 1 and not _leads_somewhere(line, name, pressed):
                shown = ", then ".join(pressed)
                faults.warning(
                    prompt.text.mark,
                    f"the prompt '{name}' tells to press {shown}, which leads nowhere from the first menu;"
                    " tell keys that exist",
                )


def _phrases(line: Line, menu: Menu) -> Phrases:
    """Words of 'speech', and words of the desks' spoken names that only one key of the menu has."""
    names = {key: _words_of_desk(line, state.text) for key, state in menu.keys.items()}
    phrases: Phrases = {}
    for key in menu.keys:
        others = {word for other, words in names.items() if other != key for word in words}
        spoken = {fold_words(each) for each in menu.speech.get(key, ())}
        phrases[key] = frozenset(spoken or names[key] - others) - {""}
    return phrases


def _words_of_desk(line: Line, state: str) -> frozenset[str]:
    node = line.states.get(state)
    name = line.prompts.destinations.get(node.to.text) if isinstance(node, Route) and node.to else None
    words = fold_words(name.text).split() if name else ()
    return frozenset(word for word in words if len(word) >= LEAST_LETTERS)


def _said_of(words: SpokenKeys, text: str) -> Iterator[tuple[str, str]]:
    """What ``text`` says of each key: what stands before it in its sentence, or behind it where the key comes first."""
    for sentence in re.finditer(r"[^.;!?]+", text):
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
    if not phrases.get(key) or any(f" {phrase} " in said for phrase in phrases[key]):
        return None
    found = [
        (len(phrase), other, phrase)
        for other, known in phrases.items()
        if other != key
        for phrase in known
        if f" {phrase} " in said
    ]
    if not found:
        return None
    _, other, phrase = max(found)
    return other, phrase


def _leads_somewhere(line: Line, prompt: str, keys: str) -> bool:
    """Whether the keys, pressed one after the other in the first menus or where the prompt is said, are all there."""
    saying = [each for each in line.states.values() if any(said.text == prompt for said in each.prompts())]
    here = [*first_menus(line), *(each for each in saying if isinstance(each, Menu))]
    for key in keys:
        targets = [menu.keys[key].text for menu in here if key in menu.keys]
        if not targets:
            return False
        here = list(_menus_from(line, targets))
    return True


def _menus_from(line: Line, targets: list[str]) -> Iterator[Menu]:
    """The menus that follow ``targets`` without another key."""
    seen: set[str] = set()
    waiting = list(targets)
    while waiting:
        node = line.states.get(waiting.pop())
        if node is None or node.name in seen:
            continue
        seen.add(node.name)
        if isinstance(node, Menu):
            yield node
        elif not node.waits:
            waiting += [edge.target for edge in node.edges()]
