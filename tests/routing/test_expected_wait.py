"""What a waiting caller is told: a place that never grows, and a wait only where it is known."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from routing.agent_rules import PLAIN_RULES
from routing.expected_wait import FEWEST, expected_wait, place_in_queue, told_place
from routing.waiting_calls import WaitingCall
from tests.routing.waiting import CALLS, DATASUL, NOW, call


def place(name: str, waiting: list[WaitingCall]) -> int:
    (mine,) = (each for each in waiting if each.id == name)
    return place_in_queue(mine, waiting, PLAIN_RULES, NOW)


def test_the_place_is_counted_among_the_calls_of_the_destination() -> None:
    waiting = [call("a", 50), call("b", 30), call("other", 90, destination=DATASUL), call("c", 10)]
    assert [place(name, waiting) for name in "abc"] == [1, 2, 3]


def test_a_better_contract_comes_in_between() -> None:
    assert place("a", [call("a", 50), call("prime", 1, "PRIME")]) == 2


@given(CALLS)
def test_each_place_is_taken_once(waiting: list[WaitingCall]) -> None:
    for destination in {each.destination for each in waiting}:
        names = [each.id for each in waiting if each.destination == destination]
        assert sorted(place(name, waiting) for name in names) == list(range(1, len(names) + 1))


@given(st.lists(st.integers(1, 50), min_size=1))
def test_the_place_that_is_told_never_grows(places: list[int]) -> None:
    told: list[int] = []
    for each in places:
        told.append(told_place(each, told[-1] if told else None))
    assert told == sorted(told, reverse=True)
    assert told[-1] == min(places)


def test_the_wait_is_unknown_without_agents_or_with_few_answered_calls() -> None:
    assert expected_wait(1, [300.0] * FEWEST, 0) is None
    assert expected_wait(1, [300.0] * (FEWEST - 1), 3) is None


def test_of_three_agents_one_becomes_free_in_a_third_of_the_handle_time() -> None:
    assert expected_wait(2, [240.0, 360.0] * 5, 3) == 200
