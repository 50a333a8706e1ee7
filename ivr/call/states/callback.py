"""A promise to call the caller back."""

from __future__ import annotations

from ivr.call.events import Event, Keys
from ivr.call.states.finish_key import is_stray
from ivr.call.verbs import Gather, Say
from ivr.call.walk import Walk
from ivr.flow import triggers
from ivr.flow.nodes.callback import Callback
from routing.numbers import is_ordinary


def arrive(walk: Walk, node: Callback) -> str | None:
    """Tell the number, where it is one that costs no more than an ordinary call, and listen for the key 1."""
    country = walk.line.routing.book.allowed.country
    if not walk.destination or not is_ordinary(walk.facts.caller, country):
        return triggers.NO_NUMBER
    walk.verbs.append(Gather((Say(node.say.text, telephone=walk.facts.caller),), 1, "", node.seconds, speech=False))
    return None


def hear(walk: Walk, node: Callback, event: Event) -> str | None:
    """Nobody is called who has not said so; a # of habit says nothing yet."""
    if is_stray(walk, event, longest=1):
        return arrive(walk, node)
    if isinstance(event, Keys) and event.digits.startswith("1"):
        walk.call_back = True
        return triggers.key("1")
    return triggers.INVALID
