"""The queues of the account: made on demand by the first caller who enters, or through the API."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from ivr.simulator.sids import Sids

MAX_SIZE = 1000
"""Callers that a queue holds, where the account holder did not say."""

LARGEST = 5000
"""Callers that a queue can be made to hold."""


@dataclass(slots=True)
class QueueResource:
    """A queue of the account; its callers are found by their calls. ``stood`` are the calls that ever stood in it."""

    sid: str
    name: str
    created: datetime
    max_size: int = MAX_SIZE
    stood: set[str] = field(default_factory=set)


class Queues:
    """Every queue that there is, by name."""

    def __init__(self, sids: Sids) -> None:
        self._sids = sids
        self._queues: dict[str, QueueResource] = {}

    def made(self, name: str, at: datetime, max_size: int = MAX_SIZE) -> QueueResource:
        """The queue of that name, made now where there was none. It keeps the identifier that <Enqueue> tells."""
        return self._queues.setdefault(name, QueueResource(self._sids.named("QU", name), name, at, max_size))

    def get(self, name: str) -> QueueResource | None:
        """The queue of that name."""
        return self._queues.get(name)

    def found(self, sid: str) -> QueueResource | None:
        """The queue with that identifier."""
        return next((queue for queue in self._queues.values() if queue.sid == sid), None)

    def delete(self, queue: QueueResource) -> None:
        """Take the queue off the account."""
        del self._queues[queue.name]

    def all(self) -> Iterable[QueueResource]:
        """Every queue, the newest first."""
        return list(reversed(self._queues.values()))
