"""What a waiting caller is told: a place that never grows, and a wait only where it is known."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from routing.agent_rules import PLAIN_RULES
from routing.expected_wait import FEWEST, expected_wait, places_in_queues, told_place
from routing.priority import priority_of
from routing.waiting_calls import WaitingCall
from tests.routing.waiting import CALLS, DATASUL, NOW, call


def places(waiting: list[WaitingCall]) -> dict[str, int]:
    return places_in_queues(waiting, lambda _: PLAIN_RULES, NOW)


def test_the_place_is_counted_among_the_calls_of_the_destination() -> None:
    waiting = [call("a", 50), call("b", 30), call("other", 90, destination=DATASUL), call("c", 10)]
    assert places(waiting) == {"a": 1, "b": 2, "c": 3, "other": 1}


def test_a_better_contract_comes_in_between() -> None:
    assert places([call("a", 50), call("prime", 1, "PRIME")]) == {"prime": 1, "a": 2}


def test_each_queue_is_ordered_by_its_own_rules() -> None:
    waiting = [call("a", 50), call("prime", 1, "PRIME"), call("x", 50, destination=DATASUL)]
    waiting.append(call("y", 1, "PRIME", destination=DATASUL))
    no_contracts = replace(PLAIN_RULES, contracts=())
    told = places_in_queues(waiting, lambda served: no_contracts if served[1] == DATASUL else PLAIN_RULES, NOW)
    assert told == {"prime": 1, "a": 2, "x": 1, "y": 2}


@given(CALLS)
def test_each_place_is_taken_once_and_by_priority(waiting: list[WaitingCall]) -> None:
    told = places(waiting)
    for destination in {each.destination for each in waiting}:
        calls = [each for each in waiting if each.destination == destination]
        for each in calls:
            before = sum(priority_of(one, PLAIN_RULES, NOW) < priority_of(each, PLAIN_RULES, NOW) for one in calls)
            assert told[each.id] == 1 + before


@given(st.lists(st.integers(1, 50), min_size=1))
def test_the_place_that_is_told_never_grows(true_places: list[int]) -> None:
    told: list[int] = []
    for each in true_places:
        told.append(told_place(each, told[-1] if told else None))
    assert told == sorted(told, reverse=True)
    assert told[-1] == min(true_places)


def test_the_wait_is_unknown_without_agents_or_with_few_answered_calls() -> None:
    assert expected_wait(1, [300.0] * FEWEST, 0) is None
    assert expected_wait(1, [300.0] * (FEWEST - 1), 3) is None


def test_of_three_agents_one_becomes_free_in_a_third_of_the_handle_time() -> None:
    assert expected_wait(2, [240.0, 360.0] * 5, 3) == 200
