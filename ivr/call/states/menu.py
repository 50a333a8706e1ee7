"""A menu: one key, or words that mean a key."""

from __future__ import annotations

from itertools import chain

from ivr.call import events, verbs
from ivr.call.effects import TermAccepted
from ivr.call.entries import KeyEntry
from ivr.call.states.asking import no_input, no_match, no_match_again, question, what_was_missed
from ivr.call.states.finish_key import is_stray
from ivr.call.states.performer import performs
from ivr.call.turn_state import TurnState
from ivr.flow import triggers
from ivr.flow.nodes.menu import Code, Menu


def arrive(turn: TurnState, node: Menu) -> str | None:
    """Say the menu and listen for one key; no key finishes the entry, so that * and # are keys like the others."""
    _listen(turn, node, question(turn, node))
    return None


def _listen(turn: TurnState, node: Menu, prompts: tuple[verbs.Say, ...]) -> None:
    hints = tuple(chain.from_iterable(node.speech.values()))
    turn.verbs.append(verbs.Gather(prompts, 1, "", node.seconds, bool(node.speech), hints))


def hear(turn: TurnState, node: Menu, event: events.Event) -> str | None:
    """The key pressed or meant; silence and wrong keys are helped apart, and a # of habit is no key at all."""
    if is_stray(turn, event, longest=1) and not node.takes(triggers.FINISH_KEY):
        _listen(turn, node, what_was_missed(turn, node))
        return None
    if not isinstance(turn.facts.entry, KeyEntry):
        return no_input(turn, node)
    pressed = turn.facts.entry.pressed
    if pressed in node.keys:
        turn.choices = {**turn.choices, node.menu_of(pressed, turn.line.states): pressed}
        if pressed in node.accepts:
            turn.effects.append(TermAccepted(node.accepts[pressed], turn.contact_id, turn.quoted))
            turn.agreed = True
        return triggers.key(pressed)
    if node.takes(pressed):
        return triggers.key(pressed)
    if node.code and _completes(turn, node.code, pressed):
        return triggers.CODE
    if turn.code_keys > 1:
        return no_match_again(turn, node)
    return no_match(turn, node)


def _completes(turn: TurnState, code: Code, pressed: str) -> bool:
    """Count the keys of the code that were pressed one after the other; only their number is remembered."""
    if code.keys[turn.code_keys] != pressed:
        turn.code_keys = 0
    turn.code_keys += code.keys[turn.code_keys] == pressed
    return turn.code_keys == len(code.keys)


performs(Menu, arrive, hear)
