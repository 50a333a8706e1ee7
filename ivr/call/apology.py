"""An apology answers a caller when something of ours is broken, and leads to a human where one can be rung."""

from __future__ import annotations

from datetime import datetime

from ivr.call import verbs
from ivr.flow.line import Line
from ivr.flow.nodes.transfer import Transfer
from routing.decide import Decision, DestinationClosed, Ring, next_target, route
from routing.destinations import Queue

MAX_TARGETS = 20


def apology(line: Line, now: datetime, caller: str | None = None) -> tuple[verbs.Verb, ...]:
    """Needs nothing but the menu in memory: no database, no position, no earlier turn. ``now`` is aware.

    ``caller`` is what the carrier tells of the caller.
    Where the human's destination is closed, the caller is told when it opens.
    """
    sorry = verbs.Say(line.header.apology)
    human = line.states[line.header.human].chooses
    transfer = line.states[line.header.defaults.transfer]
    if human is None or human.by != "name" or not isinstance(transfer, Transfer):
        return (sorry, verbs.Hangup())
    decision: Decision = route(line.routing.table, human.name, now)
    for _ in range(MAX_TARGETS):
        if not isinstance(decision, Ring):
            break
        if not isinstance(decision.target, Queue):
            told = verbs.Say(transfer.say, destination=decision.destination)
            caller_id = None if caller is None else line.caller_id_for(caller)
            return (sorry, told, verbs.Dial.of(decision, record=False, caller_id=caller_id), verbs.Hangup())
        # A queue needs turns of ours to leave it again, and turns are what may be broken.
        decision = next_target(line.routing.table, decision.progress, "failed", now)
    if isinstance(decision, DestinationClosed):
        opening = decision.closed.opens_at
        return (sorry, verbs.Say(transfer.closed_say, decision.destination, opening), verbs.Hangup())
    return (sorry, verbs.Hangup())
