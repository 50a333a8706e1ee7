"""Erlang C tells how many agents keep a service target, for one queue of patient callers and agents who all serve it.

A. K. Erlang, 1917. With ``c`` calls in an interval of ``i`` seconds, a handle time of ``h`` and ``n`` agents::

    A     = c * h / i                                  the offered load, in erlangs; hours and half hours differ by 2
    B(0)  = 1;  B(k) = A * B(k-1) / (k + A * B(k-1))   Erlang B: the share that finds all agents busy and leaves
    Pw    = n * B(n) / (n - A * (1 - B(n)))            Erlang C: the share that waits
    SL    = 1 - Pw * exp(-(n - A) * T / h)             answered within T
    ASA   = Pw * h / (n - A)

The recursion has no factorials, which overflow from 171 agents on. Where ``n <= A`` the queue grows for as long as it
lasts: nothing is answered in time, and there is no mean wait. Nothing is rounded: 79.56 % is no 80 %.
"""

from __future__ import annotations

import math

from routing.agent_rules import ServiceTarget
from value_class import value_class


@value_class
class OfferedLoad:
    """The work that comes in an interval: so many ``calls`` in ``interval`` seconds, each of ``handle`` seconds.

    Raises ValueError for times that are not above 0 and for a negative number of calls.
    """

    calls: float
    interval: float
    handle: float

    def __post_init__(self) -> None:
        if not (self.calls >= 0 and self.interval > 0 and self.handle > 0 and math.isfinite(self.erlangs)):
            raise ValueError(f"{self.calls} calls of {self.handle} s in {self.interval} s are no load")

    @property
    def erlangs(self) -> float:
        """Return the agents who would be busy all the time."""
        return self.calls * self.handle / self.interval


def erlang_b(erlangs: float, agents: int) -> float:
    """Return the share of calls that find every agent busy and leave, as they do without a queue."""
    blocked = 1.0
    for number in range(1, agents + 1):
        blocked = erlangs * blocked / (number + erlangs * blocked)
    return blocked


def erlang_c(erlangs: float, agents: int) -> float:
    """Return the share of calls that wait; all of them where the agents are not more than the load."""
    return _waits(erlangs, agents, erlang_b(erlangs, agents))


def service_level(load: OfferedLoad, agents: int, seconds: float) -> float:
    """Return the share of calls that is answered within so many seconds; 0 where the agents are not enough."""
    return _within(load, agents, seconds, erlang_c(load.erlangs, agents))


def mean_wait(load: OfferedLoad, agents: int) -> float | None:
    """Return the mean wait in seconds (ASA); None where it grows without end."""
    if not load.erlangs:
        return 0.0
    if agents <= load.erlangs:
        return None
    return erlang_c(load.erlangs, agents) * load.handle / (agents - load.erlangs)


def occupancy(load: OfferedLoad, agents: int) -> float | None:
    """Return the share of their time for which the agents are busy; None where there is none."""
    return min(load.erlangs / agents, 1.0) if agents else None


def agents_for(load: OfferedLoad, target: ServiceTarget) -> int:
    """Return the fewest agents who keep the target; 0 where no call comes."""
    erlangs = load.erlangs
    if not erlangs:
        return 0
    agents, blocked = math.floor(erlangs), erlang_b(erlangs, math.floor(erlangs))
    while True:
        agents += 1
        blocked = erlangs * blocked / (agents + erlangs * blocked)
        if 100 * _within(load, agents, target.seconds, _waits(erlangs, agents, blocked)) >= target.percent:
            return agents


def with_shrinkage(agents: int, percent: float) -> int:
    """Return how many are to be on the rota so that so many work, while ``percent`` of all are away for something.

    Raises ValueError for a share that is not from 0 to below 100.
    """
    if not 0 <= percent < 100:
        raise ValueError(f"{percent} % of all cannot be away")
    # Not agents / (1 - percent / 100): 0.3 has no exact value, and seven tenths of ten agents would be eleven.
    return math.ceil(round(agents * 100 / (100 - percent), 9))


def _waits(erlangs: float, agents: int, blocked: float) -> float:
    if not erlangs:
        return 0.0
    if agents <= erlangs:
        return 1.0
    return agents * blocked / (agents - erlangs * (1 - blocked))


def _within(load: OfferedLoad, agents: int, seconds: float, waits: float) -> float:
    if not load.erlangs:
        return 1.0
    if agents <= load.erlangs:
        return 0.0
    return 1 - waits * math.exp(-(agents - load.erlangs) * seconds / load.handle)
