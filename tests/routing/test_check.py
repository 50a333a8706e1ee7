"""Every mistake of a routing table is told before a caller meets it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.flow.routing.days import parse_days
from routing.allow_list import AllowList
from routing.check import Violation, check_table
from routing.decide import DestinationClosed, Unreachable, route
from routing.destinations import Announce, Destination, Divert, RingOnCall
from routing.holidays import Calendar
from routing.hours import Closed, Hours, OnCall
from routing.rotas import Ladder, Rota, Shift
from routing.spans import Dates, parse_span
from routing.table import RoutingTable
from routing.targets import BorrowedTargets, Number, Queue, Sip, Together
from routing.windows import Window

ZONE = ZoneInfo("America/Sao_Paulo")
MORNING = (Window(parse_days("seg-sex"), parse_span("08:00-12:00")),)
EVENING = (Window(parse_days("seg-sex"), parse_span("18:00-19:00"), "on_call"),)
HOURS = {
    "morning": Hours("morning", ZONE, MORNING),
    "with-evening": Hours("with-evening", ZONE, MORNING + EVENING),
    "town": Hours("town", ZONE, MORNING, Calendar(), on_local_holiday="on_call"),
}
AGENTS = (Queue("cst"),)
PAGER = (Number("+5511987654321"),)
LADDER = Ladder()


def told(*destinations: Destination) -> list[tuple[str, str]]:
    table = RoutingTable({each.name: each for each in destinations}, HOURS)
    return [(violation.destination, violation.rule) for violation in check_table(table)]


def test_a_sound_book_has_no_problem() -> None:
    assert not told(
        Destination("cst", AGENTS, "morning", closed=Divert("datacenter"), busy=Divert("ouvidoria")),
        Destination("datacenter", AGENTS, "with-evening", PAGER, closed=RingOnCall()),
        Destination("ouvidoria", AGENTS, exhausted=Divert("datacenter")),
    )


@pytest.mark.parametrize(
    ("bad", "rule"),
    [
        (Destination("cst", ()), "no-targets"),
        (Destination("cst", AGENTS, "noon"), "unknown-hours"),
        (Destination("cst", AGENTS, closed=Divert("lost")), "unknown-destination"),
        (Destination("cst", AGENTS, busy=Divert("lost")), "unknown-destination"),
        (Destination("cst", AGENTS, no_answer=Divert("lost")), "unknown-destination"),
        (Destination("cst", AGENTS, failed=Divert("lost")), "unknown-destination"),
        (Destination("cst", AGENTS, exhausted=Divert("lost")), "unknown-destination"),
        (Destination("cst", AGENTS, "morning", closed=RingOnCall()), "no-on-call-targets"),
        (Destination("cst", AGENTS, "with-evening"), "no-on-call-targets"),
        (Destination("cst", AGENTS, "town"), "no-on-call-targets"),
        (Destination("cst", AGENTS, busy=Divert("cst")), "divert-circle"),
    ],
)
def test_one_mistake_is_told_once(bad: Destination, rule: str) -> None:
    assert told(bad) == [("cst", rule)]


def test_all_mistakes_are_told_in_one_pass() -> None:
    assert told(
        Destination("cst", (), "noon", busy=Divert("lost"), failed=Divert("gone")),
        Destination("ouvidoria", (), exhausted=Divert("ouvidoria")),
    ) == [
        ("cst", "unknown-destination"),
        ("cst", "unknown-destination"),
        ("cst", "no-targets"),
        ("cst", "unknown-hours"),
        ("ouvidoria", "no-targets"),
        ("ouvidoria", "divert-circle"),
    ]


def test_a_circle_is_told_once_with_its_way() -> None:
    destinations = {
        "rm": Destination("rm", AGENTS, busy=Divert("cst")),
        "cst": Destination("cst", AGENTS, no_answer=Divert("ouvidoria")),
        "ouvidoria": Destination("ouvidoria", AGENTS, exhausted=Divert("rm")),
        "assessoria": Destination("assessoria", AGENTS, exhausted=Divert("rm")),
    }
    (violation,) = check_table(RoutingTable(destinations, {}))
    assert violation.message == (
        "calls can be diverted in a circle: cst → ouvidoria → rm → cst; let one of these apologise"
    )


def test_a_message_names_what_is_missing_and_the_hours_that_ask_for_it() -> None:
    destination = Destination("cst", AGENTS, "town")
    (violation,) = check_table(RoutingTable({"cst": destination}, HOURS))
    assert (
        violation.message
        == "the destination 'cst' has no on-call targets, but its hours 'town' leave some time to them"
    )


@given(st.dictionaries(st.sampled_from("abcdef"), st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef"))))
def test_a_circle_is_told_where_there_is_one_and_only_there(ways: dict[str, tuple[str, str]]) -> None:
    destinations = {
        name: Destination(name, AGENTS, busy=Divert(first), exhausted=Divert(second))
        for name, (first, second) in ways.items()
    }
    violations = check_table(RoutingTable(destinations, {}))
    # Whatever is left after destinations that lead nowhere on are taken away, again and again, goes round.
    left = dict(ways)
    while ends := [name for name, onward in left.items() if not left.keys() & set(onward)]:
        for name in ends:
            del left[name]
    circles = {violation.destination for violation in violations if violation.rule == "divert-circle"}
    assert bool(circles) == bool(left)
    assert circles <= left.keys()


SINCE = date(2026, 3, 9)
TURNS = (Shift((("ana",), ("bruno",)), parse_span("00:00-24:00"), anchor=SINCE),)


def plantao(*shifts: Shift, ladder: Ladder = LADDER) -> Rota:
    return Rota("plantao", ZONE, {"ana": "+551150900101", "bruno": "+551150900102"}, shifts, ladder)


def ahead(rota: Rota | None, *destinations: Destination, hours: dict[str, Hours] = HOURS) -> list[Violation]:
    rotas = {"plantao": rota} if rota else {}
    return check_table(RoutingTable({each.name: each for each in destinations}, hours, rotas=rotas), SINCE)


ON_ROTA = Destination("datacenter", AGENTS, "with-evening", closed=RingOnCall(), rota="plantao")


def test_a_rota_that_covers_two_years_is_sound() -> None:
    assert ahead(plantao(*TURNS), ON_ROTA) == []


def test_a_minute_that_nobody_takes_is_named_with_its_day_and_time() -> None:
    weekdays = Shift((("ana",),), parse_span("00:00-24:00"), parse_days("seg-sab"))
    (violation,) = ahead(plantao(weekdays), ON_ROTA)
    assert violation == Violation(
        "datacenter",
        "the rota 'plantao' has nobody on call on dom from 00:00 to 24:00 (first on 2026-03-15), when the destination"
        " 'datacenter' rings it; add a shift, or close the desk then",
        "rota-gap",
        "rotas.plantao",
    )


def test_only_the_time_that_is_left_to_the_rota_needs_it() -> None:
    evenings = Shift((("ana",),), parse_span("18:00-19:00"), parse_days("seg-sex"))
    assert ahead(plantao(evenings), replace(ON_ROTA, closed=Announce())) == []
    town = replace(ON_ROTA, hours="town", closed=Announce())
    birthday = Calendar(local={date(2027, 1, 25): "aniversário"})
    hours = {"town": replace(HOURS["town"], holidays=birthday)}
    (violation,) = ahead(plantao(evenings), town, hours=hours)
    assert "on seg from 08:00 to 12:00 (first on 2027-01-25)" in violation.message


def test_two_shifts_of_one_time_are_told_once_for_all_that_ring_them() -> None:
    double = plantao(*TURNS, Shift((("bruno",),), parse_span("12:00-13:00")))
    (violation,) = ahead(double, ON_ROTA, replace(ON_ROTA, name="suporte"))
    assert (violation.rule, violation.key) == ("rota-overlap", "rotas.plantao.shifts[1]")
    assert "on seg, ter, qua, qui, sex, sab, dom from 12:00 to 13:00 (first on 2026-03-09)" in violation.message


def test_hours_that_stay_closed_for_more_than_a_year_are_told() -> None:
    ended = Hours("ended", ZONE, (replace(MORNING[0], dates=Dates(last=date(2026, 6, 30))),))
    (violation,) = ahead(None, Destination("cst", AGENTS, "ended"), hours={"ended": ended})
    assert (violation.rule, violation.key) == ("never-opens", "hours.ended")
    assert "stay closed for more than a year from 2026-06-30 12:00 on" in violation.message


def test_a_rota_must_exist_and_its_numbers_must_be_allowed() -> None:
    assert [violation.rule for violation in ahead(None, ON_ROTA)] == ["unknown-rota"]
    abroad = replace(plantao(*TURNS), people={"ana": "+551150900101", "bruno": "+12025550100"})
    resort = replace(abroad, ladder=Ladder(last_resort=Number("+12025550101")))
    assert [(violation.rule, violation.key) for violation in ahead(resort, ON_ROTA)] == [
        ("not-allowed", "rotas.plantao.people.bruno"),
        ("not-allowed", "rotas.plantao.ladder"),
    ]


def test_every_telephone_that_is_not_allowed_is_told_at_its_place() -> None:
    abroad, sip = Number("+12025550100"), Sip("sip:a@example.com")
    destination = Destination(
        "cst",
        (AGENTS[0], Together((abroad, sip))),
        on_call=(abroad,),
        contracts={"SLA": (PAGER[0], sip)},
    )
    allowed = AllowList(sip_domains=frozenset({"desk.example.com"}))
    violations = check_table(RoutingTable({"cst": destination}, HOURS, allowed=allowed))
    assert [(violation.rule, violation.key) for violation in violations] == [
        ("not-allowed", "destinations.cst.targets[1]"),
        ("not-allowed", "destinations.cst.targets[1]"),
        ("not-allowed", "destinations.cst.on_call[0]"),
        ("not-allowed", "destinations.cst.contracts.SLA[1]"),
    ]


def test_destinations_that_borrow_from_each_other_are_a_circle() -> None:
    assert told(Destination("a", (BorrowedTargets("b"),)), Destination("b", AGENTS, exhausted=Divert("a"))) == [
        ("a", "divert-circle")
    ]


@pytest.mark.untraced
def test_two_years_of_thirty_destinations_hold_without_a_gap() -> None:
    calendar = Calendar(state="SP", local={date(2027, 1, 25): "aniversário"})
    week = [Window(parse_days("seg-sex"), parse_span(span)) for span in ("08:00-12:00", "13:30-18:00", "22:00-06:00")]
    hours = {str(at): Hours(str(at), ZONE, tuple(week), calendar, on_local_holiday="on_call") for at in range(6)}
    destinations = [replace(ON_ROTA, name=f"desk-{at}", hours=str(at % 6)) for at in range(30)]
    assert ahead(plantao(*TURNS), *destinations, hours=hours) == []


CALENDAR = Calendar(extra={date(2026, 3, 11): "festa"})

half_days = st.sampled_from(["00:00-12:00", "12:00-24:00", "08:00-18:00", "22:00-06:00", "00:00-24:00"])
shifts = st.builds(
    lambda span, days: Shift((("ana",),), parse_span(span), days),
    half_days,
    st.frozensets(st.integers(0, 6), min_size=1),
)
kept = st.builds(
    lambda span, days, policy: Hours(
        "h", ZONE, (Window(days, parse_span(span), "on_call"), *MORNING[: span == "12:00-24:00"]), CALENDAR, policy
    ),
    half_days,
    st.frozensets(st.integers(0, 6), min_size=1),
    st.sampled_from(["closed", "on_call", "open"]),
)


@pytest.mark.untraced
@settings(max_examples=5)
@given(st.lists(shifts, min_size=1, max_size=3), kept, st.booleans())
def test_a_table_without_a_gap_rings_or_tells_an_opening_each_half_hour(
    drawn: list[Shift], hours: Hours, when_closed: bool
) -> None:
    destination = Destination("cst", AGENTS, "h", closed=RingOnCall() if when_closed else Announce(), rota="plantao")
    table = RoutingTable({"cst": destination}, {"h": hours}, rotas={"plantao": plantao(*drawn)})
    gap = any(violation.rule == "rota-gap" for violation in check_table(table, SINCE))
    begins = datetime(2026, 3, 9, tzinfo=ZONE)
    answers = [route(table, "cst", begins + timedelta(minutes=30 * step)) for step in range(14 * 48)]
    unanswered = any(isinstance(answer, Unreachable) for answer in answers)
    # A gap may lie on a holiday that is not in these two weeks; the other way round there is no excuse.
    assert gap or not unanswered
    if hours.on_holiday != "on_call":
        assert unanswered is gap
    assert all(answer.closed.opens_at for answer in answers if isinstance(answer, DestinationClosed))


NEW_YORK = ZoneInfo("America/New_York")
seasons = st.sampled_from([Dates(), Dates(date(2026, 7, 1), date(2027, 8, 31)), Dates(last=date(2026, 5, 1))])


@pytest.mark.untraced
@settings(max_examples=15)
@given(
    st.lists(st.tuples(shifts, seasons), min_size=1, max_size=3),
    kept,
    seasons,
    st.sampled_from([(ZONE, ZONE), (NEW_YORK, NEW_YORK), (NEW_YORK, ZONE)]),
    st.booleans(),
)
def test_a_day_of_each_kind_tells_what_every_change_of_two_years_does(
    drawn: list[tuple[Shift, Dates]],
    hours: Hours,
    season: Dates,
    zones: tuple[ZoneInfo, ZoneInfo],
    when_closed: bool,
) -> None:
    windows = tuple(replace(window, dates=season) for window in hours.windows)
    hours = replace(hours, zone=zones[0], windows=windows)
    rota = replace(plantao(*(replace(shift, dates=dates) for shift, dates in drawn)), zone=zones[1])
    destination = Destination("cst", AGENTS, "h", closed=RingOnCall() if when_closed else Announce(), rota="plantao")
    table = RoutingTable({"cst": destination}, {"h": hours}, rotas={"plantao": rota})

    stretches = list(hours.stretches(*(datetime(year, 3, 9, tzinfo=zones[0]) for year in (2026, 2028))))
    rung = (OnCall, Closed) if when_closed else OnCall
    conflicts = rota.violations([(each.begins, each.ends) for each in stretches if isinstance(each.status, rung)])
    shut = closed_for = timedelta()
    for each in stretches:
        closed_for = closed_for + (each.ends - each.begins) if isinstance(each.status, Closed) else timedelta()
        shut = max(shut, closed_for)
    told = [each.message for each in check_table(table, SINCE)]
    if shut > timedelta(days=366):
        assert "stay closed for more than a year" in told.pop(0)
    expected = list(dict.fromkeys(map(str, conflicts)))
    assert len(told) == len(expected)
    assert all(conflict in message for conflict, message in zip(expected, told, strict=True))
