"""Agents who take callers out of a queue by themselves: as a seed or an option says of the queue, no call of theirs.

Where a live call dials the queue, it is first, and where a script says what happens in it, the script is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from ivr.simulator import acts
from ivr.simulator.acts import Act
from ivr.simulator.moments import Moment
from ivr.simulator.phones.base import Phone
from ivr.simulator.rest.queue import MAX_SIZE
from ivr.simulator.transcript import Event
from value_class import value_class

TALK = 60.0
"""Seconds that an agent talks, where nobody says."""

BRIEF = 1e-6
"""Seconds that are none: sums of fractions are not exact."""

QueueKind = Literal["bridged", "wait", "full"]


@value_class
class QueueBehaviour:
    """The behaviour of a queue says by its ``kind`` whether an agent takes the caller out of it ``after`` seconds and
    talks for ``talk`` (bridged), leaves the caller alone (wait), or it is full. It holds ``max_size`` callers.
    """

    kind: QueueKind = "wait"
    after: float = 0.0
    talk: float = TALK
    max_size: int = MAX_SIZE

    @property
    def holds(self) -> int:
        """Return how many callers fit into it."""
        return 0 if self.kind == "full" else self.max_size


class AgentsInQueues:
    """The telephone ``phone``, whose caller is taken out of a queue as its behaviour in ``queues`` says."""

    def __init__(self, phone: Phone, queues: Mapping[str, QueueBehaviour]) -> None:
        self._phone = phone
        self._queues = queues

    def act(self, moment: Moment) -> Act | None:
        """Return what the people at the telephone do, until the agent's time has come."""
        behaviour = self._queues.get(moment.queue or "")
        if behaviour is None or behaviour.kind != "bridged":
            return self._phone.act(moment)
        left = max(behaviour.after - moment.waited, 0.0)
        if left <= BRIEF:
            return acts.Bridged(behaviour.talk)
        if moment.seconds is not None and left >= moment.seconds:
            return self._phone.act(moment)
        act = self._phone.act(replace(moment, seconds=left))
        return acts.Bridged(behaviour.talk, after=left) if act is None else act

    def notice(self, event: Event) -> None:
        """Let the people at the telephone hear of the event."""
        self._phone.notice(event)

    def ended(self) -> str | None:
        """Return what they had still planned."""
        return self._phone.ended()
