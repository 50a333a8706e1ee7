"""Agent time is what an agent did while on duty, in seconds by state, and the rings that came to nothing, by cause."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Final, Literal, TypeAlias

from routing.metrics import Ratio
from value_class import value_class

MissCause: TypeAlias = Literal["no answer", "refused", "caller left", "telephone"]

CAUSES: Final[Mapping[str, MissCause]] = {
    "missed": "no answer",
    "refused": "refused",
    "caller_gone": "caller left",
    "busy": "telephone",
    "failed": "telephone",
}
"""The endings of an offer that count as missed, and why; the agent is to blame for the first two only. What was taken
back (``canceled``), or came second to another agent (``late``), is none."""

BLAMED: Final[frozenset[MissCause]] = frozenset({"no answer", "refused"})


@value_class
class AgentTime:
    """The seconds of one agent, or of several together."""

    talk: float = 0.0
    hold: float = 0.0
    wrap: float = 0.0
    available: float = 0.0
    ringing: float = 0.0
    paused: float = 0.0

    @property
    def occupancy(self) -> Ratio:
        """Return the share of work on calls in the time in which calls could come: no ringing, and no pauses."""
        worked = self.talk + self.hold + self.wrap
        return Ratio(worked, worked + self.available)


def together(times: Iterable[AgentTime]) -> AgentTime:
    """Return the sums of several agents, of which an occupancy is made: never the mean of theirs."""
    each = list(times)
    names = [field.name for field in fields(AgentTime)]
    return AgentTime(*(math.fsum(getattr(time, name) for time in each) for name in names))


def missed_by_cause(endings: Iterable[str]) -> Counter[MissCause]:
    """Return how many offers of an agent came to nothing, by cause; ``endings`` are the states in which they ended."""
    return Counter(CAUSES[ending] for ending in endings if ending in CAUSES)
