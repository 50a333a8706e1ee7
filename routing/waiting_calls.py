"""A waiting call is an entry of a call into the queue of a destination, until an agent takes it or it leaves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from types import MappingProxyType
from typing import Literal, TypeAlias

from routing.candidate import Served
from value_class import value_class

WaitingKind: TypeAlias = Literal["call", "callback", "consult"]
"""A caller on the line, one who hung up and is called back, or an agent who asks for another one before passing on a
caller: all keep the same order."""


@value_class
class WaitingCall:
    """A call that waits. ``since`` gives its place, and is kept through transfers, returns and callbacks; ``entered``
    is when it came to this destination.

    ``contract`` is the special contract of the caller's company (``SLA``, ``PRIME.ANA``). ``preferred`` is the id of an
    agent for whom the call is kept until ``preferred_until``. ``front`` marks a call that comes back because its
    agent's telephone was lost. ``passed`` has the agents who refused or missed it, and when each last did.
    """

    id: str
    line: str
    destination: str
    since: datetime
    entered: datetime
    kind: WaitingKind = "call"
    contract: str | None = None
    preferred: int | None = None
    preferred_until: datetime | None = None
    front: bool = False
    passed: Mapping[int, datetime] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def served(self) -> Served:
        """Return the line and the destination."""
        return self.line, self.destination
