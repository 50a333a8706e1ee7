"""Menu and collect share this: they ask a question, and reprompt when the answer does not come."""

from __future__ import annotations

from ivr.call import said_again, verbs
from ivr.call.states.finish_key import was_cut_short
from ivr.call.turn_state import TurnState
from ivr.flow import triggers
from ivr.flow.nodes.question import Question


def question(turn: TurnState, node: Question) -> tuple[verbs.Say, ...]:
    """The prompts of this moment: the help that is due, with the state's own prompt where the help asks for it."""
    if turn.reprompt is None:
        return (_prompt(turn, node.say),)
    own = (_prompt(turn, node.say),) if turn.reprompt.repeat else ()
    return (_prompt(turn, turn.reprompt.say), *own)


def what_was_missed(turn: TurnState, node: Question) -> tuple[verbs.Say, ...]:
    """All that was being said once more where a key that means nothing has cut it short; else nothing, and only
    listening.
    """
    if not was_cut_short(turn):
        return ()
    document, texts = turn.facts.lettered_document, turn.line.prompts.texts
    again = said_again.read(turn.said, node.name, texts, document) if turn.said else ()
    return again or question(turn, node)


def _prompt(turn: TurnState, name: str) -> verbs.Say:
    """The prompt, with the document where it reads one back; nowhere else is it handed on."""
    document = turn.facts.lettered_document
    if document is None or "documento" not in turn.line.prompts.texts[name].needs():
        return verbs.prompted(name)
    return verbs.Say(name, document=document)


def no_input(turn: TurnState, node: Question) -> str:
    """Silence: the next help, or the human when there is none left."""
    turn.silences += 1
    return _reprompt(turn, node, turn.silences, triggers.NO_INPUT)


def no_match(turn: TurnState, node: Question) -> str:
    """A wrong entry: the next help, or the human when there is none left."""
    turn.errors += 1
    return _reprompt(turn, node, turn.errors, triggers.NO_MATCH)


def no_match_again(turn: TurnState, node: Question) -> str:
    """A wrong entry that something else counts: help that is used up is given again."""
    turn.errors += 1
    reprompts = node.reprompts.invalid
    turn.reprompt = reprompts[min(turn.errors, len(reprompts)) - 1]
    return triggers.NO_MATCH


def _reprompt(turn: TurnState, node: Question, count: int, trigger: str) -> str:
    reprompts = node.reprompts.no_input if trigger == triggers.NO_INPUT else node.reprompts.invalid
    if count > len(reprompts):
        return triggers.MAX_REPROMPTS
    turn.reprompt = reprompts[count - 1]
    return trigger
