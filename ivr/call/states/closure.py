"""Staff close a desk, or open it again."""

from __future__ import annotations

from ivr.call.entries import read_staff_entry
from ivr.call.events import Event
from ivr.call.orders import Order
from ivr.call.verbs import Gather, Say
from ivr.call.walk import Walk
from ivr.flow import triggers
from ivr.flow.nodes.closure import EVERY_DESK, MAX_KEYS, Closure
from routing.closures import EVERYTHING


def arrive(walk: Walk, node: Closure) -> str | None:
    """Ask, and listen until #."""
    walk.verbs.append(Gather((Say(node.say.text),), MAX_KEYS, "#", node.seconds, speech=False))
    return None


def hear(walk: Walk, node: Closure, event: Event) -> str | None:
    """One try: whoever errs calls again, which makes guessing slow."""
    entry = read_staff_entry(event)
    if entry is None or walk.facts.staff is None or entry.desk not in node.desks:
        walk.reason = "closure refused"
        return triggers.REFUSED
    name = node.desks[entry.desk].text
    scope = EVERYTHING if name == EVERY_DESK else name
    walk.order = Order(scope, None if entry.opens else node.hours, walk.facts.staff)
    # Without the name of whoever did it, which stands in the closure: a call's reason is shown, and kept for ever.
    walk.reason = f"{name} {'opened' if entry.opens else 'closed'} by telephone"
    return triggers.OPENED if entry.opens else triggers.CLOSED
