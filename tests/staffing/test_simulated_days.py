"""A day of our own distribution: no call lost, none talked to twice, the report equal to another program's count."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.staffing.arrivals import Arrival, IntervalLoad, poisson_arrivals
from ivr.staffing.erlang import OfferedLoad, mean_wait, service_level
from ivr.staffing.simulated_day import AgentHabits, Attendance, SimulatedDay
from ivr.staffing.simulation import QueueSimulation
from routing.expected_wait import expected_wait
from tests.staffing.busy_days import BEGINS, LINE, differences, played


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


def waits_foretold(day: SimulatedDay, agents: int) -> Iterator[tuple[float, float]]:
    """For each call that waits when it comes: the wait that it would be told, and its true one."""
    entered: dict[str, float] = {}
    queue: list[str] = []
    told: dict[str, float] = {}
    for each in day.events:
        if each.kind == "entered":
            entered[each.call] = each.second
            queue.append(each.call)
            told[each.call] = expected_wait(len(queue), [300.0] * 20, agents) or 0
        elif each.kind == "started":
            queue.remove(each.call)
            if each.second > entered[each.call]:
                yield told[each.call], each.second - entered[each.call]


def test_the_wait_that_is_told_is_on_average_the_wait_that_comes() -> None:
    told = list(waits_foretold(served(steady(92, 16, 5), 8), 8))
    assert len(told) > 300
    assert sum(each for each, _ in told) == pytest.approx(sum(each for _, each in told), rel=0.15)


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
