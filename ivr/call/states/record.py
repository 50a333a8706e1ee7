"""A message for whoever could not be reached."""

from __future__ import annotations

from ivr.call.events import Event, Recorded
from ivr.call.states.performer import performs
from ivr.call.turn_state import TurnState
from ivr.call.verbs import Record as Recording
from ivr.call.verbs import Say
from ivr.flow import triggers
from ivr.flow.nodes.record import Record


def arrive(turn: TurnState, node: Record) -> str | None:
    """Invite, beep, listen."""
    turn.verbs += [Say(node.say), Recording(node.seconds, node.silence)]
    return None


def hear(_turn: TurnState, _node: Record, event: Event) -> str | None:
    """A message of at least a second is one."""
    return triggers.RECORDED if isinstance(event, Recorded) and event.seconds > 0 else triggers.NO_INPUT


performs(Record, arrive, hear)
