"""A candidate is an agent as distribution sees one: the destinations that the agent serves, and the agent's state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from value_class import value_class

CandidateState: TypeAlias = Literal["available", "ringing", "talking", "wrap-up", "paused", "off"]
"""The states of an agent: waiting for a call, rung for one, in a talk, noting how it went, away with a reason, gone."""

CANDIDATE_STATES: Final[tuple[CandidateState, ...]] = ("available", "ringing", "talking", "wrap-up", "paused", "off")

ON_DUTY: Final[frozenset[CandidateState]] = frozenset({"available", "ringing", "talking", "wrap-up"})
"""States of those who take a call by and by: a call may be kept for one of them, and for no other."""

LOWEST_LEVEL: Final = 1
HIGHEST_LEVEL: Final = 5
"""How well an agent knows a destination; of two agents the one of the higher level is asked first."""

Served: TypeAlias = tuple[str, str]
"""A line, and a destination of it or the beginning of several names."""


@value_class
class Candidate:
    """An agent who may be given calls. ``id`` is unique; ``name`` is how people know the agent.

    ``skills`` has the level of each destination that the agent serves: ``suporte`` stands for ``suporte.rm`` as well,
    and the longer name counts where both are there. ``idle_since`` is when the agent was last free of a call, or came.
    """

    id: int
    name: str
    skills: Mapping[Served, int] = field(default_factory=lambda: MappingProxyType({}))
    state: CandidateState = "off"
    idle_since: datetime | None = None

    @property
    def is_free(self) -> bool:
        """Return whether the agent may be rung now."""
        return self.state == "available"

    @property
    def is_on_duty(self) -> bool:
        """Return whether the agent is free, or will be without coming back from anywhere."""
        return self.state in ON_DUTY

    def level_of(self, served: Served) -> int | None:
        """Return the level at which the agent serves a destination; None where the agent does not."""
        return next((self.skills[each] for each in names_of(served) if each in self.skills), None)


def names_of(served: Served) -> list[Served]:
    """Return each name by which a skill may mean the destination, the longest first."""
    line, destination = served
    parts = destination.split(".")
    return [(line, ".".join(parts[:length])) for length in range(len(parts), 0, -1)]
