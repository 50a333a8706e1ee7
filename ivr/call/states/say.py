"""Something told."""

from __future__ import annotations

from ivr.call.quotes import quote, quoted
from ivr.call.verbs import Say as Spoken
from ivr.call.walk import Walk
from ivr.flow import triggers
from ivr.flow.nodes.say import Say


def arrive(walk: Walk, node: Say) -> str | None:
    """Speak, and on; the price of a service is the one that holds today."""
    if node.service:
        walk.quoted = quote(walk.line, node.service.text, walk.facts.now.date())
    price = quoted(walk.quoted) if node.service else None
    walk.verbs.append(Spoken(node.prompt.text, barge_in=node.barge_in, price=price))
    return triggers.NEXT
