"""Something told."""

from __future__ import annotations

from ivr.call.verbs import Say as Spoken
from ivr.call.walk import Walk
from ivr.flow import triggers
from ivr.flow.nodes.say import Say


def arrive(walk: Walk, node: Say) -> str | None:
    """Speak, and on."""
    walk.verbs.append(Spoken(node.prompt.text, barge_in=node.barge_in))
    return triggers.NEXT
