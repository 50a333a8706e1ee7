"""The connection to people: the router decides, this state rings."""

from __future__ import annotations

from dataclasses import replace

from ivr.call import events, verbs
from ivr.call.announcing import announce_destination
from ivr.call.call_ticket import asks_severity, note_ticket
from ivr.call.effects import DestinationDialled, QueueEnded, QueueEntered, ServiceGiven
from ivr.call.states.performer import performs
from ivr.call.turn_state import TurnState
from ivr.flow import triggers
from ivr.flow.nodes.transfer import Transfer
from routing.context import RoutingContext
from routing.decide import Connected, Decision, DestinationClosed, Ring, Unreachable, next_target, route
from routing.destinations import Queue


def arrive(turn: TurnState, node: Transfer) -> str | None:
    """Ask the router where the call goes now.

    A caller who is attended, or told why no one attends, gets a protocol number, and is told it once; with the forecast
    of the ticket in its place, where the call opens one (``ivr.call.call_ticket``).
    """
    turn.served = False
    told = turn.protocol is not None
    turn.numbered()
    table, now = turn.line.routing.table, turn.facts.now
    context = _routing_context(turn)
    turn.asked["destination"] = turn.destination or ""
    if context.special_contract:
        turn.asked["contract"] = context.special_contract
    decision = route(table, turn.destination or "", now, context=context)
    announce_destination(turn, turn.destination, decision.destination)
    onward = _perform(turn, node, decision, first=True)
    numbered = any(isinstance(verb, verbs.Say) and verb.prompt == node.ticket_say for verb in turn.verbs)
    if node.protocol_say and not (told or numbered):
        sentences = len(turn.verbs) if isinstance(turn.verbs[-1], verbs.Say) else len(turn.verbs) - 1
        turn.verbs.insert(sentences, verbs.Say(node.protocol_say))
    return onward


def hear(turn: TurnState, node: Transfer, event: events.Event) -> str | None:
    """Tell the router how the last target ended, and do what it decides."""
    if (
        isinstance(event, events.QueueLeft)
        and turn.progress
        and turn.progress.destination in turn.line.routing.recorded
    ):
        turn.verbs.append(verbs.StopRecording())
    if isinstance(event, events.QueueLeft):
        turn.effects.append(QueueEnded(event.outcome, event.pressed))
    match event:
        case events.QueueLeft(pressed=str(key)) if _leads_out(turn, node, key):
            turn.progress = None
            turn.reason = f"left the queue by key {key}"
            return triggers.key(key)
        case events.DialEnded() | events.QueueLeft():
            outcome = event.outcome
        case _:
            outcome = "failed"
    if turn.progress is None:
        return triggers.UNREACHABLE
    table, now = turn.line.routing.table, turn.facts.now
    decision = next_target(table, turn.progress, outcome, now, context=_routing_context(turn))
    return _perform(turn, node, decision, first=False)


def _leads_out(turn: TurnState, node: Transfer, key: str) -> bool:
    """Whether the key leads out of the queue; not to another question, for a call that has had all its turns."""
    target = node.waiting.keys.get(key)
    if target is None:
        return False
    return not (turn.over_limit and turn.line.states[target].hands_over_to)


def _routing_context(turn: TurnState) -> RoutingContext:
    """Those of the turn, with the contract of the customer whom the caller has proved to be by now."""
    return replace(turn.facts.context, special_contract=_contract(turn))


def _contract(turn: TurnState) -> str | None:
    return turn.customer.special_contract if turn.customer else None


def _perform(turn: TurnState, node: Transfer, decision: Decision, *, first: bool) -> str | None:
    turn.decided = turn.destination = decision.destination
    turn.reason = "; ".join(filter(None, (turn.reason, decision.reason)))
    turn.tried += decision.steps
    match decision:
        case Ring(progress, target):
            say = node.on_call_say if progress.on_call else node.say
            if not first and turn.progress and progress.destination == turn.progress.destination:
                say = node.next_target_say
            turn.progress = progress
            recorded = progress.destination in turn.line.routing.recorded
            turn.verbs.append(verbs.Say(say, destination=progress.destination))
            ticket = note_ticket(turn, progress.destination)
            if ticket and node.ticket_say:
                turn.verbs.append(
                    verbs.Say(node.ticket_say, destination=progress.destination, forecast=ticket.forecast)
                )
            if isinstance(target, Queue):
                turn.queued_at = turn.facts.now.isoformat()
                # The contract that is held, and not the one by which these targets ring: it counts in every queue.
                held = _contract(turn)
                # The ticket that this call opened has no analyst yet; the one that it follows may have had one.
                keyed = turn.ticket if turn.ticket != turn.protocol else turn.closed_ticket
                turn.effects.append(
                    QueueEntered(progress.destination, target.name, node.name, target.max_wait_seconds, held, keyed)
                )
                tape = progress.destination if recorded else None
                asked = asks_severity(turn, node, progress.destination)
                turn.verbs.append(verbs.Enqueue(target, node.name, tape, asked))
            else:
                caller_id = turn.line.caller_id_for(turn.facts.caller)
                turn.verbs.append(verbs.Dial.of(decision, record=recorded, caller_id=caller_id))
                turn.effects.append(DestinationDialled(decision.destination))
            return None
        case DestinationClosed(destination, _, closed, closure):
            turn.progress = None
            say = node.emergency_say if closure and closure.until is None and node.emergency_say else node.closed_say
            turn.verbs.append(verbs.Say(say, destination=destination, opens_at=closed.opens_at))
            return _message_or(triggers.CLOSED, turn, node)
        case Unreachable(destination, prompt):
            turn.progress = None
            turn.verbs.append(verbs.Say(prompt or node.unreachable_say, destination=destination))
            return _message_or(triggers.UNREACHABLE, turn, node)
        case Connected():
            turn.progress = None
            turn.served = True
            if turn.agreed:
                turn.effects.append(ServiceGiven(decision.destination))
            return triggers.SERVED


def _message_or(trigger: str, turn: TurnState, node: Transfer) -> str:
    """Where a call goes on that no target takes; not where messages are left, for a destination that takes none."""
    takes_none = node.no_message and turn.destination in turn.line.routing.no_message
    return triggers.NO_MESSAGE if takes_none else trigger


performs(Transfer, arrive, hear)
