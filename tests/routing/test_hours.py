"""Open, on call or closed: by the clock of the desk's own zone, its windows and its holidays."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from routing.holidays import Calendar
from routing.hours import (
    MIDNIGHT,
    Closed,
    HolidayPolicy,
    Hours,
    OnCall,
    Open,
    Status,
    Window,
    parse_days,
    parse_span,
)

SAO_PAULO = ZoneInfo("America/Sao_Paulo")
ZONES = (SAO_PAULO, ZoneInfo("America/Manaus"), ZoneInfo("America/Noronha"))
WEEK = parse_days("seg-sex")
BIRTHDAY = date(2027, 1, 25)  # a Monday
CALENDAR = Calendar(state="SP", extra={date(2026, 2, 17): "Carnaval"}, local={BIRTHDAY: "aniversário de São Paulo"})


def window(days: frozenset[int], span: str, *, on_call: bool = False) -> Window:
    return Window(days, *parse_span(span), on_call=on_call)


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
def test_a_closed_desk_says_why_and_when_it_opens(moment: str, reason: str, holiday: str | None, opens_at: str) -> None:
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


def test_the_date_of_a_holiday_is_the_one_where_the_desk_is() -> None:
    day_and_night = Hours("sempre", SAO_PAULO, (window(parse_days("todos"), "00:00-24:00"),), CALENDAR)
    assert day_and_night.at(datetime(2026, 12, 25, 2, 59, tzinfo=UTC)) == Open()
    assert day_and_night.at(datetime(2026, 12, 25, 3, 0, tzinfo=UTC)) == Closed(
        "holiday", "Natal", local("2026-12-26T00:00")
    )


def test_an_instant_of_any_zone_is_read_on_the_desks_own_clock() -> None:
    tokyo = datetime(2026, 3, 10, 20, 0, tzinfo=timezone(timedelta(hours=9)))
    assert CST.at(tokyo) == CST.at(local("2026-03-10T08:00"))


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        CST.at(datetime(2026, 3, 10, 8, 0))


def test_a_desk_shut_for_more_than_a_year_has_no_opening_to_tell() -> None:
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


@pytest.mark.parametrize(
    ("opens", "closes"),
    [(time(18), time(8)), (time(8), time(8)), (time(8, 0, 1), time(9)), (time(8), time(9, tzinfo=UTC))],
)
def test_a_window_lies_within_one_day_and_has_whole_minutes(opens: time, closes: time) -> None:
    with pytest.raises(ValueError, match=r"past midnight, write two|whole minutes"):
        Window(WEEK, opens, closes)


@pytest.mark.parametrize("days", [frozenset[int](), frozenset({7})])
def test_a_window_needs_days_of_the_week(days: frozenset[int]) -> None:
    with pytest.raises(ValueError, match="days of the week"):
        Window(days, time(8), time(9))


def test_windows_of_one_day_may_touch_but_not_overlap() -> None:
    Hours("h", SAO_PAULO, (window(WEEK, "08:00-12:00"), window(WEEK, "12:00-13:00", on_call=True)))
    with pytest.raises(ValueError, match=r"08:00-12:00 and 10:00-24:00 of the hours 'h' overlap on sex"):
        Hours("h", SAO_PAULO, (window(WEEK, "08:00-12:00"), window(parse_days("sex-dom"), "10:00-24:00")))


def test_hours_need_windows() -> None:
    with pytest.raises(ValueError, match="the hours 'h' have no windows"):
        Hours("h", SAO_PAULO, ())


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("seg-sex", {0, 1, 2, 3, 4}),
        ("seg, qua", {0, 2}),
        ("Terça - quinta, SÁBADO", {1, 2, 3, 5}),
        ("sáb-dom", {5, 6}),
        ("sex-seg", {4, 5, 6, 0}),
        ("qua-qua", {2}),
        (" todos ", {0, 1, 2, 3, 4, 5, 6}),
    ],
)
def test_days_are_written_in_portuguese(text: str, days: set[int]) -> None:
    assert parse_days(text) == days


@pytest.mark.parametrize("text", ["", "mon-fri", "seg-", "seg,,ter", "seg sex", "seg-qua-sex"])
def test_a_word_that_is_no_day_is_told(text: str) -> None:
    with pytest.raises(ValueError, match="no day of the week; write seg, ter"):
        parse_days(text)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("08:00-12:00", (time(8), time(12))),
        (" 8:05 - 23:59 ", (time(8, 5), time(23, 59))),
        ("00:00-24:00", (MIDNIGHT, MIDNIGHT)),
    ],
)
def test_a_stretch_of_a_day_may_last_until_24_00(text: str, span: tuple[time, time]) -> None:
    assert parse_span(text) == span


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("", "write it like 08:00-12:00"),
        ("8-12", "write it like 08:00-12:00"),
        ("08:00-12:00-14:00", "write it like 08:00-12:00"),
        ("25:00-26:00", "write 00:00 to 24:00"),
        ("08:00-08:60", "write 00:00 to 24:00"),
        ("24:00-24:00", "cannot begin at 24:00"),
        ("08:00-00:00", "write 24:00 for the end of the day"),
        ("22:00-06:00", "past midnight, write two"),
        ("08:00-08:00", "past midnight, write two"),
    ],
)
def test_a_stretch_that_is_none_is_told_with_its_remedy(text: str, remedy: str) -> None:
    with pytest.raises(ValueError, match=remedy):
        parse_span(text)


@st.composite
def weeks(draw: st.DrawFn) -> tuple[Window, ...]:
    """Windows between sorted cuts of the day, so that none overlap; minutes of the day, 1440 being 24:00."""
    minutes = st.sampled_from([0, 1, 420, 480, 720, 721, 810, 1080, 1439, 1440])
    cuts = sorted(draw(st.sets(minutes, min_size=2, max_size=7)))
    pairs = draw(st.lists(st.sampled_from(list(pairwise(cuts))), min_size=1, unique=True))
    days = st.frozensets(st.integers(0, 6), min_size=1)
    return tuple(Window(draw(days), clock(opens), clock(closes), draw(st.booleans())) for opens, closes in pairs)


def clock(minute: int) -> time:
    return time(minute // 60 % 24, minute % 60)


policies: st.SearchStrategy[HolidayPolicy] = st.sampled_from(["closed", "on_call", "open"])
hours_of_any_kind = st.builds(
    Hours, st.just("h"), st.sampled_from(ZONES), weeks(), st.none() | st.just(CALENDAR), policies, policies
)
instants = st.datetimes(datetime(2024, 1, 1), datetime(2036, 12, 31), timezones=st.sampled_from([UTC, *ZONES]))


def kind_by_hand(hours: Hours, instant: datetime) -> type[Status]:
    """The status worked out in minutes since midnight, from the text of the rule alone."""
    here = instant.astimezone(hours.zone)
    minute = here.hour * 60 + here.minute
    on_call_today = False
    if hours.holidays and hours.holidays.name_on(here.date()):
        local_day = here.date() == BIRTHDAY
        policy = hours.on_local_holiday if local_day else hours.on_holiday
        if policy == "closed":
            return Closed
        on_call_today = policy == "on_call"
    for each in hours.windows:
        end = each.closes.hour * 60 + each.closes.minute or 1440
        if here.weekday() in each.days and each.opens.hour * 60 + each.opens.minute <= minute < end:
            return OnCall if each.on_call or on_call_today else Open
    return Closed


@given(hours_of_any_kind, instants)
@example(SUPORTE, local("2027-01-24T23:59"))
def test_the_status_of_every_minute_around_is_the_one_worked_out_by_hand(hours: Hours, instant: datetime) -> None:
    for minutes in (*range(-3, 4), *range(-1440, 1441, 120)):
        moment = instant + timedelta(minutes=minutes)
        assert type(hours.at(moment)) is kind_by_hand(hours, moment)


@settings(max_examples=150, deadline=None)
@given(hours_of_any_kind, instants)
@example(SUPORTE, local("2026-12-24T20:00"))
def test_the_next_opening_is_open_and_no_earlier_minute_is(hours: Hours, instant: datetime) -> None:
    status = hours.at(instant)
    if not isinstance(status, Closed):
        return
    assert status.opens_at is not None
    assert status.opens_at.tzinfo is hours.zone
    assert kind_by_hand(hours, status.opens_at) is not Closed
    # Every window begins at a whole minute, so whole minutes are all that there is to look at.
    moment = instant.astimezone(UTC).replace(second=0, microsecond=0) + timedelta(minutes=1)
    while moment < status.opens_at:
        assert kind_by_hand(hours, moment) is Closed
        moment += timedelta(minutes=1)
