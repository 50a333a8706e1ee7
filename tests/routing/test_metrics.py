"""The figures of a destination by their formulas, with the example by which vendors differ from 61.8 % to 85 %."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.agent_rules import ServiceTarget
from routing.agent_time import BLAMED, AgentTime, missed_by_cause, together
from routing.metrics import FORMULAS, NONE, Ratio, ServiceFigures, by_interval, interval_of, percentile, service_figures
from routing.queue_entries import EntryOutcome, QueueEntry

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
TARGET = ServiceTarget(80, 20)
SAO_PAULO = ZoneInfo("America/Sao_Paulo")


def entries(number: int, outcome: EntryOutcome | None, wait: float, **work: float) -> list[QueueEntry]:
    return [QueueEntry("suporte.rm", NOON, outcome, wait, **work)] * number


THE_DAY = [
    *entries(68, "answered", 10, talk=240, hold=20, wrap=40),
    *entries(12, "answered", 45, talk=240, hold=20, wrap=40),
    *entries(6, "abandoned", 3),
    *entries(4, "abandoned", 15),
    *entries(12, "abandoned", 60),
    *entries(2, "key", 10),
    *entries(6, "key", 90),
]
"""110 offered; threshold 20 seconds."""


def of(*each: QueueEntry) -> ServiceFigures:
    return service_figures(each, TARGET, 5)


def test_the_service_level_of_the_example_is_its_formula() -> None:
    day = of(*THE_DAY)
    assert day.offered == 110
    assert day.service_level == Ratio(68, 80 + 12 + 6)
    assert day.service_level.percent() == "69.39 %"
    assert day.service_level.percent(point=",") == "69,39 %"
    assert day.target_met is False


def test_within_the_target_includes_its_last_second() -> None:
    assert of(*entries(1, "answered", 20)).service_level == Ratio(1, 1)
    assert of(*entries(1, "answered", 20.01)).service_level == Ratio(0, 1)
    assert of(*entries(1, "answered", 5), *entries(1, "abandoned", 20)).service_level == Ratio(1, 1)


@pytest.mark.parametrize("outcome", ["abandoned", "key", "timeout", "closed", "failed"])
def test_each_late_end_without_an_agent_counts_against(outcome: EntryOutcome) -> None:
    assert of(*entries(3, "answered", 5), *entries(1, outcome, 21)).service_level == Ratio(3, 4)
    assert of(*entries(3, "answered", 5), *entries(1, outcome, 20)).service_level == Ratio(3, 3)


@pytest.mark.parametrize("outcome", ["transferred", "returned", "erased", None])
def test_a_call_that_was_moved_or_still_waits_counts_in_no_service_level(outcome: EntryOutcome | None) -> None:
    assert of(*entries(3, "answered", 5), *entries(1, outcome, 99)).service_level == Ratio(3, 3)


def test_eighty_per_cent_are_not_reached_by_a_little_less() -> None:
    assert Ratio(7956, 10000).reaches(80) is False
    assert Ratio(79999, 100000).reaches(80) is False
    assert Ratio(4, 5).reaches(80) is True
    assert Ratio(0, 0).reaches(80) is None


def test_nothing_offered_has_no_figures_and_never_a_hundred_per_cent() -> None:
    nothing = of()
    shown = (
        nothing.service_level.percent(), nothing.abandonment.percent(), nothing.asa.number(), nothing.aht.number(),
        nothing.mean_wait.number(),
    )  # fmt: skip
    assert set(shown) == {NONE}
    assert (nothing.p95, nothing.target_met) == (None, None)


def test_who_leaves_within_the_short_seconds_is_not_lost() -> None:
    day = of(*THE_DAY)
    assert (day.abandoned, day.abandoned_long) == (22, 16)
    assert day.abandonment == Ratio(16, 110)
    assert of(*entries(1, "abandoned", 5)).abandonment == Ratio(0, 1)


def test_waits_are_told_of_the_answered_and_of_all() -> None:
    day = of(*THE_DAY)
    assert day.asa == Ratio(68 * 10 + 12 * 45, 80)
    assert day.mean_wait.number() == "23.4"
    assert day.p95 == 90
    assert of(*entries(1, "answered", 10), *entries(9, None, 99)).mean_wait == Ratio(10, 1)


def test_the_handle_time_is_talk_hold_and_wrap_up_of_the_answered() -> None:
    assert of(*THE_DAY).aht == Ratio(80 * 300, 80)


@given(st.lists(st.integers(0, 999), min_size=1, max_size=60), st.integers(1, 100))
def test_a_percentile_is_the_least_value_that_so_many_do_not_exceed(values: list[int], percent: int) -> None:
    found = percentile(values, percent)
    assert found in values
    enough = [each for each in values if sum(other <= each for other in values) * 100 >= percent * len(values)]
    assert found == min(enough)


OUTCOMES = st.sampled_from(
    ("answered", "abandoned", "key", "timeout", "closed", "failed", "returned", "transferred", "erased", None)
)


@given(st.lists(st.builds(QueueEntry, st.just("rm"), st.just(NOON), OUTCOMES, st.integers(0, 60))))
def test_every_entry_is_counted_once(each: list[QueueEntry]) -> None:
    day = of(*each)
    erased = sum(entry.outcome == "erased" for entry in each)
    told = day.answered + day.abandoned + day.left_by_key + day.turned_away + day.moved + day.waiting + erased
    assert told == day.offered == len(each)
    value = day.service_level.value
    assert value is None or 0 <= value <= 1


def test_an_entry_belongs_to_the_interval_in_which_it_entered() -> None:
    late = QueueEntry("rm", datetime(2026, 3, 10, 12, 59, 59, tzinfo=UTC), "answered", 600)
    next_one = QueueEntry("rm", datetime(2026, 3, 10, 13, tzinfo=UTC), "answered", 1)
    found = by_interval([next_one, late], SAO_PAULO, 60)
    assert [(f"{begin:%H:%M}", each) for begin, each in found.items()] == [("09:00", [late]), ("10:00", [next_one])]
    assert list(by_interval([next_one, late], SAO_PAULO, 1440)) == [datetime(2026, 3, 10, tzinfo=SAO_PAULO)]


def test_an_hour_that_the_clock_shows_twice_is_two_intervals_of_one_day() -> None:
    first = datetime(2019, 2, 17, 1, 30, tzinfo=UTC)  # 23:30 of summer time
    second = first + timedelta(hours=1)  # 23:30 again
    assert [f"{interval_of(at, SAO_PAULO, 60):%H:%M %z}" for at in (first, second)] == ["23:00 -0200", "23:00 -0300"]
    assert interval_of(first, SAO_PAULO, 1440) == interval_of(second, SAO_PAULO, 1440)


def test_occupancy_leaves_ringing_and_pauses_out() -> None:
    one = AgentTime(talk=1800, hold=200, wrap=400, available=600, ringing=99, paused=3600)
    assert one.occupancy.percent() == "80.00 %"
    assert AgentTime(ringing=60, paused=60).occupancy.percent() == NONE
    idle = AgentTime(available=3000)
    assert together([one, idle]).occupancy == Ratio(2400, 6000)


def test_a_missed_offer_has_a_cause_and_a_caller_who_left_is_nobodys_fault() -> None:
    missed = missed_by_cause(["missed", "refused", "missed", "caller_gone", "busy", "late", "canceled", "joined"])
    assert missed == Counter({"no answer": 2, "refused": 1, "caller left": 1, "telephone": 1})
    assert {"no answer", "refused"} == BLAMED


def test_each_figure_has_its_formula_in_words() -> None:
    assert set(FORMULAS) == {"service_level", "abandonment", "asa", "aht", "p95", "occupancy"}
    assert "turned away after T s" in FORMULAS["service_level"]
