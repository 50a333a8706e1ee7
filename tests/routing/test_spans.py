"""Days and times as ops write them, and where the clock of a zone has them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.spans import MIDNIGHT, Dates, Span, moments, parse_span, week_overlap

SAO_PAULO = ZoneInfo("America/Sao_Paulo")


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("08:00-12:00", Span(time(8), time(12))),
        (" 8:05 - 23:59 ", Span(time(8, 5), time(23, 59))),
        ("00:00-24:00", Span(MIDNIGHT, MIDNIGHT)),
        ("22:00-06:00", Span(time(22), time(6))),
    ],
)
def test_a_stretch_of_a_day_may_last_until_24_00_or_past_midnight(text: str, span: Span) -> None:
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
        ("08:00-08:00", "for a whole day write 00:00-24:00"),
    ],
)
def test_a_stretch_that_is_none_is_told_with_its_remedy(text: str, remedy: str) -> None:
    with pytest.raises(ValueError, match=remedy):
        parse_span(text)


def test_a_span_is_written_as_it_was() -> None:
    assert [str(parse_span(text)) for text in ("08:00-12:00", "18:00-24:00", "22:00-06:00")] == [
        "08:00-12:00",
        "18:00-24:00",
        "22:00-06:00",
    ]


@pytest.mark.parametrize(("opens", "closes"), [(time(8, 0, 1), time(9)), (time(8), time(9, tzinfo=UTC))])
def test_a_span_has_whole_minutes_of_local_time(opens: time, closes: time) -> None:
    with pytest.raises(ValueError, match="whole minutes"):
        Span(opens, closes)


times = st.integers(0, 1439).map(lambda minute: time(minute // 60, minute % 60))
spans = st.tuples(times, times).filter(lambda ends: ends[0] != ends[1] or ends[0] == MIDNIGHT).map(lambda e: Span(*e))


@given(spans, times)
def test_a_span_holds_the_minutes_between_its_ends_over_midnight(span: Span, moment: time) -> None:
    begin, end = span.minutes()
    minute = moment.hour * 60 + moment.minute
    assert span.holds(moment) is (begin <= minute < end)
    assert span.holds(moment, day_after=True) is (begin <= minute + 1440 < end)
    assert span.past_midnight is (end > 1440)


@given(spans, st.frozensets(st.integers(0, 6)), spans, st.frozensets(st.integers(0, 6)))
def test_two_spans_of_a_week_overlap_where_they_share_a_minute(
    one: Span, one_days: frozenset[int], other: Span, other_days: frozenset[int]
) -> None:
    def week(span: Span, days: frozenset[int]) -> set[int]:
        begin, end = span.minutes()
        return {(1440 * day + minute) % 10080 for day in days for minute in range(begin, end)}

    shared = week(one, one_days) & week(other, other_days)
    day = week_overlap(one, one_days, other, other_days)
    assert (day is not None) is bool(shared)
    assert day is None or day in {minute // 1440 for minute in shared}


def test_dates_from_to_hold_both_ends_and_may_have_no_end() -> None:
    summer = Dates(date(2026, 12, 1), date(2027, 2, 28))
    days = (date(2026, 11, 30), date(2026, 12, 1), date(2027, 2, 28), date(2027, 3, 1))
    assert [summer.holds(day) for day in days] == [False, True, True, False]
    assert [Dates(first=days[1]).holds(day) for day in days] == [False, True, True, True]
    assert [Dates(last=days[1]).holds(day) for day in days] == [True, True, False, False]
    with pytest.raises(ValueError, match="write the earlier date first"):
        Dates(days[1], days[0])


def test_seasons_that_follow_each_other_do_not_overlap() -> None:
    first, last = date(2026, 12, 1), date(2027, 2, 28)
    assert not Dates(last=first - timedelta(days=1)).overlaps(Dates(first, last))
    assert Dates(last=first).overlaps(Dates(first, last))
    assert Dates().overlaps(Dates(first))


def test_the_moments_of_a_day_are_in_order_and_in_utc() -> None:
    clock = [time(18), time(8), time(8)]
    assert moments(date(2026, 3, 10), clock, SAO_PAULO) == [
        datetime(2026, 3, 10, 11, tzinfo=UTC),
        datetime(2026, 3, 10, 21, tzinfo=UTC),
    ]


@pytest.mark.parametrize(
    ("day", "change"),
    [
        (date(2018, 2, 17), datetime(2018, 2, 18, 2, tzinfo=UTC)),  # back: the hour before midnight came twice
        (date(2018, 11, 4), datetime(2018, 11, 4, 3, tzinfo=UTC)),  # forward: the hour after midnight was skipped
    ],
)
def test_the_instant_at_which_clocks_change_is_a_moment_of_its_day(day: date, change: datetime) -> None:
    assert change in moments(day, [time(8)], SAO_PAULO)
