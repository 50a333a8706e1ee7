"""The end."""

from __future__ import annotations

from ivr.call.events import Event
from ivr.call.states.performer import performs
from ivr.call.turn_state import TurnState
from ivr.call.verbs import Hangup as End
from ivr.call.verbs import Say
from ivr.flow.nodes.hangup import Hangup


def arrive(turn: TurnState, node: Hangup) -> str | None:
    """A last sentence, and the line goes dead."""
    if node.say:
        turn.verbs.append(Say(node.say))
    turn.verbs.append(End())
    return None


def hear(turn: TurnState, _node: Hangup, _event: Event) -> str | None:
    """Whatever still comes finds the line dead."""
    turn.verbs.append(End())
    return None


performs(Hangup, arrive, hear)
