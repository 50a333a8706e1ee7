"""A simulated day is played with agents who come and go and have habits, and leaves events, queue entries and times."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

from routing.agent_time import AgentTime
from routing.candidate import Served
from routing.queue_entries import QueueEntry
from value_class import value_class

EventKind: TypeAlias = Literal[
    "entered", "offered", "refused", "missed", "caller-gone", "started", "lost", "ended", "left"
]


@value_class
class Attendance:
    """An agent of the day: the destinations served, each with a level, and the spans of seconds spent on duty."""

    agent: int
    skills: Mapping[Served, int]
    spans: tuple[tuple[float, float], ...]


@value_class
class AgentHabits:
    """Agents behave so: seconds until one accepts a ring, shares of rings that are refused and missed, of talks in
    which the agent's telephone is lost, and the seconds of a pause after missed rings.
    """

    accept: float = 0.0
    refuses: float = 0.0
    misses: float = 0.0
    loses: float = 0.0
    pause: float = 300.0


@value_class
class DayEvent:
    """One thing that happened, ``second`` seconds after the day began."""

    second: float
    kind: EventKind
    call: str
    agent: int | None = None


@value_class
class SimulatedDay:
    """A simulated day leaves what happened, what became of each entry, and what each agent did."""

    events: tuple[DayEvent, ...]
    entries: tuple[QueueEntry, ...]
    times: Mapping[int, AgentTime]
