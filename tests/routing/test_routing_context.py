"""What changes where a call goes besides the clock: closures, load, contracts, shares, rotas and
borrowed destinations.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.context import RoutingContext
from routing.decide import DestinationClosed, Progress, Ring, Unreachable, next_target, route
from routing.destinations import Apologise, Destination, Divert, RingOnCall
from routing.limits import Limits, Load
from routing.outcomes import TargetOutcome
from routing.targets import AnyTarget, BorrowedTargets, Number, Queue, Share, Sip, Together
from tests.routing.contexts import (
    AGENTS,
    BACKUP,
    BREAK,
    CST,
    EVENING,
    FIRE,
    MORNING,
    OUVIDORIA,
    TEAM,
    rung,
    table,
    tried,
)


def test_telephones_that_ring_together_are_one_attempt() -> None:
    destination = replace(CST, targets=(Together((TEAM, BACKUP)), AGENTS))
    ring = rung(route(table(destination), "cst", MORNING))
    assert (ring.target, ring.also) == (TEAM, (BACKUP,))
    assert tried(ring)[-1] == (
        "target",
        "ring sip:desk@example.com, +551150900400 at once for 30 s",
        "destinations.cst.targets[0]",
    )
    assert rung(next_target(table(destination), ring.progress, "no-answer", MORNING)).target == AGENTS


def test_a_share_sends_the_call_by_its_fraction_and_the_others_follow() -> None:
    destination = replace(CST, targets=(Share(((7, TEAM), (3, BACKUP))), AGENTS))
    for sampling_fraction, order in ((0.1, [TEAM, BACKUP, AGENTS]), (0.8, [BACKUP, TEAM, AGENTS])):
        lucky = RoutingContext(sampling_fraction=sampling_fraction)
        rings = [rung(route(table(destination), "cst", MORNING, context=lucky))]
        for _ in range(2):
            rings.append(rung(next_target(table(destination), rings[-1].progress, "busy", MORNING, context=lucky)))
        assert [ring.target for ring in rings] == order


@pytest.mark.parametrize("sampling_fraction", [-0.1, 1.0])
def test_a_fraction_is_from_0_to_just_below_1(sampling_fraction: float) -> None:
    with pytest.raises(ValueError, match="a fraction is from 0 to just below 1"):
        RoutingContext(sampling_fraction=sampling_fraction)


VIP = replace(CST, contracts={"SLA": (BACKUP,), "PRIME": (AGENTS,)}, targets=(Share(((1, TEAM), (1, AGENTS))),))


def test_a_special_contract_rings_targets_of_its_own_first() -> None:
    sla = RoutingContext(special_contract="SLA")
    first = rung(route(table(VIP), "cst", MORNING, context=sla))
    assert (first.target, first.reason, first.progress) == (
        BACKUP,
        "open; contract: SLA",
        Progress("cst", contract="SLA"),
    )
    assert tried(first)[-2:] == [
        ("contract", "SLA has targets of its own", "destinations.cst.contracts.SLA"),
        ("target", "ring +551150900400 for 30 s", "destinations.cst.contracts.SLA[0]"),
    ]
    # The contract is that of the progress: the customer may be forgotten meanwhile.
    assert rung(next_target(table(VIP), first.progress, "busy", MORNING)).target == TEAM


def test_a_queue_is_waited_in_without_a_word_of_priority() -> None:
    ring = rung(route(table(VIP), "cst", MORNING, context=RoutingContext(special_contract="PRIME.EVA")))
    assert ring.target == AGENTS
    assert tried(ring)[-1][1] == "wait in the queue cst for 600 s at most"
    assert not [step for step in tried(ring) if "priority" in step[1]]


def test_a_facilitators_own_targets_come_before_its_contracts() -> None:
    destination = replace(CST, contracts={"PRIME": (AGENTS,), "PRIME.ANA": (BACKUP,)}, targets=(TEAM,))
    ana, other = (RoutingContext(special_contract=held) for held in ("PRIME.ANA", "PRIME.EVA"))
    assert rung(route(table(destination), "cst", MORNING, context=ana)).target == BACKUP
    assert rung(route(table(destination), "cst", MORNING, context=other)).target == AGENTS


@pytest.mark.parametrize("contract", [None, "OURO"])
def test_other_customers_ring_the_destination_and_the_explanation_says_so(contract: str | None) -> None:
    ring = rung(route(table(VIP), "cst", MORNING, context=RoutingContext(special_contract=contract)))
    assert (ring.target, ring.progress.contract) == (TEAM, None)
    told = f"no targets of its own for {contract or 'a caller without one'}"
    assert ("contract", told, "destinations.cst") in tried(ring)


FULL = RoutingContext(load={"cst": Load(concurrent=2)})


def test_above_its_limit_a_destination_is_busy_and_its_queue_still_open() -> None:
    destination = replace(CST, limits=Limits(concurrent=2), targets=(TEAM, BACKUP, AGENTS))
    ring = rung(route(table(destination), "cst", MORNING, context=FULL))
    assert (ring.target, ring.reason) == (AGENTS, "full: 2 at once; next target: busy")
    assert ("limit", "full: 2 at once", "destinations.cst.limits") in tried(ring)
    assert rung(route(table(destination), "cst", MORNING)).target == TEAM


def test_above_its_limit_a_destination_does_what_it_does_when_busy() -> None:
    limited = replace(CST, limits=Limits(concurrent=2), targets=(TEAM,))
    away = route(table(replace(limited, busy=Divert("ouvidoria")), OUVIDORIA), "cst", MORNING, context=FULL)
    assert rung(away).reason == "full: 2 at once; diverted from cst: busy"
    sorry = route(table(replace(limited, busy=Apologise("cheio"))), "cst", MORNING, context=FULL)
    assert isinstance(sorry, Unreachable)
    assert (sorry.prompt, sorry.reason) == ("cheio", "full: 2 at once; gave up: busy")
    assert isinstance(route(table(limited), "cst", MORNING, context=FULL), Unreachable)


NAMES = ["a", "b", "c"]
PLAIN: list[Sip | Queue | Number] = [TEAM, AGENTS, BACKUP]
single: st.SearchStrategy[AnyTarget] = st.one_of(
    st.sampled_from(PLAIN), st.sampled_from([*NAMES, "lost"]).map(BorrowedTargets)
)
shared = st.permutations(PLAIN)
any_target: st.SearchStrategy[AnyTarget] = st.one_of(
    single, shared.map(lambda pair: Share(((1, pair[0]), (1, pair[1])))), st.just(Together((TEAM, BACKUP)))
)
lists = st.lists(any_target, max_size=3).map(tuple)
closing = st.sampled_from([None, RingOnCall(), Divert("a"), Divert("b"), Divert("c")])
destinations_of_any_kind = st.builds(
    lambda targets, hours, on_call, closed, rota, limits: {
        "targets": targets, "hours": hours, "on_call": on_call, "rota": rota, "limits": limits,
        **({"closed": closed} if closed else {}),
    },
    lists, st.sampled_from([None, "office"]), lists, closing, st.sampled_from([None, "plantao"]),
    st.sampled_from([Limits(), Limits(concurrent=1)]),
)  # fmt: skip
any_context = st.builds(
    RoutingContext,
    st.sampled_from([(), (replace(FIRE, scope="b", until=None),), (FIRE,)]),
    st.sampled_from([{}, {"a": Load(1), "c": Load(1)}]),
    st.floats(0, 1, exclude_max=True),
    st.sampled_from([None, "SLA"]),
)
results: st.SearchStrategy[TargetOutcome] = st.sampled_from(["busy", "no-answer", "failed"])
instants = st.sampled_from([MORNING, BREAK, EVENING, EVENING.replace(hour=18)])


@given(st.tuples(*[destinations_of_any_kind] * 3), any_context, instants, st.data())
def test_in_any_context_no_target_is_rung_twice_and_every_call_ends(
    drawn: tuple[dict[str, object], ...], context: RoutingContext, at: datetime, data: st.DataObject
) -> None:
    any_book = table(*(Destination(name, **destination) for name, destination in zip(NAMES, drawn, strict=True)))  # type: ignore[arg-type]
    attempts: set[tuple[str, bool, int]] = set()
    decision = route(any_book, "a", at, context=context)
    while isinstance(decision, Ring):
        ring = rung(decision)
        attempt = (ring.destination, ring.progress.on_call, ring.progress.index)
        assert attempt not in attempts
        attempts.add(attempt)
        assert ring.steps
        assert ring.reason
        decision = next_target(any_book, ring.progress, data.draw(results), at, context=context)
    assert isinstance(decision, DestinationClosed | Unreachable)
    assert decision.steps
    assert decision.reason
