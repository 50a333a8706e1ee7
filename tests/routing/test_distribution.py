"""Who is rung for which waiting call: contract, level, time waited, time idle, in this order, and nobody starves."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from routing.agent_rules import PLAIN_RULES, AgentRules
from routing.candidate import Candidate, CandidateState
from routing.distribution import distribute, why_waiting
from routing.trace import read_trace, stored_trace
from routing.waiting_calls import WaitingCall
from tests.routing.waiting import (
    AGENTS,
    CALLS,
    DATASUL,
    LINE,
    NOW,
    RM,
    RULES,
    agent,
    best_pairs,
    call,
    kept_for,
    may_be_rung,
)
from wording.catalogues import put


def rung(waiting: list[WaitingCall], agents: list[Candidate], rules: AgentRules = PLAIN_RULES) -> dict[str, int]:
    everywhere = {each.served: rules for each in waiting}
    return {each.call.id: each.agent.id for each in distribute(waiting, agents, everywhere, NOW)}


def test_the_contract_comes_before_the_time_waited() -> None:
    waiting = [call("none", 50), call("bso", 40, "BSO"), call("sla", 30, "SLA"), call("prime", 20, "PRIME.ANA")]
    for first in ("prime", "sla", "bso", "none"):
        assert list(rung(waiting, [agent(1)])) == [first]
        waiting = [each for each in waiting if each.id != first]


def test_of_one_contract_the_call_that_waited_longest_comes_first() -> None:
    assert rung([call("a", 10), call("b", 20)], [agent(1)]) == {"b": 1}


def test_an_agent_takes_what_they_know_best_before_what_waited_longer() -> None:
    both = agent(1, rm=2, datasul=5)
    assert rung([call("rm", 30), call("datasul", 5, destination=DATASUL)], [both]) == {"datasul": 1}


def test_a_call_goes_to_the_agent_of_the_highest_level() -> None:
    assert rung([call("a")], [agent(1, idle=900, level=1), agent(2, idle=5, level=3)]) == {"a": 2}


def test_of_one_level_the_agent_who_was_idle_longest_is_rung() -> None:
    assert rung([call("a")], [agent(1, idle=5), agent(2, idle=900)]) == {"a": 2}


def test_ties_are_broken_by_the_ids() -> None:
    assert rung([call("b"), call("a")], [agent(2), agent(1)]) == {"a": 1, "b": 2}


@pytest.mark.parametrize("state", ["ringing", "talking", "wrap-up", "paused", "off"])
def test_only_free_agents_are_rung(state: CandidateState) -> None:
    assert rung([call("a")], [replace(agent(1), state=state)]) == {}


def test_a_skill_for_a_beginning_of_names_holds_for_all_of_them() -> None:
    general = Candidate(1, "geral", {(LINE, "suporte"): 2, (LINE, "suporte.rm"): 4}, "available", NOW)
    assert (general.level_of((LINE, "suporte.datasul")), general.level_of((LINE, "suporte.rm"))) == (2, 4)
    assert general.level_of((LINE, "suporte2")) is None
    assert general.level_of(("internacional", "suporte.rm")) is None


def test_a_call_that_comes_back_is_the_first_of_its_rank_and_no_more() -> None:
    waiting = [call("long", 50), call("back", 1, front=True), call("prime", 1, "PRIME")]
    assert list(rung(waiting, [agent(1), agent(2)])) == ["prime", "back"]


def test_a_call_is_kept_for_its_preferred_agent_for_a_while() -> None:
    waiting = [call("a", 59, preferred=1)]
    busy = agent(1, state="talking")
    assert rung(waiting, [busy, agent(2, level=5)]) == {}
    assert rung(waiting, [agent(1), agent(2, level=5)]) == {"a": 1}
    assert rung([call("a", 60, preferred=1)], [busy, agent(2)]) == {"a": 2}


@pytest.mark.parametrize("state", ["paused", "off"])
def test_no_call_is_kept_for_a_preferred_agent_who_is_away(state: CandidateState) -> None:
    assert rung([call("a", 5, preferred=1)], [replace(agent(1), state=state), agent(2)]) == {"a": 2}


def test_no_call_is_kept_for_a_preferred_agent_who_refused_it() -> None:
    assert rung([call("a", 5, preferred=1, passed={1: 2})], [agent(1), agent(2)]) == {"a": 2}


def test_who_refused_a_call_is_not_rung_for_it_while_another_serves_it() -> None:
    waiting = [call("a", 30, passed={1: 100})]
    assert rung(waiting, [agent(1, level=5), agent(2)]) == {"a": 2}
    assert rung(waiting, [agent(1), agent(2, state="talking")]) == {}
    assert rung([*waiting, call("b", 10)], [agent(1), agent(2, state="talking")]) == {"b": 1}


@pytest.mark.parametrize("others", [[], [agent(2, state="paused")], [agent(3, datasul=1)]])
def test_who_refused_a_call_is_rung_again_where_no_other_serves_it(others: list[Candidate]) -> None:
    assert rung([call("a", 30, passed={1: 29})], [agent(1), *others]) == {}
    assert rung([call("a", 30, passed={1: 30})], [agent(1), *others]) == {"a": 1}


def test_a_low_level_waits_its_seconds_while_a_better_one_is_there() -> None:
    rules = AgentRules(levels={1: 20})
    novice, expert = agent(1, level=1), agent(2, level=3, state="talking")
    assert rung([call("a", 19)], [novice, expert], rules) == {}
    assert rung([call("a", 20)], [novice, expert], rules) == {"a": 1}
    assert rung([call("a", 0)], [novice], rules) == {"a": 1}


def test_a_waiting_call_rises_by_a_rank_each_minute() -> None:
    prime = call("prime", 59, "PRIME")
    assert list(rung([call("none", 179), prime], [agent(1)])) == ["prime"]
    assert list(rung([call("none", 180), prime], [agent(1)])) == ["none"]


@given(CALLS, AGENTS, RULES)
def test_the_best_pair_is_taken_again_and_again(
    waiting: list[WaitingCall], agents: list[Candidate], rules: AgentRules
) -> None:
    assert rung(waiting, agents, rules) == best_pairs(waiting, agents, rules)


@given(CALLS, AGENTS, RULES)
@example([call("a", 10)], [agent(1, level=3)], PLAIN_RULES)
def test_no_call_waits_while_an_agent_who_fits_is_free(
    waiting: list[WaitingCall], agents: list[Candidate], rules: AgentRules
) -> None:
    given = rung(waiting, agents, rules)
    left = [one for one in agents if one.is_free and one.id not in given.values()]
    for each in waiting:
        if each.id not in given:
            assert not any(may_be_rung(each, one, agents, rules) for one in left)


@given(CALLS, AGENTS, RULES)
def test_a_call_has_one_agent_and_an_agent_one_call(
    waiting: list[WaitingCall], agents: list[Candidate], rules: AgentRules
) -> None:
    given = distribute(waiting, agents, {each.served: rules for each in waiting}, NOW)
    assert len({each.agent.id for each in given}) == len({each.call.id for each in given}) == len(given)


@given(CALLS, AGENTS, st.randoms())
def test_equal_input_in_any_order_gives_the_equal_decision(
    waiting: list[WaitingCall], agents: list[Candidate], chance: Random
) -> None:
    given = distribute(waiting, agents, {}, NOW)
    mixed, others = list(waiting), list(agents)
    chance.shuffle(mixed)
    chance.shuffle(others)
    assert distribute(mixed, others, {}, NOW) == given


@given(CALLS, AGENTS)
def test_a_call_is_only_kept_for_an_agent_who_comes(waiting: list[WaitingCall], agents: list[Candidate]) -> None:
    """Once nothing is kept for a time, each call that an agent on duty serves can be taken by one."""
    for each in waiting:
        later = replace(each, preferred=None, passed=dict.fromkeys(each.passed, NOW - timedelta(hours=1)))
        serving = [one for one in agents if one.is_on_duty and one.level_of(each.served) is not None]
        assert not serving or any(may_be_rung(later, one, agents) for one in serving)
        assert kept_for(each, agents) in {None, *(one.id for one in serving)}


@given(st.integers(0, 3), st.integers(1, 3), st.integers(2, 8), st.lists(st.integers(0, 40), max_size=5))
def test_no_call_starves_while_better_ones_come_for_ever(
    place: int, agents: int, talk: int, earlier: list[int]
) -> None:
    """The bound of ``routing.priority``: once it is overdue, only calls that were there before are taken before it."""
    rules, contract = AgentRules(rise=10), ("PRIME", "SLA", "BSO", None)[place]
    overdue = (place + 1) * 10
    waiting = [_came("mine", 0, contract), *(_came(f"old{at}", -each, "BSO") for at, each in enumerate(earlier))]
    before = len(earlier) + place * 10
    busy, taken = dict.fromkeys(range(agents), 0), 0
    for second in range(overdue + (before + 2) * talk):
        waiting.append(_came(f"new{second:06}", second, "PRIME", DATASUL))
        states: list[CandidateState] = ["available" if free <= second else "talking" for free in busy.values()]
        everybody = [agent(one, state=state, rm=1, datasul=5) for one, state in enumerate(states)]
        now = NOW + timedelta(seconds=second)
        for each in distribute(waiting, everybody, {each.served: rules for each in waiting}, now):
            waiting.remove(each.call)
            busy[each.agent.id] = second + talk
            if each.call.id == "mine":
                return
            taken += second >= overdue
        assert taken <= before
    raise AssertionError("the call starved")


def _came(name: str, second: int, contract: str | None, destination: str = RM) -> WaitingCall:
    since = NOW + timedelta(seconds=second)
    return WaitingCall(name, LINE, destination, since, since, contract=contract)


def test_each_assignment_tells_the_rules_that_led_to_it() -> None:
    (given,) = distribute([call("a", 70, "SLA", passed={2: 5})], [agent(1, idle=8, level=3)], {}, NOW)
    assert [(step.rule, str(step.outcome)) for step in given.steps] == [
        ("contract", "SLA is number 2 of PRIME, SLA, BSO"),
        ("waiting", "waited 70 s: rank 1, one better each 60 s"),
        ("passed", "refused or missed by 2"),
        ("level", "agent-1 serves suporte.rm at level 3"),
        ("idle", "agent-1 is free and has been idle for 8 s"),
    ]


def test_a_stored_trace_can_still_be_told_in_another_language() -> None:
    (given,) = distribute([call("a", 500, front=True, preferred=1)], [agent(1, level=3)], {}, NOW)
    back = read_trace(json.loads(json.dumps(stored_trace(given.steps))))
    assert back == given.steps
    assert [put(step.outcome, "pt-BR") for step in back] == [
        "sem contrato especial: depois de PRIME, SLA, BSO",
        "esperou 500 s, mais do que qualquer posto permite: só o tempo conta",
        "volta de um atendente: na frente do seu posto",
        "agent-1 era quem se preferia, mas demorou: qualquer um",
        "agent-1 atende suporte.rm no nível 3",
        "agent-1 está livre, há 0 s sem ligação",
    ]


def test_a_call_that_waits_tells_what_each_agent_does() -> None:
    agents = [agent(1), agent(2, state="talking"), agent(3, state="paused"), agent(4, datasul=1)]
    steps = why_waiting(call("a", 5, passed={1: 3}), agents, {}, NOW)
    assert [str(step.outcome) for step in steps if step.rule == "agent"] == [
        "agent-1: refused or missed it, and others on duty serve it",
        "agent-2 is talking",
        "agent-3 is away for a while",
    ]


def test_a_call_that_no_agent_serves_says_so() -> None:
    (*_, last) = why_waiting(call("a"), [agent(1, state="off")], {}, NOW)
    assert str(last.outcome) == "no agent on duty serves suporte.rm"
