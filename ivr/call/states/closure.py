"""Staff close a destination, or open it again."""

from __future__ import annotations

from ivr.call import events, verbs
from ivr.call.effects import ClosureOrdered, OpeningOrdered
from ivr.call.entries import StaffEntry
from ivr.call.states.performer import performs
from ivr.call.turn_state import TurnState
from ivr.flow import triggers
from ivr.flow.nodes.closure import EVERY_DESTINATION, MAX_KEYS, Closure
from routing.closures import EVERYTHING


def arrive(turn: TurnState, node: Closure) -> str | None:
    """Ask, and listen until #."""
    turn.verbs.append(verbs.Gather((verbs.Say(node.say),), MAX_KEYS, "#", node.seconds, speech=False))
    return None


def hear(turn: TurnState, node: Closure, _event: events.Event) -> str | None:
    """Close or open the destination; there is one try a call, which makes guessing slow."""
    entry = turn.facts.entry
    if not isinstance(entry, StaffEntry) or turn.facts.staff is None or entry.destination not in node.destinations:
        turn.reason = "closure refused"
        return triggers.REFUSED
    name = node.destinations[entry.destination]
    scope = EVERYTHING if name == EVERY_DESTINATION else name
    by = turn.facts.staff
    turn.effects.append(OpeningOrdered(scope, by) if entry.opens else ClosureOrdered(scope, node.hours, by))
    # Without the name of the staff, which stands in the closure: a call's reason is shown, and kept for ever.
    turn.reason = f"{name} {'opened' if entry.opens else 'closed'} by telephone"
    return triggers.OPENED if entry.opens else triggers.CLOSED


performs(Closure, arrive, hear)
