"""A promise to call the caller back."""

from __future__ import annotations

from ivr.call import events, verbs
from ivr.call.effects import CallbackRequested
from ivr.call.entries import KeyEntry
from ivr.call.states.finish_key import is_stray
from ivr.call.states.performer import performs
from ivr.call.turn_state import TurnState
from ivr.flow import triggers
from ivr.flow.nodes.callback import Callback


def arrive(turn: TurnState, node: Callback) -> str | None:
    """Tell the number, where it is one that may be called back, and listen for the key 1."""
    number = turn.line.number_to_call(turn.facts.caller)
    if not turn.destination or number is None:
        return triggers.NO_NUMBER
    turn.verbs.append(verbs.Gather((verbs.Say(node.say, telephone=number),), 1, "", node.seconds, speech=False))
    return None


def hear(turn: TurnState, node: Callback, event: events.Event) -> str | None:
    """A caller is called back who has said so, unless as many as may be were promised today; a # of habit says nothing
    yet.
    """
    if is_stray(turn, event, longest=1):
        return arrive(turn, node)
    if turn.facts.entry == KeyEntry("1") and not turn.facts.callbacks_full:
        number = turn.line.number_to_call(turn.facts.caller) or ""
        turn.effects.append(CallbackRequested(turn.destination or "", number, turn.queued_at))
        return triggers.key("1")
    return triggers.NO_MATCH


performs(Callback, arrive, hear)
