"""Open, on call or closed: by the clock of the destination's own zone, its windows and its holidays."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ivr.flow.routing.days import parse_days
from routing.holidays import Calendar
from routing.hours import (
    Closed,
    HolidayPolicy,
    Hours,
    OnCall,
    Open,
    Status,
)
from routing.spans import EVERY_DAY, Dates, Span, parse_span
from routing.windows import Kind, SpecialDay, Window

SAO_PAULO = ZoneInfo("America/Sao_Paulo")
ZONES = tuple(
    ZoneInfo(f"America/{place}")
    for place in ("Sao_Paulo", "Manaus", "Noronha", "Rio_Branco", "Belem", "Mexico_City", "New_York")
)
"""Five of Brazil, Mexico, and one whose clocks are still changed twice a year."""
WEEK = parse_days("seg-sex")
BIRTHDAY = date(2027, 1, 25)  # a Monday
CALENDAR = Calendar(state="SP", extra={date(2026, 2, 17): "Carnaval"}, local={BIRTHDAY: "aniversário de São Paulo"})


def window(days: frozenset[int], span: str, *, on_call: bool = False) -> Window:
    return Window(days, parse_span(span), "on_call" if on_call else "open")


SUPORTE = Hours(
    "suporte",
    SAO_PAULO,
    (
        window(WEEK, "07:00-08:00", on_call=True),
        window(WEEK, "08:00-12:00"),
        window(WEEK, "12:00-13:30", on_call=True),
        window(WEEK, "13:30-18:00"),
        window(WEEK, "18:00-19:00", on_call=True),
    ),
    CALENDAR,
    on_local_holiday="on_call",
)
CST = Hours("cst", SAO_PAULO, (window(WEEK, "13:30-18:00"), window(WEEK, "08:00-12:00")), CALENDAR)


def local(text: str, zone: ZoneInfo = SAO_PAULO) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("moment", "status"),
    [
        ("2026-03-10T07:00", OnCall()),
        ("2026-03-10T08:00", Open()),
        ("2026-03-10T11:59:59.999999", Open()),
        ("2026-03-10T12:00", OnCall()),
        ("2026-03-10T13:30", Open()),
        ("2026-03-10T18:59", OnCall()),
    ],
)
def test_staff_on_call_cover_the_edges_of_the_day_and_lunch(moment: str, status: Status) -> None:
    assert SUPORTE.at(local(moment)) == status


@pytest.mark.parametrize(
    ("moment", "reason", "holiday", "opens_at"),
    [
        ("2026-03-10T12:00", "break", None, "2026-03-10T13:30"),
        ("2026-03-10T07:59", "night", None, "2026-03-10T08:00"),
        ("2026-03-10T18:00", "night", None, "2026-03-11T08:00"),
        ("2026-03-13T18:00", "night", None, "2026-03-16T08:00"),
        ("2026-03-14T10:00", "weekend", None, "2026-03-16T08:00"),
        ("2026-12-25T10:00", "holiday", "Natal", "2026-12-28T08:00"),
        ("2026-12-24T22:00", "night", None, "2026-12-28T08:00"),
        ("2026-02-17T10:00", "holiday", "Carnaval", "2026-02-18T08:00"),
        ("2027-01-25T10:00", "holiday", "aniversário de São Paulo", "2027-01-26T08:00"),
    ],
)
def test_a_closed_destination_says_why_and_when_it_opens(
    moment: str, reason: str, holiday: str | None, opens_at: str
) -> None:
    status = CST.at(local(moment))
    assert isinstance(status, Closed)
    assert (status.reason, status.holiday_name) == (reason, holiday)
    assert status.opens_at == local(opens_at)
    assert status.opens_at.tzinfo is SAO_PAULO


def test_a_weekday_without_windows_is_no_weekend() -> None:
    mondays = Hours("auditoria", SAO_PAULO, (window(parse_days("seg"), "08:00-12:00"),))
    assert mondays.at(local("2026-03-11T10:00")) == Closed("night", None, local("2026-03-16T08:00"))


def test_the_evening_of_a_working_saturday_is_a_night() -> None:
    shop = Hours("loja", SAO_PAULO, (window(parse_days("sab"), "08:00-12:00"),))
    assert shop.at(local("2026-03-14T12:00")) == Closed("night", None, local("2026-03-21T08:00"))


def test_staff_on_call_serve_the_towns_holidays_and_say_which_it_is() -> None:
    assert SUPORTE.at(local("2027-01-25T10:00")) == OnCall("aniversário de São Paulo")
    assert SUPORTE.at(local("2026-12-25T10:00")) == Closed("holiday", "Natal", local("2026-12-28T07:00"))


def test_a_holiday_may_be_a_day_like_any_other() -> None:
    shop = Hours("loja", SAO_PAULO, (window(WEEK, "08:00-12:00"),), CALENDAR, on_holiday="open")
    assert shop.at(local("2026-12-25T10:00")) == Open()


def test_the_date_of_a_holiday_is_the_one_where_the_destination_is() -> None:
    day_and_night = Hours("sempre", SAO_PAULO, (window(parse_days("todos"), "00:00-24:00"),), CALENDAR)
    assert day_and_night.at(datetime(2026, 12, 25, 2, 59, tzinfo=UTC)) == Open()
    assert day_and_night.at(datetime(2026, 12, 25, 3, 0, tzinfo=UTC)) == Closed(
        "holiday", "Natal", local("2026-12-26T00:00")
    )


def test_an_instant_of_any_zone_is_read_on_the_destinations_own_clock() -> None:
    tokyo = datetime(2026, 3, 10, 20, 0, tzinfo=timezone(timedelta(hours=9)))
    assert CST.at(tokyo) == CST.at(local("2026-03-10T08:00"))


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        CST.at(datetime(2026, 3, 10, 8, 0))


def test_a_destination_shut_for_more_than_a_year_has_no_opening_to_tell() -> None:
    shut = {date(2026, 1, 1) + timedelta(days=day): "reforma" for day in range(500)}
    closed = Hours("obra", SAO_PAULO, (window(WEEK, "08:00-12:00"),), Calendar(extra=shut))
    assert closed.at(local("2026-01-02T10:00")) == Closed("holiday", "reforma", None)


def test_hours_know_whether_they_ever_leave_calls_to_the_staff_on_call() -> None:
    plain = (window(WEEK, "08:00-12:00"),)
    assert SUPORTE.may_be_on_call
    assert Hours("h", SAO_PAULO, plain, CALENDAR, on_holiday="on_call").may_be_on_call
    assert not Hours("h", SAO_PAULO, plain, None, on_holiday="on_call").may_be_on_call
    assert not CST.may_be_on_call


def test_an_opening_that_the_clocks_skip_is_at_the_end_of_the_gap() -> None:
    # Summer time began in São Paulo on 2018-11-04: midnight to one o'clock did not exist.
    sundays = Hours("domingo", SAO_PAULO, (window(parse_days("dom"), "00:00-06:00"),))
    closed = sundays.at(local("2018-11-03T12:00"))
    assert isinstance(closed, Closed)
    assert closed.opens_at == datetime(2018, 11, 4, 3, 0, tzinfo=UTC)
    short = Hours("domingo", SAO_PAULO, (window(parse_days("dom"), "00:00-00:30"),))
    closed = short.at(local("2018-11-03T12:00"))
    assert isinstance(closed, Closed)
    assert closed.opens_at == local("2018-11-11T00:00")


def test_an_opening_that_the_clocks_repeat_comes_twice() -> None:
    # Summer time ended on 2018-02-18: the hour before midnight of the 17th came twice.
    late = Hours("tarde", SAO_PAULO, (window(parse_days("sab"), "23:30-24:00"),))
    between = datetime(2018, 2, 18, 2, 10, tzinfo=UTC)  # 23:10 for the second time
    closed = late.at(between)
    assert isinstance(closed, Closed)
    assert closed.opens_at is not None
    assert closed.opens_at.astimezone(UTC) == datetime(2018, 2, 18, 2, 30, tzinfo=UTC)


@pytest.mark.parametrize("days", [frozenset[int](), frozenset({7})])
def test_a_window_needs_days_of_the_week(days: frozenset[int]) -> None:
    with pytest.raises(ValueError, match="days of the week"):
        Window(days, parse_span("08:00-09:00"))


def test_windows_of_one_day_may_touch_but_not_overlap() -> None:
    Hours("h", SAO_PAULO, (window(WEEK, "08:00-12:00"), window(WEEK, "12:00-13:00", on_call=True)))
    with pytest.raises(ValueError, match=r"08:00-12:00 and 10:00-24:00 of the hours 'h' overlap on sex"):
        Hours("h", SAO_PAULO, (window(WEEK, "08:00-12:00"), window(parse_days("sex-dom"), "10:00-24:00")))


def test_hours_need_windows() -> None:
    with pytest.raises(ValueError, match="the hours 'h' have no windows"):
        Hours("h", SAO_PAULO, ())


def test_a_night_belongs_to_the_day_on_which_it_begins() -> None:
    guard = Hours("guarda", SAO_PAULO, (window(WEEK, "22:00-06:00"),), CALENDAR)
    assert guard.at(local("2026-03-14T05:59")) == Open()  # Saturday morning is Friday's night
    assert guard.at(local("2026-03-16T05:59")) == Closed("night", None, local("2026-03-16T22:00"))
    # The eve works into Christmas; Christmas has no night of its own.
    assert guard.at(local("2026-12-25T03:00")) == Open()
    assert guard.at(local("2026-12-25T23:00")) == Closed("holiday", "Natal", local("2026-12-28T22:00"))


def test_a_night_may_not_run_into_the_next_morning() -> None:
    with pytest.raises(ValueError, match=r"22:00-06:00 and 05:00-09:00 of the hours 'h' overlap on ter"):
        Hours("h", SAO_PAULO, (window(parse_days("seg"), "22:00-06:00"), window(parse_days("ter"), "05:00-09:00")))


def test_a_window_may_have_a_season() -> None:
    summer = Dates(date(2026, 12, 1), date(2027, 2, 28))
    short = Window(WEEK, parse_span("08:00-14:00"), dates=summer)
    long_ = [Window(WEEK, parse_span("08:00-18:00"), dates=dates) for dates in _outside(summer)]
    destination = Hours("verao", SAO_PAULO, (short, *long_))
    assert destination.at(local("2026-11-30T15:00")) == Open()
    assert destination.at(local("2026-12-01T15:00")) == Closed("night", None, local("2026-12-02T08:00"))
    assert destination.at(local("2027-02-26T15:00")) == Closed("night", None, local("2027-03-01T08:00"))
    assert destination.at(local("2027-03-01T15:00")) == Open()


def _outside(season: Dates) -> tuple[Dates, Dates]:
    assert season.first
    assert season.last
    return Dates(last=season.first - timedelta(days=1)), Dates(first=season.last + timedelta(days=1))


PAUSED = Hours(
    "pausa",
    SAO_PAULO,
    (window(WEEK, "08:00-12:00"), Window(WEEK, parse_span("10:00-10:15"), "break"), window(WEEK, "13:30-18:00")),
)


def test_a_break_says_when_the_staff_are_back_and_is_told_from_lunch() -> None:
    assert PAUSED.at(local("2026-03-10T09:59")) == Open()
    assert PAUSED.at(local("2026-03-10T10:00")) == Closed("break", None, local("2026-03-10T10:15"), pause=True)
    assert PAUSED.at(local("2026-03-10T10:15")) == Open()
    assert PAUSED.at(local("2026-03-10T12:30")) == Closed("break", None, local("2026-03-10T13:30"))


def test_a_break_at_night_cuts_the_night_before() -> None:
    night = window(parse_days("seg"), "22:00-06:00")
    rest = Window(parse_days("ter"), parse_span("02:00-02:15"), "break")
    guard = Hours("guarda", SAO_PAULO, (night, rest))
    assert guard.at(local("2026-03-10T02:05")) == Closed("break", None, local("2026-03-10T02:15"), pause=True)


def test_breaks_alone_are_no_hours() -> None:
    with pytest.raises(ValueError, match="have no windows"):
        Hours("h", SAO_PAULO, (Window(WEEK, parse_span("10:00-10:15"), "break"),))


def special(name: str, first: str, last: str, *spans: str) -> SpecialDay:
    windows = tuple(window(EVERY_DAY, span) for span in spans)
    return SpecialDay(name, Dates(date.fromisoformat(first), date.fromisoformat(last)), windows)


EVE = special("véspera de Natal", "2026-12-24", "2026-12-24", "08:00-10:00", "10:30-12:00")
RECESS = special("recesso", "2026-12-24", "2026-12-30")
WORKED = special("plantão de Natal", "2026-12-25", "2026-12-25", "09:00-10:00")


def cst(*special_days: SpecialDay) -> Hours:
    return Hours("cst", SAO_PAULO, CST.windows, CALENDAR, special_days=special_days)


def test_a_half_day_has_its_own_hours_instead_of_the_weeks() -> None:
    destination = cst(EVE)
    assert destination.at(local("2026-12-24T11:59")) == Open()
    assert destination.at(local("2026-12-24T10:15")) == Closed("break", None, local("2026-12-24T10:30"))
    closed = Closed("special-day", "véspera de Natal", local("2026-12-28T08:00"))
    assert destination.at(local("2026-12-24T14:00")) == closed


def test_special_days_may_be_closed_and_the_next_opening_is_after_them() -> None:
    assert cst(RECESS).at(local("2026-12-23T18:00")) == Closed("night", None, local("2026-12-31T08:00"))
    assert cst(RECESS).at(local("2026-12-28T10:00")) == Closed("special-day", "recesso", local("2026-12-31T08:00"))


def test_a_special_day_comes_before_a_holiday_and_the_first_of_two_holds() -> None:
    assert cst(WORKED, RECESS).at(local("2026-12-25T09:30")) == Open()
    assert cst(RECESS, WORKED).at(local("2026-12-25T09:30")) == Closed(
        "special-day", "recesso", local("2026-12-31T08:00")
    )


def test_a_special_day_needs_dates_and_windows_that_do_not_overlap() -> None:
    with pytest.raises(ValueError, match="'recesso' needs its date"):
        SpecialDay("recesso", Dates(first=date(2026, 12, 24)))
    with pytest.raises(ValueError, match="the special day 'eve' overlap"):
        special("eve", "2026-12-24", "2026-12-24", "08:00-12:00", "11:00-13:00")
    with pytest.raises(ValueError, match="the special day 'nights' overlap"):
        special("nights", "2026-12-24", "2026-12-26", "22:00-06:00", "05:00-07:00")


def test_a_working_day_by_order_is_open_although_a_holiday() -> None:
    ordered = Calendar(state="SP", working=frozenset({date(2026, 4, 21)}))
    assert Hours("h", SAO_PAULO, CST.windows, ordered).at(local("2026-04-21T10:00")) == Open()


@pytest.mark.parametrize(
    ("moment", "told"),
    [
        (
            "2026-12-24T11:00",
            [
                ("special-day", "2026-12-24 is véspera de Natal", "hours.cst.special_days[0]"),
                ("hours", "open at 2026-12-24 11:00 (America/Sao_Paulo)", "hours.cst.special_days[0]"),
            ],
        ),
        (
            "2026-02-17T11:00",
            [
                ("special-day", "2026-02-17 is no special day", "hours.cst"),
                ("holiday", "2026-02-17 is Carnaval: closed", "calendars.matriz.extra[2026-02-17]"),
                (
                    "hours",
                    "closed at 2026-02-17 11:00 (America/Sao_Paulo): holiday; opens 2026-02-18 08:00",
                    "calendars.matriz.extra[2026-02-17]",
                ),
            ],
        ),
        (
            "2026-04-21T08:30",
            [
                ("special-day", "2026-04-21 is no special day", "hours.cst"),
                ("holiday", "2026-04-21 is a working day by order", "calendars.matriz.working[2026-04-21]"),
                ("hours", "open at 2026-04-21 08:30 (America/Sao_Paulo)", "hours.cst.windows[1]"),
            ],
        ),
        (
            "2026-03-14T08:30",
            [
                ("special-day", "2026-03-14 is no special day", "hours.cst"),
                ("holiday", "2026-03-14 is no holiday", "calendars.matriz"),
                (
                    "hours",
                    "closed at 2026-03-14 08:30 (America/Sao_Paulo): weekend; opens 2026-03-16 08:00",
                    "hours.cst",
                ),
            ],
        ),
    ],
)
def test_hours_explain_themselves_rule_by_rule(moment: str, told: list[tuple[str, str, str]]) -> None:
    calendar = replace(CALENDAR, name="matriz", working=frozenset({date(2026, 4, 21)}))
    destination = Hours("cst", SAO_PAULO, CST.windows, calendar, special_days=(EVE,))
    status, tried = destination.explain(local(moment))
    assert status == destination.at(local(moment))
    assert [(each.rule, each.outcome, each.key) for each in tried] == told


def test_an_explanation_tells_staff_on_call_and_what_never_opens() -> None:
    _, tried = SUPORTE.explain(local("2027-01-25T10:00"))
    assert [each.outcome for each in tried[1:]] == [
        "2027-01-25 is aniversário de São Paulo: on call",
        "on call at 2027-01-25 10:00 (America/Sao_Paulo)",
    ]
    gone = Hours("ido", SAO_PAULO, (Window(WEEK, parse_span("08:00-12:00"), dates=Dates(last=date(2025, 1, 1))),))
    assert gone.explain(local("2026-03-10T10:00"))[1][-1].outcome == (
        "closed at 2026-03-10 10:00 (America/Sao_Paulo): night; does not open within a year"
    )


def test_a_day_is_drawn_as_stretches_without_gaps() -> None:
    day = local("2026-03-10T00:00")
    drawn = list(PAUSED.stretches(day, day + timedelta(days=1)))
    assert [(f"{each.begins:%H:%M}", type(each.status).__name__) for each in drawn] == [
        ("00:00", "Closed"), ("08:00", "Open"), ("10:00", "Closed"), ("10:15", "Open"), ("12:00", "Closed"),
        ("13:30", "Open"), ("18:00", "Closed"),
    ]  # fmt: skip
    assert all(one.ends == other.begins for one, other in pairwise(drawn))
    assert (drawn[0].begins, drawn[-1].ends) == (day, day + timedelta(days=1))
    assert list(PAUSED.stretches(day, day)) == []


minutes_of_a_day = st.sampled_from([0, 1, 120, 420, 480, 720, 721, 810, 1080, 1410, 1439, 1440])
kinds: st.SearchStrategy[Kind] = st.sampled_from(["open", "on_call"])
some_days = st.frozensets(st.integers(0, 6), min_size=1)
seasons = st.sampled_from([Dates(), Dates(last=date(2026, 12, 24)), Dates(first=date(2026, 3, 8))])


def clock(minute: int) -> time:
    return time(minute // 60 % 24, minute % 60)


@st.composite
def windows_of_a_day(draw: st.DrawFn) -> list[tuple[Span, Kind]]:
    """Between sorted cuts of the day, so that none overlap; the last may go on until the first cut of the next day."""
    cuts = sorted(draw(st.sets(minutes_of_a_day, min_size=2, max_size=7)))
    pairs = list(pairwise(cuts))
    if cuts[0] > 0 and cuts[-1] < 1440:
        pairs.append((cuts[-1], cuts[0]))
    drawn = draw(st.lists(st.sampled_from(pairs), min_size=1, unique=True))
    return [(Span(clock(opens), clock(closes)), draw(kinds)) for opens, closes in drawn]


@st.composite
def weeks(draw: st.DrawFn) -> tuple[Window, ...]:
    windows = [Window(draw(some_days), span, kind, draw(seasons)) for span, kind in draw(windows_of_a_day())]
    if draw(st.booleans()):
        windows.append(Window(draw(some_days), draw(st.sampled_from(PAUSES)), "break"))
    return tuple(windows)


PAUSES = [Span(time(10), time(10, 15)), Span(time(1, 30), time(2, 30)), Span(time(23, 45), time(0, 15))]


@st.composite
def special_days(draw: st.DrawFn) -> SpecialDay:
    first = draw(st.sampled_from([date(2026, 3, 8), date(2026, 12, 24), BIRTHDAY]))
    last = first + timedelta(days=draw(st.sampled_from([0, 0, 2])))
    windows = draw(st.just([]) | windows_of_a_day())
    return SpecialDay("dia", Dates(first, last), tuple(Window(EVERY_DAY, span, kind) for span, kind in windows))


policies: st.SearchStrategy[HolidayPolicy] = st.sampled_from(["closed", "on_call", "open"])
hours_of_any_kind = st.builds(
    Hours,
    st.just("h"),
    st.sampled_from(ZONES),
    weeks(),
    st.none() | st.just(CALENDAR),
    policies,
    policies,
    st.lists(special_days(), max_size=2).map(tuple),
)
any_time = st.datetimes(datetime(2000, 1, 1), datetime(2036, 12, 31))
# Clocks were put forward in New York on 2026-03-08; in São Paulo on 2000-10-08 and, for the last time, on 2018-11-04,
# and back on 2001-02-18 and on 2019-02-17, always at midnight; Rio Branco left its zone on 2008-06-24 and came back on
# 2013-11-10.
near_something = st.sampled_from(
    [
        datetime(2026, 3, 7, 23),
        datetime(2026, 12, 23, 20),
        datetime(2027, 1, 24, 12),
        datetime(2000, 10, 7, 20),
        datetime(2001, 2, 17, 20),
        datetime(2018, 11, 3, 20),
        datetime(2019, 2, 16, 20),
        datetime(2008, 6, 23, 20),
        datetime(2013, 11, 9, 20),
    ]
)
instants = st.builds(lambda naive, zone: naive.replace(tzinfo=zone), any_time | near_something, st.sampled_from(ZONES))


def kind_by_hand(hours: Hours, instant: datetime) -> str:
    """The status worked out in minutes since midnight, from the text of the rules alone."""
    here = instant.astimezone(hours.zone)
    minute = here.hour * 60 + here.minute
    holding: list[str] = []
    for day, at in ((here.date() - timedelta(days=1), minute + 1440), (here.date(), minute)):
        for span, kind in plan_by_hand(hours, day):
            begin = span.opens.hour * 60 + span.opens.minute
            end = span.closes.hour * 60 + span.closes.minute
            if begin <= at < (end if end > begin else end + 1440):
                holding.append(kind)
    staffed = [kind for kind in holding if kind != "break"]
    if not staffed:
        return "closed"
    return "closed" if staffed[0] == "open" and "break" in holding else staffed[0]


def plan_by_hand(hours: Hours, day: date) -> list[tuple[Span, str]]:
    for each in hours.special_days:
        if each.dates.first and each.dates.last and each.dates.first <= day <= each.dates.last:
            return [(window.span, window.kind) for window in each.windows]
    week = [
        (window.span, str(window.kind))
        for window in hours.windows
        if day.weekday() in window.days and (window.dates.first or date.min) <= day <= (window.dates.last or date.max)
    ]
    if hours.holidays is None or hours.holidays.on(day) is None:
        return week
    policy = hours.on_local_holiday if day == BIRTHDAY else hours.on_holiday
    if policy == "closed":
        return []
    return week if policy == "open" else [(span, "on_call" if kind == "open" else kind) for span, kind in week]


KINDS = {Open: "open", OnCall: "on_call", Closed: "closed"}


@settings(max_examples=12)
@given(hours_of_any_kind, instants)
@example(SUPORTE, local("2027-01-24T12:00"))
def test_every_minute_of_two_days_is_as_worked_out_by_hand(hours: Hours, since: datetime) -> None:
    since = since.astimezone(UTC).replace(second=0, microsecond=0)
    drawn = list(hours.stretches(since, since + timedelta(days=2)))
    assert drawn[0].begins == since
    for stretch in drawn:
        moment, kind = stretch.begins.astimezone(UTC), KINDS[type(stretch.status)]
        assert KINDS[type(hours.at(moment))] == kind
        while moment < stretch.ends:
            assert kind_by_hand(hours, moment) == kind, moment
            moment += timedelta(minutes=1)


@settings(max_examples=12)
@given(hours_of_any_kind, instants)
@example(SUPORTE, local("2026-12-24T20:00"))
def test_the_next_opening_is_open_and_no_earlier_minute_is(hours: Hours, instant: datetime) -> None:
    status = hours.at(instant)
    assert KINDS[type(status)] == kind_by_hand(hours, instant)
    if not isinstance(status, Closed):
        assert hours.opening_from(instant) == instant
        return
    opens = status.opens_at
    if opens:
        assert opens.tzinfo is hours.zone
        assert kind_by_hand(hours, opens) != "closed"
    # Every window begins at a whole minute, so whole minutes are all that there is to look at.
    moment = instant.astimezone(UTC).replace(second=0, microsecond=0) + timedelta(minutes=1)
    until = opens or moment + timedelta(days=9)
    while moment < min(until, instant + timedelta(days=9)):
        assert kind_by_hand(hours, moment) == "closed", moment
        moment += timedelta(minutes=1)
