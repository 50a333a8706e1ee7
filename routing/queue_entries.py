"""A queue entry is what became of one call at one destination: the record of which every figure of a report is made.

Each entry of a call to a destination is one, so a call that is transferred makes another one there. ``wait`` begins
when the call enters the destination, and ends when caller and agent hear each other, or the call leaves.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal, TypeAlias

from value_class import value_class

EntryOutcome: TypeAlias = Literal[
    "answered", "abandoned", "key", "timeout", "closed", "failed", "returned", "transferred", "erased"
]  # fmt: skip
"""How an entry ended: an agent talked with the caller; the caller hung up; a key led out of the queue; the longest wait
was over; the destination was closed; the line could not go on; the agent was lost before the talk; the call was moved
elsewhere; the customer was erased.
"""

TURNED_AWAY: Final[frozenset[EntryOutcome | None]] = frozenset({"timeout", "closed", "failed"})
"""Endings that the line brought about, and not the caller."""

MOVED: Final[frozenset[EntryOutcome | None]] = frozenset({"returned", "transferred"})
"""Endings after which the call waits on, as another entry."""


@value_class
class QueueEntry:
    """One entry of a call; times are in seconds, and those behind ``wait`` are 0 where no agent answered.

    ``outcome`` is None while the call still waits.
    """

    destination: str
    entered: datetime
    outcome: EntryOutcome | None
    wait: float = 0.0
    talk: float = 0.0
    hold: float = 0.0
    wrap: float = 0.0

    @property
    def is_answered(self) -> bool:
        """Return whether an agent talked with the caller."""
        return self.outcome == "answered"

    @property
    def handled(self) -> float:
        """Return the seconds for which it kept an agent."""
        return self.talk + self.hold + self.wrap
