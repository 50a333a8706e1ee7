"""A plan keeps its target by our own distribution, and tells what one agent fewer and twice the calls would do."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ivr.staffing.arrivals import Arrival, IntervalLoad
from ivr.staffing.erlang import OfferedLoad, agents_for
from ivr.staffing.plan import Staffing
from ivr.staffing.simulated_day import AgentHabits
from routing.agent_rules import PLAIN_RULES, ServiceTarget

HOUR = 3600.0
MONDAY = [
    IntervalLoad(8 * HOUR, HOUR, 40, 240),
    IntervalLoad(9 * HOUR, HOUR, 20, 240),
    IntervalLoad(10 * HOUR, HOUR, 0, 240),
]
TARGET = ServiceTarget(80, 20)


def staffing(**more: object) -> Staffing:
    return Staffing("4003-0015", "suporte.rm", PLAIN_RULES, TARGET, datetime(2026, 3, 9, tzinfo=UTC), **more)  # type: ignore[arg-type]


def test_each_interval_keeps_the_target_by_the_simulated_days() -> None:
    plan = staffing(days=4).plan(MONDAY)
    assert [each.by_erlang for each in plan] == [
        agents_for(OfferedLoad(each.calls, HOUR, 240), TARGET) for each in MONDAY
    ]
    assert all(each.agents >= each.by_erlang for each in plan)
    assert [each.figures.target_met for each in plan] == [True, True, None]
    assert plan[2].agents == 0


def test_one_agent_fewer_and_twice_the_calls_answer_fewer_in_time() -> None:
    planned = staffing(days=4)
    plan = planned.plan(MONDAY)
    assert all((each.fewer.service_level.value or 0) < (each.figures.service_level.value or 0) for each in plan[:2])
    more, needed = planned.with_more_calls(MONDAY, [each.agents for each in plan], 0, 2)
    assert (more.service_level.value or 0) < 0.5
    assert needed > plan[0].agents


def test_seconds_until_an_agent_accepts_are_seconds_that_callers_wait() -> None:
    at_once, later = (
        staffing(days=4, habits=AgentHabits(accept=accept)).simulated(MONDAY[:1], [5])[0] for accept in (0, 18)
    )
    assert (at_once.service_level.value or 0) > (later.service_level.value or 0)
    assert (later.asa.value or 0) > (at_once.asa.value or 0) + 18


def test_those_on_the_rota_are_those_who_work_and_those_who_are_away() -> None:
    (hour,) = staffing(days=1, shrinkage=30).plan(MONDAY[:1])
    assert hour.on_rota == -(-hour.agents * 10 // 7)


@pytest.mark.parametrize("patience", [None, 60.0])
def test_callers_who_lose_patience_are_told_apart(patience: float | None) -> None:
    (hour,) = staffing(days=4, patience=patience).plan(MONDAY[:1])
    assert (hour.fewer.abandoned > 0) is (patience is not None)


def test_a_recorded_day_is_played_as_it_was() -> None:
    calls = tuple(Arrival(8 * HOUR + 60 * at, "suporte.rm", 240) for at in range(60))
    loads = [IntervalLoad(8 * HOUR, HOUR, len(calls), 240)]
    planned = staffing(recorded=calls)
    (hour,) = planned.plan(loads)
    assert hour.figures.offered == 60
    assert planned.with_more_calls(loads, [hour.agents], 0, 2)[0].offered == 120
