"""A staffing plan tells how many agents each interval of a day needs: by Erlang C, and by our own distribution.

Erlang's formula comes first, interval by interval. Then days are simulated with these agents, and each interval that
misses the target there gets one more, until all keep it or MAX_ROUNDS are over: a ring takes time, an agent is late for
nobody, and callers of the interval before may still wait, none of which the formula knows. Arrivals are drawn anew for
each day, or are those that were recorded.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import field, replace
from datetime import datetime
from random import Random

from ivr.staffing.arrivals import Arrival, IntervalLoad, poisson_arrivals
from ivr.staffing.erlang import OfferedLoad, agents_for, mean_wait, occupancy, service_level, with_shrinkage
from ivr.staffing.simulated_day import AgentHabits, Attendance
from ivr.staffing.simulation import QueueSimulation
from routing.agent_rules import AgentRules, ServiceTarget
from routing.metrics import ServiceFigures, service_figures
from routing.queue_entries import QueueEntry
from value_class import value_class

MAX_ROUNDS = 12
"""Times that agents are added where days miss the target."""

STAYS = 3600.0
"""Seconds for which the agents of the last interval stay, for those who still wait."""


@value_class
class PlannedInterval:
    """A planned interval says how many agents are needed in it, and what they reach. ``level`` is Erlang's service
    level with ``by_erlang`` agents, ``figures`` are those of the simulated days with ``agents``, and ``fewer`` those
    with one agent fewer all day.
    """

    load: IntervalLoad
    erlangs: float
    by_erlang: int
    level: float
    asa: float | None
    agents: int
    occupancy: float | None
    on_rota: int
    figures: ServiceFigures
    fewer: ServiceFigures


@value_class
class Staffing:
    """Plans the agents of one destination. ``days`` are simulated for each question, from ``seed`` on."""

    line: str
    destination: str
    rules: AgentRules
    target: ServiceTarget
    begins: datetime
    habits: AgentHabits = field(default_factory=lambda: AgentHabits(accept=5))
    shrinkage: float = 0.0
    patience: float | None = None
    days: int = 10
    seed: int = 1
    recorded: tuple[Arrival, ...] = ()

    @property
    def played_days(self) -> int:
        """Return how many days are simulated: one where its calls were recorded, which are the same each day."""
        return 1 if self.recorded else self.days

    def plan(self, loads: Sequence[IntervalLoad]) -> list[PlannedInterval]:
        """Return the plan of a day of these intervals."""
        offered = [OfferedLoad(load.calls, load.length, load.handle) for load in loads]
        by_erlang = [agents_for(each, self.target) for each in offered]
        agents, figures = self._settled(loads, by_erlang)
        fewer = self.simulated(loads, [max(number - 1, 0) for number in agents])
        return [
            PlannedInterval(
                load,
                each.erlangs,
                number,
                service_level(each, number, self.target.seconds),
                mean_wait(each, number),
                settled,
                occupancy(each, settled),
                with_shrinkage(settled, self.shrinkage),
                of_all,
                of_fewer,
            )
            for load, each, number, settled, of_all, of_fewer in zip(
                loads, offered, by_erlang, agents, figures, fewer, strict=True
            )
        ]

    def simulated(self, loads: Sequence[IntervalLoad], agents: Sequence[int]) -> list[ServiceFigures]:
        """Return the figures of each interval, over all simulated days, with so many agents in each."""
        attendances = self._attendances(loads, agents)
        entries: list[list[QueueEntry]] = [[] for _ in loads]
        for day in range(self.played_days):
            chance = Random(self.seed * 1_000_003 + day)  # noqa: S311 (no secret)
            arrivals = self.recorded or poisson_arrivals(loads, self.destination, chance, patience=self.patience)
            simulation = QueueSimulation(self.line, self.begins, {self.destination: self.rules}, chance, self.habits)
            for entry in simulation.play(arrivals, attendances).entries:
                second = (entry.entered - self.begins).total_seconds()
                for at, load in enumerate(loads):
                    if load.begin <= second < load.end:
                        entries[at].append(entry)
                        break
        return [service_figures(each, self.target, self.rules.short) for each in entries]

    def with_more_calls(
        self, loads: Sequence[IntervalLoad], agents: Sequence[int], at: int, times: float
    ) -> tuple[ServiceFigures, int]:
        """Return the figures of the interval ``at`` when so many times its calls come while the agents stay as they
        are, and how many would keep the target then, by Erlang.
        """
        more = [replace(load, calls=load.calls * times) if number == at else load for number, load in enumerate(loads)]
        arrivals = replace(self, recorded=self._multiplied(loads[at], times)) if self.recorded else self
        needed = agents_for(OfferedLoad(more[at].calls, more[at].length, more[at].handle), self.target)
        return arrivals.simulated(more, agents)[at], needed

    def _multiplied(self, load: IntervalLoad, times: float) -> tuple[Arrival, ...]:
        """The recorded calls, with those of one interval more often: each copy comes a little later."""
        chance = Random(self.seed)  # noqa: S311 (no secret)
        copies = [
            replace(each, second=chance.uniform(load.begin, load.end))
            for each in self.recorded
            for _ in range(math.ceil(times) - 1)
            if load.begin <= each.second < load.end
        ]
        return (*self.recorded, *copies)

    def _settled(self, loads: Sequence[IntervalLoad], agents: Sequence[int]) -> tuple[list[int], list[ServiceFigures]]:
        """Erlang's agents, and one more wherever the simulated days miss the target, until all keep it."""
        numbers = list(agents)
        for _ in range(MAX_ROUNDS):
            figures = self.simulated(loads, numbers)
            short = [at for at, each in enumerate(figures) if each.target_met is False]
            if not short:
                return numbers, figures
            for at in short:
                numbers[at] += 1
        return numbers, self.simulated(loads, numbers)

    def _attendances(self, loads: Sequence[IntervalLoad], agents: Sequence[int]) -> list[Attendance]:
        """Agents by number: the first is there in each interval that has any, the last only in the fullest."""
        skills = {(self.line, self.destination): 1}
        found = []
        last = max((load.end for load in loads), default=0.0)
        for number in range(max(agents, default=0)):
            spans: list[tuple[float, float]] = []
            for load, there in zip(loads, agents, strict=True):
                if there > number:
                    end = load.end + (STAYS if load.end == last else 0)
                    if spans and spans[-1][1] == load.begin:
                        spans[-1] = (spans[-1][0], end)
                    else:
                        spans.append((load.begin, end))
            found.append(Attendance(number, skills, tuple(spans)))
        return found
