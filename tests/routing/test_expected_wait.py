"""What a waiting caller is told: a place that never grows, and a wait only where it is known."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from routing.agent_rules import PLAIN_RULES
from routing.candidate import CANDIDATE_STATES, Candidate
from routing.expected_wait import FEWEST, expected_waits, places_in_queues, told_place
from routing.priority import priority_of
from routing.waiting_calls import WaitingCall
from tests.routing.waiting import CALLS, DATASUL, LINE, NOW, RM, agent, call


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


def waits(waiting: list[WaitingCall], agents: list[Candidate], seconds: float = 300.0) -> dict[str, float]:
    handled = {(LINE, name): [seconds] * FEWEST for name in (RM, DATASUL)}
    return expected_waits(waiting, lambda _: PLAIN_RULES, agents, handled, NOW)


def test_the_wait_is_unknown_without_agents_or_with_few_answered_calls() -> None:
    waiting = [call("a", 50)]
    assert waits(waiting, []) == waits(waiting, [agent(1, state="paused"), agent(2, datasul=1)]) == {}
    few = {(LINE, RM): [300.0] * (FEWEST - 1), (LINE, DATASUL): [300.0] * FEWEST}
    assert expected_waits(waiting, lambda _: PLAIN_RULES, [agent(1)], few, NOW) == {}


def test_of_three_agents_one_becomes_free_in_a_third_of_the_handle_time() -> None:
    busy = [agent(1), agent(2, state="talking"), agent(3, state="wrap-up")]
    handled = {(LINE, RM): [240.0, 360.0] * 5}
    told = expected_waits([call("a", 50), call("b", 30)], lambda _: PLAIN_RULES, busy, handled, NOW)
    assert told == {"a": 100, "b": 200}


def test_agents_who_serve_two_desks_have_the_calls_of_both_before_a_caller() -> None:
    shared = [agent(1, rm=1, datasul=1), agent(2, rm=1, datasul=1)]
    waiting = [call("a", 90, destination=DATASUL), call("b", 80, destination=DATASUL), call("mine", 10)]
    assert waits(waiting, shared)["mine"] == 450


def test_calls_that_agents_of_their_own_can_take_keep_nobody_waiting() -> None:
    agents = [agent(1, rm=1, datasul=1), agent(2, datasul=1), agent(3, datasul=1)]
    waiting = [call("a", 90, destination=DATASUL), call("mine", 10)]
    # A third of the call before stands in the shared agent's way; the first call is poured over all three.
    assert waits(waiting, agents) == {"a": 100, "mine": 400}


def test_a_call_that_comes_later_elsewhere_is_not_before() -> None:
    shared = [agent(1, rm=1, datasul=1)]
    assert waits([call("mine", 90), call("a", 10, destination=DATASUL)], shared)["mine"] == 300


def test_an_agent_who_serves_a_family_serves_each_of_it() -> None:
    of_all = Candidate(1, "all", {(LINE, "suporte"): 2}, "available")
    assert waits([call("a", 90), call("b", 10, destination=DATASUL)], [of_all]) == {"a": 300, "b": 600}


AGENTS = st.lists(
    st.tuples(st.sampled_from([{"rm": 1}, {"datasul": 1}, {"rm": 1, "datasul": 1}]), st.sampled_from(CANDIDATE_STATES)),
    max_size=6,
).map(lambda made: [agent(number, state=state, **skills) for number, (skills, state) in enumerate(made)])


@given(CALLS, AGENTS)
def test_no_wait_is_shorter_than_that_of_agents_who_served_one_desk(
    waiting: list[WaitingCall], agents: list[Candidate]
) -> None:
    told, place = waits(waiting, agents), places(waiting)
    for each in waiting:
        serving = sum(one.is_on_duty and one.level_of(each.served) is not None for one in agents)
        assert (each.id in told) == (serving > 0)
        if serving:
            assert told[each.id] >= place[each.id] * 300 / serving - 1e-6


@given(CALLS, AGENTS)
def test_the_later_of_two_calls_waits_longer_and_none_past_all_work(
    waiting: list[WaitingCall], agents: list[Candidate]
) -> None:
    told, place = waits(waiting, agents), places(waiting)
    for one in told:
        assert told[one] <= 300 * len(waiting) + 1e-6
        for other in waiting:
            if other.id in told and other.served == next(each.served for each in waiting if each.id == one):
                assert (place[one] < place[other.id]) <= (told[one] < told[other.id])


@given(CALLS, AGENTS)
def test_another_agent_makes_nobody_wait_longer(waiting: list[WaitingCall], agents: list[Candidate]) -> None:
    before, after = waits(waiting, agents), waits(waiting, [*agents, agent(99, rm=1, datasul=1)])
    assert all(after[each] <= before[each] + 1e-6 for each in before)
