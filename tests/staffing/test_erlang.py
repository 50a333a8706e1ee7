"""Erlang C as published, and the mistakes that are made with it."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.staffing.erlang import (
    OfferedLoad,
    agents_for,
    erlang_b,
    erlang_c,
    mean_wait,
    occupancy,
    service_level,
    with_shrinkage,
)
from routing.agent_rules import ServiceTarget

HALF_HOUR, HOUR = 1800.0, 3600.0
TARGET = ServiceTarget(80, 20)
EXAMPLE = OfferedLoad(100, HALF_HOUR, 180)
"""100 calls of three minutes in half an hour: ten erlangs."""

LOADS = st.builds(OfferedLoad, st.floats(0.1, 2000), st.just(HOUR), st.floats(5, 900))


def by_factorials(erlangs: float, agents: int) -> float:
    """Erlang C as its first papers write it, which small numbers can bear."""
    last = erlangs**agents / math.factorial(agents) * agents / (agents - erlangs)
    return last / (math.fsum(erlangs**k / math.factorial(k) for k in range(agents)) + last)


def test_the_example_of_the_literature_is_as_published() -> None:
    assert EXAMPLE.erlangs == 10
    assert round(100 * erlang_c(10, 14), 1) == 17.4
    assert round(100 * service_level(EXAMPLE, 14, 20), 1) == 88.8
    wait = mean_wait(EXAMPLE, 14)
    assert wait is not None
    assert round(wait, 1) == 7.8
    assert round(100 * (occupancy(EXAMPLE, 14) or 0), 1) == 71.4


def test_a_target_is_not_kept_by_a_little_less() -> None:
    assert round(100 * service_level(EXAMPLE, 13, 20), 2) == 79.56
    assert agents_for(EXAMPLE, TARGET) == 14


def test_as_many_agents_as_erlangs_are_never_enough() -> None:
    assert erlang_c(10, 10) == erlang_c(10, 3) == erlang_c(10, 0) == 1
    assert service_level(EXAMPLE, 10, 20) == 0
    assert mean_wait(EXAMPLE, 10) is None
    assert occupancy(EXAMPLE, 10) == 1
    assert occupancy(EXAMPLE, 0) is None


def test_calls_of_half_an_hour_are_twice_those_of_an_hour() -> None:
    assert OfferedLoad(200, HOUR, 180).erlangs == EXAMPLE.erlangs
    assert agents_for(OfferedLoad(100, HOUR, 180), TARGET) < agents_for(EXAMPLE, TARGET)


def test_thousands_of_agents_overflow_nothing() -> None:
    large = OfferedLoad(100_000, HOUR, 300)
    agents = agents_for(large, TARGET)
    assert large.erlangs < agents < 1.01 * large.erlangs
    assert 0 < erlang_b(large.erlangs, agents) < 1


def test_shrinkage_comes_last_and_is_rounded_up() -> None:
    assert [with_shrinkage(14, percent) for percent in (0, 30, 50)] == [14, 20, 28]
    assert with_shrinkage(7, 30) == 10
    assert with_shrinkage(0, 30) == 0
    for percent in (100, -1):
        with pytest.raises(ValueError):
            with_shrinkage(1, percent)


def test_without_calls_nobody_is_needed_and_nobody_waits() -> None:
    silent = OfferedLoad(0, HOUR, 300)
    assert (agents_for(silent, TARGET), service_level(silent, 0, 20), mean_wait(silent, 0)) == (0, 1, 0)
    assert erlang_c(0, 0) == 0


@pytest.mark.parametrize(("calls", "interval", "handle"), [(1, 0, 1), (1, 1, 0), (-1, 1, 1), (1, 1, math.inf)])
def test_times_of_nothing_are_no_load(calls: float, interval: float, handle: float) -> None:
    with pytest.raises(ValueError):
        OfferedLoad(calls, interval, handle)


@given(st.floats(0.1, 60), st.integers(1, 90))
def test_the_recursion_says_what_the_factorials_say(erlangs: float, agents: int) -> None:
    if agents > erlangs + 1e-6:
        assert erlang_c(erlangs, agents) == pytest.approx(by_factorials(erlangs, agents), rel=1e-6)


@given(LOADS, st.integers(1, 99), st.integers(1, 300))
def test_the_agents_keep_the_target_and_one_fewer_do_not(load: OfferedLoad, percent: int, seconds: int) -> None:
    agents = agents_for(load, ServiceTarget(percent, seconds))
    assert 100 * service_level(load, agents, seconds) >= percent
    assert agents - 1 <= load.erlangs or 100 * service_level(load, agents - 1, seconds) < percent


@given(LOADS, st.integers(1, 300))
def test_more_agents_never_make_anybody_wait_longer(load: OfferedLoad, seconds: int) -> None:
    levels = [service_level(load, agents, seconds) for agents in range(int(load.erlangs) + 12)]
    assert levels == sorted(levels)
    assert all(0 <= level <= 1 for level in levels)
