"""The connection to people: the router decides, this state rings."""

from __future__ import annotations

from dataclasses import replace

from ivr.call.events import DialEnded, Event, QueueLeft
from ivr.call.verbs import Dial, Enqueue, Say, StopRecording
from ivr.call.walk import Walk
from ivr.flow import triggers
from ivr.flow.nodes.collect import Collect
from ivr.flow.nodes.menu import Menu
from ivr.flow.nodes.transfer import Transfer
from routing.circumstances import Circumstances
from routing.decide import Decision, Ring, Served, Shut, Unreachable, begin, carry_on
from routing.destinations import Queue

_QUEUE_RESULTS = {"bridged": "answered", "bridging-in-process": "answered", "leave": "queue-timeout"}
"""Twilio's QueueResult to the router's words; ``queue-full`` and ``hangup`` are alike, the rest counts as failed."""


def arrive(walk: Walk, node: Transfer) -> str | None:
    """Ask the router where the call goes now.

    Whoever is attended, or told why nobody attends, gets a protocol number, and is told it once.
    """
    walk.served = False
    told = walk.protocol is not None
    walk.protocol = walk.protocol or walk.facts.protocol
    book, now = walk.line.routing.book, walk.facts.now
    decision = begin(book, walk.destination or "", now, circumstances=_circumstances(walk))
    onward = _perform(walk, node, decision, first=True)
    if node.protocol_say and not told:
        sentences = len(walk.verbs) if isinstance(walk.verbs[-1], Say) else len(walk.verbs) - 1
        walk.verbs.insert(sentences, Say(node.protocol_say.text))
    return onward


def hear(walk: Walk, node: Transfer, event: Event) -> str | None:
    """Tell the router how the last target ended, and do what it decides."""
    if isinstance(event, QueueLeft) and walk.progress and walk.progress.destination in walk.line.routing.recorded:
        walk.verbs.append(StopRecording())
    match event:
        case QueueLeft(pressed=str(key)) if _leads_out(walk, node, key):
            walk.progress = None
            walk.reason = f"left the queue by key {key}"
            return triggers.key(key)
        case DialEnded(status):
            result = status
        case QueueLeft(result_):
            result = _QUEUE_RESULTS.get(result_, result_)
        case _:
            result = "failed"
    if walk.progress is None:
        return triggers.UNREACHABLE
    book, now = walk.line.routing.book, walk.facts.now
    decision = carry_on(book, walk.progress, result, now, circumstances=_circumstances(walk))
    return _perform(walk, node, decision, first=False)


def _leads_out(walk: Walk, node: Transfer, key: str) -> bool:
    """Whether the key leads out of the queue; not to another question, for a call that has had all its turns."""
    target = node.waiting.keys.get(key)
    if target is None:
        return False
    return not (walk.over_limit and isinstance(walk.line.states[target.text], Menu | Collect))


def _circumstances(walk: Walk) -> Circumstances:
    """Those of the turn, with the contract of whoever the caller has proved to be by now."""
    contract = walk.customer.special_contract if walk.customer else None
    return replace(walk.facts.circumstances, special_contract=contract)


def _perform(walk: Walk, node: Transfer, decision: Decision, *, first: bool) -> str | None:
    walk.decided = walk.destination = decision.destination
    walk.reason = "; ".join(filter(None, (walk.reason, decision.reason)))
    walk.tried += decision.steps
    match decision:
        case Ring(progress, target):
            say = node.on_call_say if progress.on_call else node.say
            if not first and walk.progress and progress.destination == walk.progress.destination:
                say = node.next_target_say
            walk.progress = progress
            recorded = progress.destination in walk.line.routing.recorded
            walk.verbs.append(Say(say.text, destination=progress.destination))
            if isinstance(target, Queue):
                walk.queued_at = walk.facts.now.isoformat()
                walk.verbs.append(Enqueue(target, node.name, progress.destination if recorded else None))
            else:
                caller_id = walk.line.caller_id_for(walk.facts.caller)
                walk.verbs.append(Dial.of(decision, record=recorded, caller_id=caller_id))
            return None
        case Shut(destination, _, closed, closure):
            walk.progress = None
            say = node.emergency_say if closure and closure.until is None and node.emergency_say else node.closed_say
            walk.verbs.append(Say(say.text, destination=destination, opens_at=closed.opens_at))
            return _message_or(triggers.CLOSED, walk, node)
        case Unreachable(destination, prompt):
            walk.progress = None
            walk.verbs.append(Say(prompt or node.unreachable_say.text, destination=destination))
            return _message_or(triggers.UNREACHABLE, walk, node)
        case Served():
            walk.progress = None
            walk.served = True
            walk.served_by = decision.destination
            return triggers.SERVED


def _message_or(trigger: str, walk: Walk, node: Transfer) -> str:
    """Where a call goes that nobody takes; not where messages are left, for a desk that takes none."""
    takes_none = node.no_message and walk.destination in walk.line.routing.no_message
    return triggers.NO_MESSAGE if takes_none else trigger
