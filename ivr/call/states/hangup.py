"""The end."""

from __future__ import annotations

from ivr.call.events import Event
from ivr.call.verbs import Hangup as End
from ivr.call.verbs import Say
from ivr.call.walk import Walk
from ivr.flow.nodes.hangup import Hangup


def arrive(walk: Walk, node: Hangup) -> str | None:
    """A last sentence, and the line goes dead."""
    if node.say:
        walk.verbs.append(Say(node.say.text))
    walk.verbs.append(End())
    return None


def hear(walk: Walk, _node: Hangup, _event: Event) -> str | None:
    """Whatever still comes finds the line dead."""
    walk.verbs.append(End())
    return None
