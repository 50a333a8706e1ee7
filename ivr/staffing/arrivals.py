"""Arrivals are the calls of a day as a simulation needs them: when each comes, how long it talks, how long it waits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from random import Random

from value_class import value_class


@value_class
class Arrival:
    """A call that comes ``second`` seconds after the day began. It keeps an agent for ``talk`` and ``wrap`` seconds.

    ``patience`` is after how many seconds of waiting the caller hangs up; None waits for ever.
    """

    second: float
    destination: str
    talk: float
    wrap: float = 0.0
    patience: float | None = None
    contract: str | None = None
    preferred: int | None = None


@value_class
class IntervalLoad:
    """The calls that come to a destination from ``begin`` on, in seconds of the day, for ``length`` seconds; each keeps
    an agent for ``handle`` seconds on average.
    """

    begin: float
    length: float
    calls: float
    handle: float

    @property
    def end(self) -> float:
        """Return the second at which it is over."""
        return self.begin + self.length


def poisson_arrivals(
    loads: Iterable[IntervalLoad], destination: str, chance: Random, *, patience: float | None = None
) -> Iterator[Arrival]:
    """Yield calls that come independently of each other, at the rate of each interval; handle times and, where there is
    a mean ``patience``, the patience of callers are exponential, as Erlang's formulas suppose.
    """
    for load in loads:
        if not load.calls:
            continue
        rate = load.calls / load.length
        second = load.begin + chance.expovariate(rate)
        while second < load.end:
            kept = chance.expovariate(1 / patience) if patience else None
            yield Arrival(second, destination, chance.expovariate(1 / load.handle), patience=kept)
            second += chance.expovariate(rate)
