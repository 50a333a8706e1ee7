"""What menu and collect have in common: a question, and growing help when the answer does not come."""

from __future__ import annotations

from ivr.call.states.finish_key import was_cut_short
from ivr.call.verbs import Say
from ivr.call.walk import Walk
from ivr.flow import triggers
from ivr.flow.nodes.collect import Asking


def question(walk: Walk, node: Asking) -> tuple[Say, ...]:
    """The prompts of this moment: the help that is due, with the state's own prompt where the help asks for it."""
    if walk.help is None:
        return (_prompt(walk, node.say.text),)
    own = (_prompt(walk, node.say.text),) if walk.help.repeat else ()
    return (_prompt(walk, walk.help.say.text), *own)


def what_was_missed(walk: Walk, node: Asking) -> tuple[Say, ...]:
    """The question once more where a key that means nothing has cut it short; else nothing, and only listening."""
    return question(walk, node) if was_cut_short(walk) else ()


def _prompt(walk: Walk, name: str) -> Say:
    """The prompt, with the document where it reads one back; nowhere else is it handed on."""
    reads = "documento" in walk.line.prompts.texts[name].needs()
    return Say(name, document=walk.facts.number if reads else None)


def no_input(walk: Walk, node: Asking) -> str:
    """Silence: the next help, or the human when there is none left."""
    walk.silences += 1
    return _help(walk, node, walk.silences, triggers.NO_INPUT)


def invalid(walk: Walk, node: Asking) -> str:
    """A wrong entry: the next help, or the human when there is none left."""
    walk.errors += 1
    return _help(walk, node, walk.errors, triggers.INVALID)


def invalid_again(walk: Walk, node: Asking) -> str:
    """A wrong entry that something else counts: help that is used up is given again."""
    walk.errors += 1
    helps = node.patience.invalid
    walk.help = helps[min(walk.errors, len(helps)) - 1]
    return triggers.INVALID


def _help(walk: Walk, node: Asking, count: int, trigger: str) -> str:
    helps = node.patience.no_input if trigger == triggers.NO_INPUT else node.patience.invalid
    if count > len(helps):
        return triggers.GIVEN_UP
    walk.help = helps[count - 1]
    return trigger
