"""Who is on call, in which order they are rung, and where the rota has holes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.flow.routing.days import parse_days
from routing.rotas import Ladder, Rota, Rung, Shift
from routing.spans import ALWAYS, EVERY_DAY, Dates, Span, parse_span
from routing.targets import Number, Queue

ZONE = ZoneInfo("America/Sao_Paulo")
PEOPLE = {"ana": "+551150900101", "bruno": "+551150900102", "carla": "+551150900103"}
WEEK = parse_days("seg-sex")
MONDAY = date(2026, 3, 9)
LADDER = Ladder()


def rota(*shifts: Shift, ladder: Ladder = LADDER) -> Rota:
    return Rota("plantao", ZONE, PEOPLE, shifts, ladder)


def shift(who: str, span: str, days: frozenset[int] = EVERY_DAY, dates: Dates = ALWAYS) -> Shift:
    return Shift((tuple(who.split()),), parse_span(span), days, dates=dates)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def people_at(rota: Rota, text: str) -> list[str]:
    return [rung.person for rung in rota.at(local(text))]


def test_the_shift_that_holds_is_rung_in_its_order() -> None:
    week = rota(shift("ana bruno", "07:00-12:00", WEEK), shift("bruno ana", "12:00-19:00", WEEK))
    assert week.at(local("2026-03-10T07:00")) == (
        Rung("ana", PEOPLE["ana"], 30),
        Rung("bruno", PEOPLE["bruno"], 30),
    )
    assert people_at(week, "2026-03-10T12:00") == ["bruno", "ana"]
    assert people_at(week, "2026-03-10T19:00") == people_at(week, "2026-03-14T09:00") == []
    assert week.key_at(local("2026-03-10T12:00")) == "rotas.plantao.shifts[1]"
    assert week.key_at(local("2026-03-14T12:00")) == "rotas.plantao"


def test_the_instant_is_read_on_the_clock_of_the_rota() -> None:
    assert [each.person for each in rota(shift("ana", "07:00-08:00")).at(datetime(2026, 3, 10, 10, tzinfo=UTC))] == [
        "ana"
    ]
    with pytest.raises(ValueError, match="aware"):
        rota(shift("ana", "07:00-08:00")).at(datetime(2026, 3, 10, 10))


def test_teams_take_turns_by_week_and_a_night_is_of_the_day_it_begins() -> None:
    turns = rota(Shift((("ana",), ("bruno",), ("carla",)), parse_span("18:00-08:00"), anchor=MONDAY))
    evenings = ["2026-03-02T20:00", "2026-03-09T20:00", "2026-03-16T07:59", "2026-03-16T18:00", "2026-03-23T20:00"]
    assert [people_at(turns, at) for at in evenings] == [["carla"], ["ana"], ["ana"], ["bruno"], ["carla"]]
    assert people_at(turns, "2026-03-30T20:00") == ["ana"]


def test_a_shift_with_dates_stands_in_for_the_others() -> None:
    fair = Dates(date(2026, 3, 10), date(2026, 3, 11))
    covered = rota(shift("ana", "07:00-19:00"), shift("carla", "09:00-12:00", dates=fair))
    assert [people_at(covered, f"2026-03-{day}T10:00") for day in ("09", "10", "11", "12")] == [
        ["ana"], ["carla"], ["carla"], ["ana"],
    ]  # fmt: skip
    assert people_at(covered, "2026-03-10T12:00") == ["ana"]


def test_each_rung_is_asked_to_accept_and_the_last_resort_is_not() -> None:
    ladder = Ladder(20, 2, Queue("plantao"))
    rungs = rota(shift("ana bruno carla", "07:00-19:00", WEEK), ladder=ladder)
    assert rungs.targets_at(local("2026-03-10T10:00")) == (
        Number(PEOPLE["ana"], 20, accept=True),
        Number(PEOPLE["bruno"], 20, accept=True),
        Queue("plantao"),
    )
    assert rungs.targets_at(local("2026-03-14T10:00")) == (Queue("plantao"),)
    assert rota(shift("ana", "07:00-19:00", WEEK)).targets_at(local("2026-03-14T10:00")) == ()


@pytest.mark.parametrize(
    ("make", "remedy"),
    [
        (lambda: rota(), "has no shifts"),
        (lambda: rota(shift("davi", "07:00-08:00")), "'davi' is nobody of the rota 'plantao'"),
        (lambda: Rota("r", ZONE, {"ana": "11 5090-0101"}, (shift("ana", "07:00-08:00"),)), r"write \+551150900101"),
        (lambda: shift("", "07:00-08:00"), "needs people to ring"),
        (lambda: shift("ana", "07:00-08:00", frozenset()), "needs days of the week"),
        (lambda: Shift((("ana",), ("bruno",)), parse_span("07:00-08:00")), "the date on which the first one begins"),
        (lambda: Ladder(4), "from 5 to 600 seconds"),
        (lambda: Ladder(30, 0), "one rung at least"),
    ],
)
def test_what_makes_no_rota_is_refused_with_a_remedy(make: Callable[[], object], remedy: str) -> None:
    with pytest.raises(ValueError, match=remedy):
        make()


def year(*spans: str, days: frozenset[int] = WEEK) -> list[tuple[datetime, datetime]]:
    """The spans of every day of 2026 that is one of ``days``."""
    dates = [date(2026, 1, 1) + timedelta(days=day) for day in range(365)]
    parsed = [parse_span(span) for span in spans]
    return [
        (datetime.combine(day, span.opens, ZONE), datetime.combine(day, span.closes, ZONE))
        for day in dates
        if day.weekday() in days
        for span in parsed
    ]


def test_a_rota_that_covers_what_is_needed_has_no_problem() -> None:
    covering = rota(shift("ana", "07:00-12:00", WEEK), shift("bruno", "12:00-19:00", WEEK))
    assert covering.violations(year("07:00-08:00", "12:00-13:30", "18:00-19:00")) == []
    assert covering.violations([]) == []


def test_a_gap_is_named_once_with_its_days_and_times() -> None:
    late = rota(shift("ana", "07:30-19:00", parse_days("seg-qui")))
    assert [str(conflict) for conflict in late.violations(year("07:00-08:00", "18:00-19:00"))] == [
        "on seg, ter, qua, qui from 07:00 to 07:30 (first on 2026-01-01)",
        "on sex from 07:00 to 08:00 (first on 2026-01-02)",
        "on sex from 18:00 to 19:00 (first on 2026-01-02)",
    ]


def test_a_gap_over_a_weekend_is_told_with_both_its_ends() -> None:
    week = rota(shift("ana", "00:00-24:00", WEEK))
    whole = [(local("2026-03-01T00:00"), local("2026-04-01T00:00"))]
    assert [str(conflict) for conflict in week.violations(whole)] == [
        "on dom from 00:00 to 24:00 (first on 2026-03-01)",
        "on sab from 00:00 to seg 00:00 (first on 2026-03-07)",
    ]


def test_two_shifts_at_once_are_told_unless_one_stands_in_for_the_other() -> None:
    dates = Dates(date(2026, 3, 10), date(2026, 3, 10))
    double = rota(
        shift("ana", "07:00-13:00", WEEK),
        shift("bruno", "12:00-19:00", WEEK),
        shift("carla", "00:00-24:00", dates=dates),
    )
    (conflict,) = double.violations(year("07:00-19:00"))
    assert conflict.shifts == (0, 1)
    assert str(conflict) == "on seg, ter, qua, qui, sex from 12:00 to 13:00 (first on 2026-01-01)"


spans = st.sampled_from(["00:00-24:00", "08:00-12:00", "12:00-18:00", "22:00-06:00", "18:00-24:00"]).map(parse_span)
dates = st.sampled_from([Dates(), Dates(), Dates(date(2026, 3, 10), date(2026, 3, 12))])
shifts = st.builds(
    Shift,
    st.sampled_from([(("ana",),), (("ana", "bruno"), ("carla",))]),
    spans,
    st.frozensets(st.integers(0, 6), min_size=1),
    st.just(MONDAY),
    dates,
)


def holds_by_hand(shift: Shift, here: datetime) -> bool:
    minute = here.hour * 60 + here.minute
    for day, at in ((here.date() - timedelta(days=1), minute + 1440), (here.date(), minute)):
        begin, end = shift.span.minutes()
        if day.weekday() in shift.days and shift.dates.holds(day) and begin <= at < end:
            return True
    return False


@pytest.mark.untraced
@settings(max_examples=12)
@given(st.lists(shifts, min_size=1, max_size=4))
def test_gaps_and_overlaps_are_exactly_the_half_hours_that_have_them(drawn: list[Shift]) -> None:
    week = rota(*drawn)
    begins = local("2026-03-08T00:00")
    conflicts = week.violations([(begins, begins + timedelta(days=7))])
    gap = overlap = False
    for half_hours in range(7 * 48):
        here = begins + timedelta(minutes=30 * half_hours)
        held = [at for at, each in enumerate(drawn) if holds_by_hand(each, here)]
        held = [at for at in held if drawn[at].dated] or held
        assert bool(week.at(here)) is bool(held)
        gap, overlap = gap or not held, overlap or len(held) > 1
    assert any(not conflict.shifts for conflict in conflicts) is gap
    assert any(conflict.shifts for conflict in conflicts) is overlap


def test_a_span_that_only_nights_have_is_no_day() -> None:
    night = shift("ana", "22:00-06:00", parse_days("sex"))
    assert night.day_at(local("2026-03-14T05:00")) == date(2026, 3, 13)
    assert night.day_at(local("2026-03-13T05:00")) is None
    assert night.span == Span(time(22), time(6))
