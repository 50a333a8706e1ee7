"""A destination borrows the targets of another one while that is open or on call; then the call comes back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from routing.decide import Unreachable, next_target, route
from routing.destinations import Apologise, Destination, Divert
from routing.targets import BorrowedTargets
from tests.routing.contexts import (
    AGENTS,
    ANA,
    BACKUP,
    CST,
    EVENING,
    FIRE,
    MORNING,
    OUVIDORIA,
    TEAM,
    closed_by,
    rung,
    shut,
    table,
    tried,
)

RM = Destination("rm", (BACKUP, TEAM), "office", (ANA,), busy=Divert("ouvidoria"), exhausted=Apologise("rm-ninguem"))
BORROWER = Destination("geral", (BorrowedTargets("rm"), AGENTS), exhausted=Apologise("geral-ninguem"))


def test_targets_of_another_are_borrowed_and_the_call_comes_back() -> None:
    destinations = table(RM, BORROWER, OUVIDORIA)
    first = rung(route(destinations, "geral", MORNING))
    assert (first.destination, first.target, first.reason) == ("rm", BACKUP, "open; by way of geral")
    assert ("target", "borrow the targets of rm", "destinations.geral.targets[0]") in tried(first)
    second = rung(next_target(destinations, first.progress, "no-answer", MORNING))
    assert (second.destination, second.target) == ("rm", TEAM)
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


def test_a_closed_lender_is_skipped_and_one_on_call_rings_its_staff() -> None:
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
        (replace(RM, targets=(BorrowedTargets("geral"), TEAM)), "which was tried before"),
    ],
)
def test_a_destination_that_cannot_be_borrowed_is_skipped_with_its_reason(
    destination: Destination | None, why: str
) -> None:
    ring = rung(route(table(*([destination] if destination else []), BORROWER), "geral", MORNING))
    assert ring.target in (AGENTS, TEAM)
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
