"""The connection to people: the router decides, this state rings."""

from __future__ import annotations

from ivr.call.events import DialEnded, Event, QueueLeft
from ivr.call.verbs import Dial, Enqueue, Say
from ivr.call.walk import Walk
from ivr.flow import triggers
from ivr.flow.nodes.transfer import Transfer
from routing.decide import Decision, Ring, Served, Shut, Unreachable, begin, carry_on
from routing.destinations import Queue

_QUEUE_RESULTS = {"bridged": "answered", "bridging-in-process": "answered", "leave": "queue-timeout"}
"""Twilio's QueueResult to the router's words; ``queue-full`` and ``hangup`` are alike, the rest counts as failed."""


def arrive(walk: Walk, node: Transfer) -> str | None:
    """Ask the router where the call goes now."""
    book = walk.line.routing.book
    return _perform(walk, node, begin(book, walk.destination or "", walk.facts.now), first=True)


def hear(walk: Walk, node: Transfer, event: Event) -> str | None:
    """Tell the router how the last target ended, and do what it decides."""
    match event:
        case DialEnded(status):
            result = status
        case QueueLeft(result_):
            result = _QUEUE_RESULTS.get(result_, result_)
        case _:
            result = "failed"
    if walk.progress is None:
        return triggers.UNREACHABLE
    decision = carry_on(walk.line.routing.book, walk.progress, result, walk.facts.now)
    return _perform(walk, node, decision, first=False)


def _perform(walk: Walk, node: Transfer, decision: Decision, *, first: bool) -> str | None:
    walk.decided = walk.destination = decision.destination
    walk.reason = "; ".join(filter(None, (walk.reason, decision.reason)))
    match decision:
        case Ring(progress, target):
            say = node.on_call_say if progress.on_call else node.say
            if not first and walk.progress and progress.destination == walk.progress.destination:
                say = node.next_target_say
            walk.progress = progress
            walk.verbs.append(Say(say.text, destination=progress.destination))
            if isinstance(target, Queue):
                walk.verbs.append(Enqueue(target))
            else:
                walk.verbs.append(Dial(target, record=progress.destination in walk.line.routing.recorded))
            return None
        case Shut(destination, _, closed):
            walk.progress = None
            walk.verbs.append(Say(node.closed_say.text, destination=destination, opens_at=closed.opens_at))
            return triggers.CLOSED
        case Unreachable(destination, prompt):
            walk.progress = None
            walk.verbs.append(Say(prompt or node.unreachable_say.text, destination=destination))
            return triggers.UNREACHABLE
        case Served():
            walk.progress = None
            return triggers.SERVED
