"""The end."""

from __future__ import annotations

from ivr.call import events, verbs
from ivr.call.states.performer import performs
from ivr.call.turn_state import TurnState
from ivr.flow.nodes import hangup


def arrive(turn: TurnState, node: hangup.Hangup) -> str | None:
    """A last sentence, and the line goes dead."""
    if node.say:
        turn.verbs.append(verbs.Say(node.say))
    turn.verbs.append(verbs.Hangup())
    return None


def hear(turn: TurnState, _node: hangup.Hangup, _event: events.Event) -> str | None:
    """Hang up again, since every later event finds the line dead."""
    turn.verbs.append(verbs.Hangup())
    return None


performs(hangup.Hangup, arrive, hear)
