"""A day of our own distribution: no call lost, none talked to twice, the report equal to another program's count."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterator, Sequence
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.staffing.arrivals import Arrival, IntervalLoad, poisson_arrivals
from ivr.staffing.erlang import OfferedLoad, mean_wait, service_level
from ivr.staffing.simulated_day import AgentHabits, Attendance, SimulatedDay
from ivr.staffing.simulation import QueueSimulation
from routing.agent_rules import PLAIN_RULES
from routing.expected_wait import expected_waits
from tests.staffing.busy_days import BEGINS, DESTINATIONS, LINE, differences, played


def test_500_calls_and_20_agents_over_a_day_are_told_as_they_are_counted() -> None:
    day = played(500, 20, 14)
    assert differences(day, 500) == []
    kinds = {each.kind for each in day.events}
    assert kinds == {"entered", "offered", "refused", "missed", "caller-gone", "started", "lost", "ended", "left"}


@settings(max_examples=10)
@given(st.integers(0, 60), st.integers(1, 6), st.integers(0, 999))
def test_no_call_of_any_day_is_lost_or_talked_to_twice(calls: int, agents: int, seed: int) -> None:
    assert differences(played(calls, agents, seed), calls) == []


def test_the_same_chance_plays_the_same_day() -> None:
    assert played(80, 4, 7) == played(80, 4, 7)
    assert played(80, 4, 7) != played(80, 4, 8)


def steady(calls: float, hours: int, seed: int) -> list[Arrival]:
    """Patient callers who come at one rate, and talk for five minutes on average."""
    return list(poisson_arrivals([IntervalLoad(0, hours * 3600, calls * hours, 300)], "suporte.rm", Random(seed)))


def served(arrivals: list[Arrival], agents: int) -> SimulatedDay:
    attendances = [Attendance(number, {(LINE, "suporte.rm"): 1}, ((0.0, 1e7),)) for number in range(agents)]
    return QueueSimulation(LINE, BEGINS, {}, Random(0), AgentHabits()).play(arrivals, attendances)


def waits_of_textbook(arrivals: list[Arrival], agents: int) -> Iterator[float]:
    """The waits in a queue that is served in its order by agents who all serve it: Kiefer and Wolfowitz's recursion."""
    free = [0.0] * agents
    for each in arrivals:
        begins = max(heapq.heappop(free), each.second)
        heapq.heappush(free, begins + each.talk)
        yield begins - each.second


def test_patient_callers_wait_as_in_the_textbook_to_the_second() -> None:
    arrivals = steady(40, 8, 1)
    waits = [each.wait for each in served(arrivals, 4).entries]
    assert sorted(waits) == pytest.approx(sorted(waits_of_textbook(arrivals, 4)))


def test_patient_callers_wait_as_erlang_says_on_average() -> None:
    load, agents = OfferedLoad(24, 3600, 300), 4
    waits = [wait for seed in range(8) for wait in waits_of_textbook(steady(24, 200, seed), agents)]
    assert sum(wait <= 20 for wait in waits) / len(waits) == pytest.approx(service_level(load, agents, 20), abs=0.01)
    assert sum(waits) / len(waits) == pytest.approx(mean_wait(load, agents), rel=0.1)


class Foretold(QueueSimulation):
    """A day on which each call that has to wait is told how long, as it comes."""

    def __init__(self, seed: int) -> None:
        super().__init__(LINE, BEGINS, {}, Random(seed), AgentHabits())
        self.told: dict[str, float] = {}

    def _distribute(self) -> None:
        super()._distribute()
        waiting = [each.call for each in self._waiting.values() if each.ringing is None]
        if all(call.id in self.told for call in waiting):
            return
        handled = {(LINE, name): [300.0] * 20 for name in DESTINATIONS}
        agents = [agent.candidate for agent in self._agents.values()]
        waits = expected_waits(waiting, lambda _: PLAIN_RULES, agents, handled, self._instant())
        self.told = waits | self.told

    def pairs(self, day: SimulatedDay) -> list[tuple[float, float]]:
        """For each call that was told a wait: that wait, and its true one."""
        entered = {each.call: each.second for each in day.events if each.kind == "entered"}
        started = {each.call: each.second for each in day.events if each.kind == "started"}
        return [(told, started[call] - entered[call]) for call, told in self.told.items() if call in started]


def _ratio(pairs: list[tuple[float, float]]) -> float:
    """How long the calls waited, by how long they were told to."""
    assert len(pairs) > 300
    return sum(true for _, true in pairs) / sum(told for told, _ in pairs)


def _day(seed: int, calls: int, skills: Sequence[Collection[str]]) -> float:
    """A day of patient callers to three desks, whose talks last 300 s on average, and agents of these skills."""
    chance, hours = Random(seed), 16
    arrivals = [
        Arrival(chance.uniform(0, hours * 3600), chance.choice(DESTINATIONS), chance.expovariate(1 / 300))
        for _ in range(calls * hours)
    ]
    serving = [{(LINE, name): 1 for name in each} for each in skills]
    spans = ((0.0, 10 * hours * 3600.0),)
    simulation = Foretold(seed)
    day = simulation.play(arrivals, [Attendance(number, each, spans) for number, each in enumerate(serving)])
    return _ratio(simulation.pairs(day))


RM, DATASUL, LOGIX = DESTINATIONS


def test_the_wait_that_is_told_is_on_average_the_wait_that_comes() -> None:
    simulation = Foretold(5)
    attendances = [Attendance(number, {(LINE, RM): 1}, ((0.0, 1e6),)) for number in range(8)]
    assert _ratio(simulation.pairs(simulation.play(steady(92, 16, 5), attendances))) == pytest.approx(1, rel=0.15)


@pytest.mark.parametrize(
    "skills",
    [
        [DESTINATIONS] * 8,
        [(RM,), (RM,), (DATASUL,), (DATASUL,), (LOGIX,), (LOGIX,), DESTINATIONS, DESTINATIONS],
        [(RM, DATASUL), (RM, DATASUL), (DATASUL, LOGIX), (DATASUL, LOGIX), (LOGIX, RM), (LOGIX, RM), (RM,), (LOGIX,)],
        [(RM,), *[(RM, DATASUL, LOGIX)] * 4, *[(DATASUL,)] * 2, (LOGIX,)],
    ],
    ids=["all of all", "two shared", "pairs", "uneven"],
)
def test_the_wait_is_told_well_where_agents_serve_several_desks(skills: list[tuple[str, ...]]) -> None:
    assert _day(5, 92, skills) == pytest.approx(1, rel=0.2)


def test_an_agent_who_misses_two_rings_in_a_row_is_paused() -> None:
    absent = AgentHabits(misses=1.0, pause=1000)
    attendance = Attendance(1, {(LINE, "suporte.rm"): 1}, ((0.0, 3600.0),))
    calls = [Arrival(10.0, "suporte.rm", 60, patience=2000), Arrival(11.0, "suporte.rm", 60, patience=2000)]
    day = QueueSimulation(LINE, BEGINS, {}, Random(1), absent).play(calls, [attendance])
    missed = [each.second for each in day.events if each.kind == "missed"]
    assert missed[:3] == [30.0, 50.0, 1070.0]
    assert day.times[1].paused > 1000


def test_a_caller_who_leaves_while_it_rings_frees_the_agent_at_once() -> None:
    attendance = Attendance(1, {(LINE, "suporte.rm"): 1}, ((0.0, 3600.0),))
    slow = AgentHabits(accept=15)
    calls = [Arrival(0.0, "suporte.rm", 60, patience=4), Arrival(1.0, "suporte.rm", 60)]
    day = QueueSimulation(LINE, BEGINS, {}, Random(1), slow).play(calls, [attendance])
    gone = next(each for each in day.events if each.kind == "caller-gone")
    then = next(each for each in day.events if each.kind == "offered" and each.call == "call-1")
    assert (gone.second, then.second) == (4.0, 4.0)


def test_a_caller_whose_agent_is_lost_comes_first_and_keeps_the_place() -> None:
    attendance = Attendance(1, {(LINE, "suporte.rm"): 1}, ((0.0, 36000.0),))
    unlucky = AgentHabits(loses=0.5)
    calls = [Arrival(float(at), "suporte.rm", 600) for at in range(20)]
    day = QueueSimulation(LINE, BEGINS, {}, Random(2), unlucky).play(calls, [attendance])
    kinds = [(each.kind, each.call.rstrip("+")) for each in day.events if each.kind in {"lost", "started"}]
    lost = [at for at, (kind, _) in enumerate(kinds) if kind == "lost"]
    assert lost
    assert all(kinds[at + 1] == ("started", kinds[at][1]) for at in lost)
    assert sum(each.is_answered for each in day.entries) == 20 + len(lost)
