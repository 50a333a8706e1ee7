"""A message to people who could not be reached."""

from __future__ import annotations

from ivr.call import events, verbs
from ivr.call.effects import MessageLeft
from ivr.call.states.performer import performs
from ivr.call.turn_state import TurnState
from ivr.flow import triggers
from ivr.flow.nodes import record


def arrive(turn: TurnState, node: record.Record) -> str | None:
    """Invite, beep, listen."""
    turn.verbs += [verbs.Say(node.say), verbs.Record(node.seconds, node.silence)]
    return None


def hear(turn: TurnState, _node: record.Record, event: events.Event) -> str | None:
    """A message of at least a second is one."""
    if not isinstance(event, events.Recorded) or event.seconds <= 0:
        return triggers.NO_INPUT
    turn.effects.append(MessageLeft(turn.destination, event.sid, event.url, event.seconds))
    return triggers.RECORDED


performs(record.Record, arrive, hear)
