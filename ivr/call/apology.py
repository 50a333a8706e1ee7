"""What a caller hears when something of ours is broken: an apology, and a human where one can be rung."""

from __future__ import annotations

from datetime import datetime

from ivr.call.verbs import Dial, Hangup, Say, Verb
from ivr.flow.line import Line
from ivr.flow.nodes.route import Route
from routing.decide import Decision, Ring, begin, carry_on
from routing.destinations import Queue

MAX_TARGETS = 20


def apology(line: Line, now: datetime) -> tuple[Verb, ...]:
    """Needs nothing but the menu in memory: no database, no position, no earlier turn. ``now`` is aware."""
    sorry = Say(line.header.apology.text)
    node = line.states[line.header.human.text]
    if not isinstance(node, Route) or node.to is None:
        return (sorry, Hangup())
    decision: Decision = begin(line.routing.book, node.to.text, now)
    for _ in range(MAX_TARGETS):
        if not isinstance(decision, Ring):
            break
        if not isinstance(decision.target, Queue):
            return (sorry, Dial(decision.target, record=False), Hangup())
        # A queue needs turns of ours to leave it again, and turns are what may be broken.
        decision = carry_on(line.routing.book, decision.progress, "failed", now)
    return (sorry, Hangup())
