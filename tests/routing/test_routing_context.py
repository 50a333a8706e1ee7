"""What changes where a call goes besides the clock: closures, load, contracts, shares, rotas and
borrowed destinations.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.flow.routing.days import parse_days
from routing.closures import EmergencyClosure
from routing.context import RoutingContext
from routing.decide import Decision, DestinationClosed, Progress, Ring, Unreachable, next_target, route
from routing.destinations import Apologise, Destination, Divert, RingOnCall
from routing.hours import Closed, Hours
from routing.limits import Limits, Load
from routing.outcomes import TargetOutcome
from routing.rotas import Ladder, Rota, Shift
from routing.spans import Dates, parse_span
from routing.table import RoutingTable
from routing.targets import AnyTarget, BorrowedTargets, Number, Queue, Share, Sip, Together
from routing.windows import Window

ZONE = ZoneInfo("America/Sao_Paulo")
TUESDAY = datetime(2026, 3, 10, 10, tzinfo=ZONE)
EVENING = TUESDAY.replace(hour=20)
HOUR = timedelta(hours=1)
WEEK = parse_days("seg-sex")

OFFICE = Hours(
    "office",
    ZONE,
    (
        Window(WEEK, parse_span("08:00-12:00")),
        Window(WEEK, parse_span("10:00-10:15"), "break"),
        Window(WEEK, parse_span("18:00-19:00"), "on_call"),
    ),
)
MORNING = TUESDAY.replace(hour=9)
BREAK = TUESDAY.replace(minute=5)
PLANTAO = Rota(
    "plantao",
    ZONE,
    {"ana": "+551150900101", "bruno": "+551150900102"},
    (
        Shift((("ana", "bruno"),), parse_span("07:00-20:30")),
        Shift((("bruno",),), parse_span("20:30-07:00")),
    ),
    Ladder(25, None, Queue("ultimo-recurso")),
)
ANA = Number("+551150900101", 25, accept=True)
BRUNO = Number("+551150900102", 25, accept=True)

DESK, AGENTS, BACKUP = Sip("sip:desk@example.com"), Queue("cst"), Number("+551150900400")
CST = Destination("cst", (DESK, AGENTS), "office")
OUVIDORIA = Destination("ouvidoria", (Sip("sip:ouvidoria@example.com"),))


def table(*destinations: Destination) -> RoutingTable:
    return RoutingTable(
        {each.name: each for each in destinations}, {"office": OFFICE}, rotas={"plantao": PLANTAO}, zone=ZONE
    )


def rung(decision: Decision) -> Ring:
    assert isinstance(decision, Ring)
    assert Progress.from_dict(json.loads(json.dumps(decision.progress.as_dict()))) == decision.progress
    return decision


def shut(decision: Decision) -> DestinationClosed:
    assert isinstance(decision, DestinationClosed)
    return decision


def closed_by(*closures: EmergencyClosure) -> RoutingContext:
    return RoutingContext(closures)


def tried(decision: Decision) -> list[tuple[str, str, str]]:
    return [(each.rule, each.outcome, each.key) for each in decision.steps]


FIRE = EmergencyClosure("*", MORNING, MORNING + HOUR, "incêndio")


def test_a_closure_comes_first_and_the_next_opening_is_after_it() -> None:
    decision = shut(route(table(CST), "cst", MORNING, context=closed_by(FIRE)))
    # The closure ends at ten, as the break begins.
    assert decision.closed == Closed("closure", None, MORNING + HOUR + timedelta(minutes=15))
    assert (decision.reason, decision.closure) == ("closed: closure", FIRE)
    assert tried(decision) == [("closure", "closed until 2026-03-10 10:00: incêndio", "")]


def test_an_always_open_desk_opens_when_its_closure_ends_by_line_clock() -> None:
    utc = EmergencyClosure("*", MORNING, (MORNING + HOUR).astimezone(ZoneInfo("UTC")), "incêndio")
    opens_at = shut(route(table(OUVIDORIA), "ouvidoria", MORNING, context=closed_by(utc))).closed.opens_at
    assert opens_at == MORNING + HOUR
    assert opens_at.tzinfo is ZONE


def test_nobody_knows_when_a_closure_without_an_end_is_over() -> None:
    endless = replace(FIRE, until=None)
    decision = shut(route(table(CST), "cst", MORNING, context=closed_by(endless)))
    assert decision.closed.opens_at is None
    assert tried(decision) == [("closure", "closed until further notice: incêndio", "")]


def test_a_coming_closure_moves_the_opening_that_a_closed_desk_tells() -> None:
    tomorrow = TUESDAY.replace(hour=7) + timedelta(days=1)
    flood = EmergencyClosure("cst", tomorrow, tomorrow + 2 * HOUR, "enchente")
    second = EmergencyClosure("cst", tomorrow + 2 * HOUR, tomorrow + 2.5 * HOUR, "limpeza")
    decision = shut(route(table(CST), "cst", EVENING, context=closed_by(flood, second)))
    assert decision.closed == Closed("night", None, tomorrow + 2.5 * HOUR)


def test_a_closure_shuts_the_staff_on_call_as_well_but_a_divert_holds() -> None:
    datacenter = replace(CST, on_call=(BACKUP,), closed=RingOnCall())
    assert shut(route(table(datacenter), "cst", MORNING, context=closed_by(FIRE))).closure == FIRE
    passed = replace(CST, closed=Divert("ouvidoria"))
    only_cst = replace(FIRE, scope="cst")
    ring = rung(route(table(passed, OUVIDORIA), "cst", MORNING, context=closed_by(only_cst)))
    assert (ring.destination, ring.reason) == ("ouvidoria", "diverted from cst: closed: closure")


def test_a_closure_is_heard_between_two_targets() -> None:
    ring = rung(route(table(CST), "cst", MORNING))
    after = next_target(table(CST), ring.progress, "busy", MORNING + timedelta(minutes=1), context=closed_by(FIRE))
    assert shut(after).closure == FIRE


def test_a_break_is_announced_unless_the_rota_covers_it() -> None:
    assert shut(route(table(CST), "cst", BREAK)).closed.opens_at == BREAK.replace(minute=15)
    on_rota = replace(CST, rota="plantao")
    ring = rung(route(table(on_rota), "cst", BREAK))
    assert (ring.target, ring.reason) == (ANA, "on-call: break")
    assert ring.progress == Progress("cst", on_call=True, since=BREAK)
    by_list = replace(CST, on_call=(BACKUP,))
    assert rung(route(table(by_list), "cst", BREAK)).target == BACKUP


def test_the_ladder_of_a_rota_stays_when_the_shift_ends_during_the_call() -> None:
    night = replace(CST, rota="plantao", closed=RingOnCall())
    at = EVENING.replace(minute=29)
    first = rung(route(table(night), "cst", at))
    later = at + timedelta(minutes=2)  # Bruno's own shift has begun
    second = rung(next_target(table(night), first.progress, "no-answer", later))
    last = rung(next_target(table(night), second.progress, "no-answer", later))
    assert [first.target, second.target, last.target] == [ANA, BRUNO, Queue("ultimo-recurso")]
    assert isinstance(next_target(table(night), last.progress, "queue-timeout", later), Unreachable)
    assert tried(first)[-2:] == [
        ("rota", "on call: ana, bruno", "rotas.plantao.shifts[0]"),
        ("target", "ring +551150900101 for 25 s, who has to accept the call", "rotas.plantao.shifts[0]"),
    ]


def test_a_rota_without_anybody_leaves_the_list_of_the_desk_or_an_apology() -> None:
    nobody = replace(PLANTAO, shifts=(Shift((("ana",),), parse_span("07:00-08:00")),), ladder=Ladder())
    on_rota = replace(CST, rota="plantao", closed=RingOnCall())
    alone = replace(table(on_rota), rotas={"plantao": nobody})
    decision = route(alone, "cst", EVENING)
    assert isinstance(decision, Unreachable)
    assert ("rota", "on call: nobody", "rotas.plantao") in tried(decision)
    assert isinstance(route(alone, "cst", BREAK), DestinationClosed)
    listed = replace(table(replace(on_rota, on_call=(BACKUP,))), rotas={"plantao": nobody})
    assert rung(route(listed, "cst", EVENING)).target == BACKUP


def test_telephones_that_ring_together_are_one_attempt() -> None:
    destination = replace(CST, targets=(Together((DESK, BACKUP)), AGENTS))
    ring = rung(route(table(destination), "cst", MORNING))
    assert (ring.target, ring.also) == (DESK, (BACKUP,))
    assert tried(ring)[-1] == (
        "target",
        "ring sip:desk@example.com, +551150900400 at once for 30 s",
        "destinations.cst.targets[0]",
    )
    assert rung(next_target(table(destination), ring.progress, "no-answer", MORNING)).target == AGENTS


def test_a_share_sends_the_call_by_its_fraction_and_the_others_follow() -> None:
    destination = replace(CST, targets=(Share(((7, DESK), (3, BACKUP))), AGENTS))
    for sampling_fraction, order in ((0.1, [DESK, BACKUP, AGENTS]), (0.8, [BACKUP, DESK, AGENTS])):
        lucky = RoutingContext(sampling_fraction=sampling_fraction)
        rings = [rung(route(table(destination), "cst", MORNING, context=lucky))]
        for _ in range(2):
            rings.append(rung(next_target(table(destination), rings[-1].progress, "busy", MORNING, context=lucky)))
        assert [ring.target for ring in rings] == order


@pytest.mark.parametrize("sampling_fraction", [-0.1, 1.0])
def test_a_fraction_is_from_0_to_just_below_1(sampling_fraction: float) -> None:
    with pytest.raises(ValueError, match="a fraction is from 0 to just below 1"):
        RoutingContext(sampling_fraction=sampling_fraction)


VIP = replace(CST, contracts={"SLA": (BACKUP,), "PRIME": (AGENTS,)}, targets=(Share(((1, DESK), (1, AGENTS))),))


def test_a_special_contract_rings_targets_of_its_own_before_the_desks() -> None:
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
    assert rung(next_target(table(VIP), first.progress, "busy", MORNING)).target == DESK


def test_a_queue_is_waited_in_without_a_word_of_priority() -> None:
    ring = rung(route(table(VIP), "cst", MORNING, context=RoutingContext(special_contract="PRIME.EVA")))
    assert ring.target == AGENTS
    assert tried(ring)[-1][1] == "wait in the queue cst for 600 s at most"
    assert not [step for step in tried(ring) if "priority" in step[1]]


def test_a_facilitators_own_targets_come_before_its_contracts() -> None:
    destination = replace(CST, contracts={"PRIME": (AGENTS,), "PRIME.ANA": (BACKUP,)}, targets=(DESK,))
    ana, other = (RoutingContext(special_contract=held) for held in ("PRIME.ANA", "PRIME.EVA"))
    assert rung(route(table(destination), "cst", MORNING, context=ana)).target == BACKUP
    assert rung(route(table(destination), "cst", MORNING, context=other)).target == AGENTS


@pytest.mark.parametrize("contract", [None, "OURO"])
def test_other_customers_ring_the_desk_and_the_explanation_says_so(contract: str | None) -> None:
    ring = rung(route(table(VIP), "cst", MORNING, context=RoutingContext(special_contract=contract)))
    assert (ring.target, ring.progress.contract) == (DESK, None)
    told = f"no targets of its own for {contract or 'a caller without one'}"
    assert ("contract", told, "destinations.cst") in tried(ring)


FULL = RoutingContext(load={"cst": Load(concurrent=2)})


def test_above_its_limit_a_desk_is_busy_and_its_queue_still_open() -> None:
    destination = replace(CST, limits=Limits(concurrent=2), targets=(DESK, BACKUP, AGENTS))
    ring = rung(route(table(destination), "cst", MORNING, context=FULL))
    assert (ring.target, ring.reason) == (AGENTS, "full: 2 at once; next target: busy")
    assert ("limit", "full: 2 at once", "destinations.cst.limits") in tried(ring)
    assert rung(route(table(destination), "cst", MORNING)).target == DESK


def test_above_its_limit_a_desk_does_what_it_does_when_busy() -> None:
    limited = replace(CST, limits=Limits(concurrent=2), targets=(DESK,))
    away = route(table(replace(limited, busy=Divert("ouvidoria")), OUVIDORIA), "cst", MORNING, context=FULL)
    assert rung(away).reason == "full: 2 at once; diverted from cst: busy"
    sorry = route(table(replace(limited, busy=Apologise("cheio"))), "cst", MORNING, context=FULL)
    assert isinstance(sorry, Unreachable)
    assert (sorry.prompt, sorry.reason) == ("cheio", "full: 2 at once; gave up: busy")
    assert isinstance(route(table(limited), "cst", MORNING, context=FULL), Unreachable)


RM = Destination("rm", (BACKUP, DESK), "office", (ANA,), busy=Divert("ouvidoria"), exhausted=Apologise("rm-ninguem"))
BORROWER = Destination("geral", (BorrowedTargets("rm"), AGENTS), exhausted=Apologise("geral-ninguem"))


def test_the_targets_of_another_desk_are_borrowed_and_the_call_comes_back() -> None:
    destinations = table(RM, BORROWER, OUVIDORIA)
    first = rung(route(destinations, "geral", MORNING))
    assert (first.destination, first.target, first.reason) == ("rm", BACKUP, "open; by way of geral")
    assert ("target", "borrow the targets of rm", "destinations.geral.targets[0]") in tried(first)
    second = rung(next_target(destinations, first.progress, "no-answer", MORNING))
    assert (second.destination, second.target) == ("rm", DESK)
    back = rung(next_target(destinations, second.progress, "no-answer", MORNING))
    assert (back.destination, back.target, back.reason) == ("geral", AGENTS, "next target: no-answer")
    assert [key for rule, _, key in tried(back) if rule == "target"] == [
        "destinations.rm.targets[1]",
        "destinations.geral.targets[1]",
    ]
    end = next_target(destinations, back.progress, "queue-timeout", MORNING)
    assert isinstance(end, Unreachable)
    assert end.prompt == "geral-ninguem"


def test_what_follows_a_failure_is_for_the_borrower_to_say() -> None:
    destinations = table(RM, BORROWER, OUVIDORIA)
    busy = rung(next_target(destinations, rung(route(destinations, "geral", MORNING)).progress, "busy", MORNING))
    assert (busy.destination, busy.target) == ("geral", AGENTS)


def test_a_closed_borrowed_desk_is_skipped_and_one_on_call_rings_staff() -> None:
    destinations = table(RM, BORROWER)
    night = rung(route(destinations, "geral", EVENING))
    assert (night.destination, night.target, night.reason) == ("geral", AGENTS, "open")
    assert ("target", "the desk rm is skipped, closed: night", "destinations.geral.targets[0]") in tried(night)
    on_call = rung(route(destinations, "geral", EVENING.replace(hour=18)))
    assert (on_call.destination, on_call.target, on_call.reason) == ("rm", ANA, "open; by way of geral: on-call")


@pytest.mark.parametrize(
    ("destination", "why"),
    [
        (None, "which does not exist"),
        (replace(RM, hours="lost"), "whose hours do not exist"),
        (replace(RM, targets=(BorrowedTargets("geral"), DESK)), "which was tried before"),
    ],
)
def test_a_desk_that_cannot_be_borrowed_is_skipped_with_its_reason(destination: Destination | None, why: str) -> None:
    ring = rung(route(table(*([destination] if destination else []), BORROWER), "geral", MORNING))
    assert ring.target in (AGENTS, DESK)
    assert any(why in outcome for _, outcome, _ in tried(ring))


def test_a_closed_lender_leads_back_and_a_closed_borrower_ends_the_call() -> None:
    destinations, later = table(RM, BORROWER), MORNING + timedelta(minutes=1)
    ring = rung(route(destinations, "geral", MORNING))
    only_rm = closed_by(replace(FIRE, scope="rm"))
    back = rung(next_target(destinations, ring.progress, "busy", later, context=only_rm))
    assert (back.destination, back.target) == ("geral", AGENTS)
    skipped = rung(route(destinations, "geral", later, context=only_rm))
    assert (skipped.destination, skipped.target) == ("geral", AGENTS)
    assert shut(next_target(destinations, ring.progress, "busy", later, context=closed_by(FIRE))).destination == "geral"


def test_a_borrower_that_is_in_the_book_no_more_ends_in_an_apology() -> None:
    ring = rung(route(table(RM, BORROWER), "geral", MORNING))
    gone = next_target(table(RM), ring.progress, "busy", MORNING)
    assert gone == Unreachable("geral", None, "unknown destination")


def test_every_decision_tells_the_rules_that_were_tried_in_order() -> None:
    first = rung(route(table(replace(CST, busy=Divert("ouvidoria")), OUVIDORIA), "cst", MORNING))
    assert tried(first) == [
        ("closure", "none is in force", ""),
        ("special-day", "2026-03-10 is no special day", "hours.office"),
        ("hours", "open at 2026-03-10 09:00 (America/Sao_Paulo)", "hours.office.windows[0]"),
        ("target", "ring sip:desk@example.com for 30 s", "destinations.cst.targets[0]"),
    ]
    passed = next_target(table(replace(CST, busy=Divert("ouvidoria")), OUVIDORIA), first.progress, "busy", MORNING)
    assert tried(passed) == [
        ("target", "busy", "destinations.cst.targets[0]"),
        ("divert", "busy: on to ouvidoria", "destinations.cst.busy"),
        ("closure", "none is in force", ""),
        ("hours", "always open", "destinations.ouvidoria"),
        ("target", "ring sip:ouvidoria@example.com for 30 s", "destinations.ouvidoria.targets[0]"),
    ]
    assert tried(next_target(table(CST), first.progress, "answered", MORNING)) == [
        ("target", "answered", "destinations.cst.targets[0]")
    ]


NAMES = ["a", "b", "c"]
PLAIN: list[Sip | Queue | Number] = [DESK, AGENTS, BACKUP]
single: st.SearchStrategy[AnyTarget] = st.one_of(
    st.sampled_from(PLAIN), st.sampled_from([*NAMES, "lost"]).map(BorrowedTargets)
)
shared = st.permutations(PLAIN)
any_target: st.SearchStrategy[AnyTarget] = st.one_of(
    single, shared.map(lambda pair: Share(((1, pair[0]), (1, pair[1])))), st.just(Together((DESK, BACKUP)))
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


def test_a_season_of_the_rota_is_no_part_of_the_progress() -> None:
    summer = replace(PLANTAO, shifts=(replace(PLANTAO.shifts[0], dates=Dates(last=BREAK.date())), *PLANTAO.shifts))
    on_rota = replace(table(replace(CST, rota="plantao")), rotas={"plantao": summer})
    assert rung(route(on_rota, "cst", BREAK)).progress.as_dict() == {
        "destination": "cst", "index": 0, "on_call": True, "hops": [], "since": "2026-03-10T10:05:00-03:00",
    }  # fmt: skip
