"""An emergency closure comes before hours; a rota says who is rung outside of them, also in the middle of a call."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from routing.closures import EmergencyClosure
from routing.decide import DestinationClosed, Progress, Unreachable, next_target, route
from routing.destinations import Divert, RingOnCall
from routing.hours import Closed
from routing.rotas import Ladder, Shift
from routing.spans import Dates, parse_span
from routing.targets import Queue
from tests.routing.contexts import (
    ANA,
    BACKUP,
    BREAK,
    BRUNO,
    CST,
    EVENING,
    FIRE,
    HOUR,
    MORNING,
    OUVIDORIA,
    PLANTAO,
    TUESDAY,
    ZONE,
    closed_by,
    rung,
    shut,
    table,
    tried,
)


def test_a_closure_comes_first_and_the_next_opening_is_after_it() -> None:
    decision = shut(route(table(CST), "cst", MORNING, context=closed_by(FIRE)))
    # The closure ends at ten, as the break begins.
    assert decision.closed == Closed("closure", None, MORNING + HOUR + timedelta(minutes=15))
    assert (decision.reason, decision.closure) == ("closed: closure", FIRE)
    assert tried(decision) == [("closure", "closed until 2026-03-10 10:00: incêndio", "")]


def test_what_is_always_open_opens_when_its_closure_ends_by_line_clock() -> None:
    utc = EmergencyClosure("*", MORNING, (MORNING + HOUR).astimezone(ZoneInfo("UTC")), "incêndio")
    opens_at = shut(route(table(OUVIDORIA), "ouvidoria", MORNING, context=closed_by(utc))).closed.opens_at
    assert opens_at == MORNING + HOUR
    assert opens_at.tzinfo is ZONE


def test_nobody_knows_when_a_closure_without_an_end_is_over() -> None:
    endless = replace(FIRE, until=None)
    decision = shut(route(table(CST), "cst", MORNING, context=closed_by(endless)))
    assert decision.closed.opens_at is None
    assert tried(decision) == [("closure", "closed until further notice: incêndio", "")]


def test_a_coming_closure_moves_the_opening_that_callers_are_told() -> None:
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


def test_a_rota_without_anybody_leaves_the_list_on_call_or_an_apology() -> None:
    nobody = replace(PLANTAO, shifts=(Shift((("ana",),), parse_span("07:00-08:00")),), ladder=Ladder())
    on_rota = replace(CST, rota="plantao", closed=RingOnCall())
    alone = replace(table(on_rota), rotas={"plantao": nobody})
    decision = route(alone, "cst", EVENING)
    assert isinstance(decision, Unreachable)
    assert ("rota", "on call: nobody", "rotas.plantao") in tried(decision)
    assert isinstance(route(alone, "cst", BREAK), DestinationClosed)
    listed = replace(table(replace(on_rota, on_call=(BACKUP,))), rotas={"plantao": nobody})
    assert rung(route(listed, "cst", EVENING)).target == BACKUP


def test_a_season_of_the_rota_is_no_part_of_the_progress() -> None:
    summer = replace(PLANTAO, shifts=(replace(PLANTAO.shifts[0], dates=Dates(last=BREAK.date())), *PLANTAO.shifts))
    on_rota = replace(table(replace(CST, rota="plantao")), rotas={"plantao": summer})
    assert rung(route(on_rota, "cst", BREAK)).progress.as_dict() == {
        "destination": "cst", "index": 0, "on_call": True, "hops": [], "since": "2026-03-10T10:05:00-03:00",
    }  # fmt: skip
