"""Where a call goes: by the hours of its destination, then from target to target and on to others, and never round."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.flow.routing.days import parse_days
from routing.decide import (
    MAX_DIVERTS,
    Connected,
    Decision,
    DestinationClosed,
    Progress,
    Ring,
    Unreachable,
    next_target,
    route,
)
from routing.destinations import (
    AfterFailure,
    AfterLast,
    Announce,
    Apologise,
    ClosedAnswer,
    Destination,
    Divert,
    NextTarget,
    Number,
    Queue,
    RingOnCall,
    Sip,
    Target,
)
from routing.hours import Closed, Hours
from routing.outcomes import TargetOutcome
from routing.spans import parse_span
from routing.table import RoutingTable
from routing.windows import Window

ZONE = ZoneInfo("America/Sao_Paulo")
TUESDAY = datetime(2026, 3, 10, 10, 0, tzinfo=ZONE)
LUNCH = TUESDAY.replace(hour=12)
EVENING = TUESDAY.replace(hour=20)
SATURDAY = datetime(2026, 3, 14, 10, 0, tzinfo=ZONE)
MONDAY_AT_EIGHT = datetime(2026, 3, 16, 8, 0, tzinfo=ZONE)

WEEK = parse_days("seg-sex")
OFFICE = Hours(
    "office",
    ZONE,
    (
        Window(WEEK, parse_span("08:00-12:00")),
        Window(WEEK, parse_span("12:00-13:00"), "on_call"),
        Window(WEEK, parse_span("13:00-18:00")),
    ),
)

TEAM = Sip("sip:desk@example.com")
AGENTS = Queue("cst")
PAGER = Number("+5511987654321")
SECOND_PAGER = Number("+5511987654322")

CST = Destination("cst", (TEAM, AGENTS), "office", (PAGER, SECOND_PAGER))
OUVIDORIA = Destination("ouvidoria", (Sip("sip:ouvidoria@example.com"),))


def table(*destinations: Destination) -> RoutingTable:
    return RoutingTable({each.name: each for each in destinations}, {"office": OFFICE})


def rung(decision: Decision) -> Ring:
    assert isinstance(decision, Ring)
    return decision


def test_an_open_destination_is_rung_at_its_first_target() -> None:
    assert route(table(CST), "cst", TUESDAY) == Ring(Progress("cst"), TEAM, "open")
    assert route(table(OUVIDORIA), "ouvidoria", SATURDAY).reason == "open"


def test_while_staff_are_on_call_the_on_call_targets_are_rung() -> None:
    assert route(table(CST), "cst", LUNCH) == Ring(Progress("cst", on_call=True), PAGER, "on-call")


def test_a_closed_destination_says_when_it_opens() -> None:
    closed = Closed("weekend", None, MONDAY_AT_EIGHT)
    assert route(table(CST), "cst", SATURDAY) == DestinationClosed("cst", "closed: weekend", closed)


def test_a_closed_destination_may_ring_its_staff_on_call() -> None:
    datacenter = replace(CST, closed=RingOnCall())
    ring = rung(route(table(datacenter), "cst", EVENING))
    assert ring == Ring(Progress("cst", on_call=True), PAGER, "on-call: night")
    following = next_target(table(datacenter), ring.progress, "no-answer", EVENING)
    assert following == Ring(Progress("cst", 1, on_call=True), SECOND_PAGER, "next target: no-answer")


def test_a_closed_destination_may_divert_to_another_whose_hours_hold() -> None:
    cst = replace(CST, closed=Divert("ouvidoria"))
    ring = rung(route(table(cst, OUVIDORIA), "cst", EVENING))
    assert ring.destination == "ouvidoria"
    assert ring.progress.hops == ("cst",)
    assert ring.reason == "diverted from cst: closed: night"
    both_shut = route(table(cst, replace(OUVIDORIA, hours="office")), "cst", EVENING)
    assert isinstance(both_shut, DestinationClosed)
    assert (both_shut.destination, both_shut.reason) == (
        "ouvidoria",
        "diverted from cst: closed: night; closed: night",
    )


def test_two_closed_destinations_that_name_each_other_say_when_they_open() -> None:
    cst = replace(CST, closed=Divert("ouvidoria"))
    ouvidoria = replace(OUVIDORIA, hours="office", closed=Divert("cst"))
    decision = route(table(cst, ouvidoria), "cst", SATURDAY)
    assert isinstance(decision, DestinationClosed)
    assert decision.destination == "ouvidoria"
    assert decision.closed.opens_at == MONDAY_AT_EIGHT


@pytest.mark.parametrize("result", ["busy", "no-answer", "failed", "canceled", "queue-timeout", "queue-full"])
def test_after_a_failure_the_next_target_is_rung_and_then_an_apology(result: TargetOutcome) -> None:
    ring = rung(route(table(CST), "cst", TUESDAY))
    second = rung(next_target(table(CST), ring.progress, result, TUESDAY))
    assert second == Ring(Progress("cst", 1), AGENTS, f"next target: {result}")
    assert next_target(table(CST), second.progress, result, TUESDAY) == Unreachable("cst", None, f"gave up: {result}")


@pytest.mark.parametrize("result", ["answered", "completed"])
def test_a_caller_who_was_answered_is_served(result: TargetOutcome) -> None:
    assert next_target(table(CST), Progress("cst", 1), result, TUESDAY) == Connected("cst", "answered")


@pytest.mark.parametrize(
    ("result", "prompt"),
    [
        ("busy", "all-busy"),
        ("queue-full", "all-busy"),
        ("no-answer", "nobody-there"),
        ("canceled", "nobody-there"),
        ("queue-timeout", "nobody-there"),
        ("failed", "line-down"),
        ("system-error", "line-down"),
    ],
)
def test_each_result_has_the_answer_that_its_destination_gives_it(result: TargetOutcome, prompt: str) -> None:
    cst = replace(CST, busy=Apologise("all-busy"), no_answer=Apologise("nobody-there"), failed=Apologise("line-down"))
    decision = next_target(table(cst), Progress("cst"), result, TUESDAY)
    assert decision == Unreachable("cst", prompt, f"gave up: {result}")


def test_a_busy_destination_may_pass_the_call_on_at_once() -> None:
    cst = replace(CST, busy=Divert("ouvidoria"))
    decision = rung(next_target(table(cst, OUVIDORIA), Progress("cst"), "busy", TUESDAY))
    assert decision.progress == Progress("ouvidoria", hops=("cst",))
    assert decision.reason == "diverted from cst: busy"


def test_a_call_passed_on_to_staff_on_call_tells_both_reasons() -> None:
    ouvidoria = replace(OUVIDORIA, exhausted=Divert("cst"))
    decision = next_target(table(CST, ouvidoria), Progress("ouvidoria"), "failed", LUNCH)
    assert decision == Ring(
        Progress("cst", on_call=True, hops=("ouvidoria",)), PAGER, "diverted from ouvidoria: failed; on-call"
    )


def test_a_call_that_came_before_closing_time_rings_every_target() -> None:
    just_before = TUESDAY.replace(hour=17, minute=59)
    ring = rung(route(table(CST), "cst", just_before))
    assert rung(next_target(table(CST), ring.progress, "no-answer", EVENING)).target == AGENTS


def test_a_caller_is_not_sent_back_to_a_destination_that_could_not_help() -> None:
    cst = replace(CST, exhausted=Divert("ouvidoria"))
    ouvidoria = replace(OUVIDORIA, exhausted=Divert("cst"))
    decision = next_target(table(cst, ouvidoria), Progress("ouvidoria", hops=("cst",)), "busy", TUESDAY)
    assert decision == Unreachable("ouvidoria", None, "diverted in a circle; gave up: busy")


def test_a_destination_that_passes_calls_to_itself_apologises() -> None:
    cst = replace(CST, busy=Divert("cst"))
    assert isinstance(next_target(table(cst), Progress("cst"), "busy", TUESDAY), Unreachable)


def test_nobody_is_passed_on_for_ever() -> None:
    destinations = [
        Destination(f"desk-{number}", (), exhausted=Divert(f"desk-{number + 1}")) for number in range(5_000)
    ]
    decision = route(table(*destinations), "desk-0", TUESDAY)
    assert isinstance(decision, Unreachable)
    assert decision.destination == f"desk-{MAX_DIVERTS}"


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (Destination("cst", ()), "gave up: no targets"),
        (replace(CST, on_call=(), closed=RingOnCall()), "gave up: no targets"),
        (replace(CST, hours="lost"), "unknown hours"),
        (Destination("cst", (), exhausted=Divert("lost")), "diverted from cst: no targets; unknown destination"),
    ],
)
def test_a_book_with_a_mistake_ends_in_an_apology_and_tells_the_mistake(bad: Destination, reason: str) -> None:
    decision = route(table(bad), "cst", EVENING)
    assert isinstance(decision, Unreachable)
    assert decision.reason == reason


def test_a_destination_that_is_not_in_the_book_any_more_ends_in_an_apology() -> None:
    assert route(table(), "cst", TUESDAY) == Unreachable("cst", None, "unknown destination")
    assert next_target(table(), Progress("cst"), "busy", TUESDAY) == Unreachable("cst", None, "unknown destination")
    shorter = table(replace(CST, targets=(TEAM,)))
    assert isinstance(next_target(shorter, Progress("cst", 7), "busy", TUESDAY), Unreachable)


NAMES = ["a", "b", "c", "d"]
diverts = st.sampled_from([*NAMES, "lost"]).map(Divert)
after: st.SearchStrategy[AfterFailure] = st.one_of(st.just(NextTarget()), st.just(Apologise()), diverts)
last: st.SearchStrategy[AfterLast] = st.one_of(st.just(Apologise()), diverts)
closed_answers: st.SearchStrategy[ClosedAnswer] = st.one_of(st.just(Announce()), st.just(RingOnCall()), diverts)
TARGETS: tuple[Target, ...] = (TEAM, AGENTS, PAGER)
target_lists = st.lists(st.sampled_from(TARGETS), max_size=3).map(tuple)


@st.composite
def tables(draw: st.DrawFn) -> RoutingTable:
    hours = st.sampled_from([None, "office", "lost"])
    return table(
        *(
            Destination(
                name,
                draw(target_lists),
                draw(hours),
                draw(target_lists),
                draw(closed_answers),
                draw(after),
                draw(after),
                draw(after),
                draw(last),
            )
            for name in NAMES
        )
    )


results: st.SearchStrategy[TargetOutcome] = st.sampled_from(
    ["busy", "no-answer", "failed", "canceled", "queue-timeout", "queue-full", "error"]
)
instants = st.sampled_from([TUESDAY, LUNCH, EVENING, SATURDAY])


@given(tables(), instants, st.data())
def test_in_any_table_no_target_is_rung_twice_and_every_call_ends(
    any_book: RoutingTable, at: datetime, data: st.DataObject
) -> None:
    tried: set[tuple[str, bool, int]] = set()
    decision = route(any_book, "a", at)
    while isinstance(decision, Ring):
        progress = decision.progress
        attempt = (progress.destination, progress.on_call, progress.index)
        assert attempt not in tried
        tried.add(attempt)
        destination = any_book.destinations[decision.destination]
        assert decision.target == (destination.on_call if progress.on_call else destination.targets)[progress.index]
        stored = Progress.from_dict(json.loads(json.dumps(progress.as_dict())))
        assert stored == progress
        decision = next_target(any_book, stored, data.draw(results), at)
    assert isinstance(decision, DestinationClosed | Unreachable)
    assert decision.reason


def test_a_progress_that_lacks_a_value_is_refused() -> None:
    with pytest.raises(KeyError, match="on_call"):
        Progress.from_dict({"destination": "cst", "index": 0, "hops": []})
