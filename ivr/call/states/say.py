"""Something told."""

from __future__ import annotations

from ivr.call.quotes import quote, quoted
from ivr.call.verbs import Say as Spoken
from ivr.call.walk import Walk
from ivr.flow import triggers
from ivr.flow.nodes.say import Say


def arrive(walk: Walk, node: Say) -> str | None:
    """Speak, and on; the price of a service is the one that holds today.

    Where it tells that a service is closed, the call has come to that service.
    """
    if walk.shut and _tells_hours(walk, node):
        walk.decided = walk.destination = walk.shut.scope
        closure = walk.shut.first.closure
        unknown = closure is not None and closure.until is None
        prompt = node.emergency_say if unknown and node.emergency_say else node.prompt
        walk.verbs.append(Spoken(prompt.text, walk.shut.scope, walk.shut.opens_at, node.barge_in))
        return triggers.NEXT
    if node.service:
        walk.quoted = quote(walk.line, node.service.text, walk.facts.now.date())
    price = quoted(walk.quoted) if node.service else None
    walk.verbs.append(Spoken(node.prompt.text, barge_in=node.barge_in, price=price))
    return triggers.NEXT


def _tells_hours(walk: Walk, node: Say) -> bool:
    return bool(walk.line.prompts.texts[node.prompt.text].needs() & {"destino", "abertura"})
