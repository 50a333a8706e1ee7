"""Any hours at any minute are what the text of their rules gives, worked out by hand a minute at a time."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from routing.hours import Closed, HolidayPolicy, Hours, OnCall, Open
from routing.spans import EVERY_DAY, Dates, Span
from routing.windows import Kind, SpecialDay, Window
from tests.routing.example_hours import BIRTHDAY, CALENDAR, SUPORTE, local

pytestmark = pytest.mark.untraced

ZONES = tuple(
    ZoneInfo(f"America/{place}")
    for place in ("Sao_Paulo", "Manaus", "Noronha", "Rio_Branco", "Belem", "Mexico_City", "New_York")
)
"""Five of Brazil, Mexico, and one whose clocks are still changed twice a year."""
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
    # The ninth of July is a holiday of the state alone.
    local_one = day == BIRTHDAY or (day.month, day.day) == (7, 9)
    policy = hours.on_local_holiday if local_one else hours.on_holiday
    if policy == "closed":
        return []
    return week if policy == "open" else [(span, "on_call" if kind == "open" else kind) for span, kind in week]


KINDS = {Open: "open", OnCall: "on_call", Closed: "closed"}

# A datetime in an hour that the clocks repeat never equals one of another zone (PEP 495), so instants are compared in
# UTC. This one is such an hour: 23:00 of the day on which summer time ended in São Paulo, for the first time.
REPEATED = datetime(2001, 2, 18, 1, tzinfo=UTC)


@settings(max_examples=12)
@given(hours_of_any_kind, instants)
@example(SUPORTE, local("2027-01-24T12:00"))
@example(SUPORTE, REPEATED)
def test_every_minute_of_two_days_is_as_worked_out_by_hand(hours: Hours, since: datetime) -> None:
    since = since.astimezone(UTC).replace(second=0, microsecond=0)
    moment = since
    for stretch in hours.stretches(since, since + timedelta(days=2)):
        assert stretch.begins.astimezone(UTC) == moment
        kind = KINDS[type(stretch.status)]
        assert KINDS[type(hours.at(moment))] == kind
        while moment < stretch.ends.astimezone(UTC):
            assert kind_by_hand(hours, moment) == kind, moment
            moment += timedelta(minutes=1)
    assert moment == since + timedelta(days=2)


@settings(max_examples=12)
@given(hours_of_any_kind, instants)
@example(SUPORTE, local("2026-12-24T20:00"))
@example(SUPORTE, REPEATED)
def test_the_next_opening_is_open_and_no_earlier_minute_is(hours: Hours, instant: datetime) -> None:
    instant = instant.astimezone(UTC)
    status = hours.at(instant)
    assert KINDS[type(status)] == kind_by_hand(hours, instant)
    if not isinstance(status, Closed):
        found = hours.opening_from(instant)
        assert found
        assert found.astimezone(UTC) == instant
        return
    opens = status.opens_at
    if opens:
        assert opens.tzinfo is hours.zone
        assert kind_by_hand(hours, opens) != "closed"
    # Every window begins at a whole minute, so whole minutes are all that there is to look at.
    moment = instant.replace(second=0, microsecond=0) + timedelta(minutes=1)
    farthest = instant + timedelta(days=9)
    until = min(opens.astimezone(UTC), farthest) if opens else farthest
    while moment < until:
        assert kind_by_hand(hours, moment) == "closed", moment
        moment += timedelta(minutes=1)
