"""Open, on call or closed: by the clock of the destination's own zone, its windows and its holidays."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from ivr.flow.routing.days import parse_days
from routing.holidays import Calendar
from routing.hours import Closed, Hours, OnCall, Open, Status
from routing.spans import Dates, parse_span
from routing.windows import Window
from tests.routing.example_hours import CALENDAR, CST, PAUSED, SAO_PAULO, SUPORTE, WEEK, local, window


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
