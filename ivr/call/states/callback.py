"""A promise to call the caller back."""

from __future__ import annotations

from ivr.call.events import Event, Keys
from ivr.call.states.finish_key import is_stray
from ivr.call.verbs import Gather, Say
from ivr.call.walk import Walk
from ivr.flow import triggers
from ivr.flow.nodes.callback import Callback


def arrive(walk: Walk, node: Callback) -> str | None:
    """Tell the number, where it is one that may be called back, and listen for the key 1."""
    number = walk.line.number_to_call(walk.facts.caller)
    if not walk.destination or number is None:
        return triggers.NO_NUMBER
    walk.verbs.append(Gather((Say(node.say.text, telephone=number),), 1, "", node.seconds, speech=False))
    return None


def hear(walk: Walk, node: Callback, event: Event) -> str | None:
    """A caller is called back who has said so, unless as many as may be were promised today; a # of habit says nothing
    yet.
    """
    if is_stray(walk, event, longest=1):
        return arrive(walk, node)
    if isinstance(event, Keys) and event.digits.startswith("1") and not walk.facts.callbacks_full:
        walk.call_back = True
        return triggers.key("1")
    return triggers.INVALID
