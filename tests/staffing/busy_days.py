"""Busy days: callers of all contracts, agents who go to lunch, and the count that the report is held against."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from random import Random

from ivr.staffing.arrivals import Arrival
from ivr.staffing.simulated_day import AgentHabits, Attendance, SimulatedDay
from ivr.staffing.simulation import QueueSimulation
from routing.agent_rules import AgentRules, ServiceTarget
from routing.agent_time import together
from routing.metrics import service_figures
from tests.staffing.counted import counted

LINE = "4003-0015"
BEGINS = datetime(2026, 3, 9, tzinfo=UTC)
TARGET = ServiceTarget(80, 20)
DESTINATIONS = ("suporte.rm", "suporte.datasul", "suporte.logix")
RULES = {name: AgentRules(wrap_up=60, levels={1: 20}) for name in DESTINATIONS}
HABITS = AgentHabits(accept=5, refuses=0.04, misses=0.04, loses=0.02)


def busy_day(calls: int, agents: int, chance: Random) -> tuple[list[Arrival], list[Attendance]]:
    """Callers of all contracts, some of whom ask for an agent, between 8 and 18; agents who go to lunch in turn."""
    arrivals = [
        Arrival(
            chance.uniform(8, 18) * 3600,
            chance.choice(DESTINATIONS),
            chance.expovariate(1 / 420),
            chance.expovariate(1 / 50),
            patience=chance.expovariate(1 / 400),
            contract=chance.choice((None, None, None, "BSO", "SLA", "PRIME.ANA")),
            preferred=chance.randrange(agents) if chance.random() < 0.1 else None,
        )
        for _ in range(calls)
    ]
    attendances = []
    for number in range(agents):
        skills = {(LINE, name): chance.randint(1, 3) for name in chance.sample(DESTINATIONS, chance.randint(1, 3))}
        lunch = 11 + number % 3
        spans = ((8 * 3600.0, lunch * 3600.0), ((lunch + 1) * 3600.0, 18 * 3600.0))
        attendances.append(Attendance(number, skills, spans))
    return arrivals, attendances


def played(calls: int, agents: int, seed: int, habits: AgentHabits = HABITS) -> SimulatedDay:
    chance = Random(seed)
    simulation = QueueSimulation(LINE, BEGINS, RULES, chance, habits)
    return simulation.play(*busy_day(calls, agents, chance))


def differences(day: SimulatedDay, calls: int) -> list[str]:
    """What is wrong with the day, or counted otherwise by the report than by the program that reads its events."""
    count, report = counted(day.events, TARGET.seconds), service_figures(day.entries, TARGET, 5)
    returned = sum(each.kind == "lost" for each in day.events)
    pairs = {
        "calls that came": (calls + returned, count.offered),
        "offered": (report.offered, count.offered),
        "answered": (report.answered, count.answered),
        "within": (report.answered_within, count.within),
        "left": (report.abandoned + report.turned_away, count.abandoned),
        "late": (report.abandoned_late + report.turned_away_late, count.late),
        "waits": (report.wait_of_answered, count.waits),
        "talks": (report.talk, count.talks),
        "time of talk": (together(day.times.values()).talk, count.talks),
    }
    return count.wrong + [
        f"{name}: {one}, {other}" for name, (one, other) in pairs.items() if not math.isclose(one, other)
    ]
