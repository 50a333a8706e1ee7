"""A forecast agrees with an oracle that looks at the wall clock each minute, also where and when clocks are changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.tickets.events import EventKind, Severity, TicketEvent
from ivr.tickets.forecast import forecast
from routing.holidays import Calendar
from tests.tickets.minutes import MINUTE, DatedDesk, Desk, Shift, count

WEEK = (0, 1, 2, 3, 4)
EVERY_DAY = (0, 1, 2, 3, 4, 5, 6)
TARGETS = {1: 600, 2: 1200, 3: 1800, 4: 2400}
"""Minutes of 10, 20, 30 and 40 working hours."""

HOURS_OF = {Severity(severity): timedelta(minutes=minutes) for severity, minutes in TARGETS.items()}
MOST = 30 * 24 * 60
"""Minutes after the last event in which every forecast of these desks lies."""

OFFICE = (Shift(WEEK, 8 * 60, 12 * 60), Shift(WEEK, 14 * 60, 18 * 60))
PUBLISHED = (
    Shift(WEEK, 8 * 60, 12 * 60),
    Shift(WEEK, 13 * 60 + 30, 18 * 60),
    Shift(WEEK, 10 * 60, 10 * 60 + 15, "break"),
    Shift(WEEK, 15 * 60 + 30, 15 * 60 + 45, "break"),
    Shift(WEEK, 7 * 60, 8 * 60, "on_call"),
    Shift(WEEK, 12 * 60, 13 * 60 + 30, "on_call"),
    Shift(WEEK, 18 * 60, 19 * 60, "on_call"),
)
NIGHTS = (Shift(EVERY_DAY, 20 * 60, 6 * 60),)
ROUND_THE_CLOCK = (Shift(EVERY_DAY, 0, 0),)


def days(year: int, *texts: str) -> frozenset[date]:
    """Dates of a year, written like 07-09."""
    return frozenset(date.fromisoformat(f"{year}-{text}") for text in texts)


@dataclass(frozen=True)
class Place:
    """Desks that keep one clock, and the days around which its clocks are changed."""

    desks: Mapping[str, DatedDesk]
    year: int
    changes: tuple[date, ...]


def _sao_paulo() -> Place:
    zone = ZoneInfo("America/Sao_Paulo")
    # Written from the laws: Lei 662/1949 and 6.802/1980, Good Friday; of the town, Lei municipal 14.485/2007.
    national = days(2018, "01-01", "03-30", "04-21", "05-01", "09-07", "10-12", "11-02", "11-15", "12-25")
    local = days(2018, "01-25", "05-31", "07-09", "11-20")
    matriz = Calendar(city="São Paulo Capital")
    half = {date(2018, 12, 24): ((8 * 60, 12 * 60),), date(2018, 11, 3): ((9 * 60, 13 * 60),)}
    suporte = Desk(zone, PUBLISHED, national, half, matriz, local_on_call=True)
    consultoria = Desk(zone, OFFICE, national | local, {}, matriz)
    nights = Desk(zone, NIGHTS)
    always = Desk(zone, ROUND_THE_CLOCK)
    first = date(2018, 1, 1)
    return Place(
        {
            "suporte": DatedDesk("suporte", ((first, suporte),)),
            "consultoria": DatedDesk("consultoria", ((first, consultoria),)),
            "mudado": DatedDesk(
                "mudado", ((first, suporte), (date(2018, 2, 19), nights), (date(2018, 11, 5), consultoria))
            ),
            "noites": DatedDesk("noites", ((first, nights),)),
            "sempre": DatedDesk(
                "sempre", ((first, always), (date(2018, 2, 18), consultoria), (date(2018, 11, 4), always))
            ),
        },
        2018,
        (date(2018, 2, 17), date(2018, 11, 3), date(2018, 7, 8), date(2018, 12, 21)),
    )


def _santiago() -> Place:
    zone = ZoneInfo("America/Santiago")
    off = {date(2026, 9, 18): (), date(2026, 9, 19): ()}
    return Place(
        {
            "oficina": DatedDesk("oficina", ((date(2026, 1, 1), Desk(zone, OFFICE, frozenset(), off)),)),
            "noches": DatedDesk("noches", ((date(2026, 1, 1), Desk(zone, NIGHTS)),)),
            "siempre": DatedDesk(
                "siempre",
                ((date(2026, 1, 1), Desk(zone, ROUND_THE_CLOCK)), (date(2026, 9, 6), Desk(zone, PUBLISHED))),
            ),
        },
        2026,
        (date(2026, 4, 4), date(2026, 9, 5), date(2026, 9, 17)),
    )


def _mexico_city() -> Place:
    zone = ZoneInfo("America/Mexico_City")
    # Ley Federal del Trabajo, artículo 74; 2022 is the last year in which the clocks were changed.
    national = days(2022, "01-01", "02-07", "03-21", "05-01", "09-16", "11-21", "12-25")
    prime = Desk(zone, (Shift(WEEK, 8 * 60, 18 * 60),), national, {}, Calendar("MX"))
    return Place(
        {
            "prime": DatedDesk("prime", ((date(2022, 1, 1), prime),)),
            "noches": DatedDesk("noches", ((date(2022, 1, 1), Desk(zone, NIGHTS)), (date(2022, 10, 30), prime))),
            "siempre": DatedDesk("siempre", ((date(2022, 1, 1), Desk(zone, ROUND_THE_CLOCK)),)),
        },
        2022,
        (date(2022, 4, 2), date(2022, 10, 29), date(2022, 3, 18)),
    )


PLACES = {"São Paulo 2018": _sao_paulo(), "Santiago": _santiago(), "Mexico City": _mexico_city()}
BUILT = {name: {each: desk.calendar() for each, desk in place.desks.items()} for name, place in PLACES.items()}
"""The calendars under test, which keep what they know between the examples as a server's do."""


def utc(moment: datetime | None) -> datetime | None:
    """The moment in UTC: Python calls two times unequal of which one is shown twice by its own clock."""
    return moment.astimezone(UTC) if moment else None


@st.composite
def histories(draw: st.DrawFn, place: Place) -> Sequence[TicketEvent]:
    """The events of one ticket that its clock can meet, on whole minutes, some of them at one instant."""
    calendars = st.sampled_from(sorted(place.desks))
    severities = st.sampled_from(list(Severity))
    zone = next(iter(place.desks.values())).zone
    near = st.sampled_from(place.changes).flatmap(
        lambda day: st.integers(-3, 2).map(lambda offset: day + timedelta(days=offset))
    )
    day = draw(near | st.dates(date(place.year, 1, 2), date(place.year, 12, 20)))
    minute = draw(st.integers(0, 24 * 60 - 1))
    now = datetime.combine(day, time(*divmod(minute, 60)), zone).astimezone(UTC)
    steps = st.sampled_from([0, 1, 15, 60]) | st.integers(0, 3 * 24 * 60)
    events = [TicketEvent(now, EventKind.OPENED, severity=draw(severities), calendar=draw(calendars))]

    def add(kind: EventKind, severity: Severity | None = None, calendar: str | None = None) -> None:
        nonlocal now
        now += MINUTE * draw(steps)
        events.append(TicketEvent(now, kind, severity=severity, calendar=calendar))

    for _ in range(draw(st.integers(0, 5))):
        match draw(st.sampled_from(["question", "solution", "severity", "transfer", "merge", "message"])):
            case "question":
                add(EventKind.QUESTION_ASKED)
                add(EventKind.ANSWERED)
            case "solution":
                add(EventKind.SOLUTION_SENT)
                if draw(st.booleans()):
                    add(EventKind.POSTPONED)
                add(EventKind.REFUSED)
            case "severity":
                add(EventKind.SEVERITY_CHANGED, severity=draw(severities))
            case "transfer":
                add(EventKind.TRANSFERRED, calendar=draw(calendars))
            case "merge":
                add(EventKind.MERGED)
                add(EventKind.MERGE_UNDONE)
            case "message":
                add(EventKind.MESSAGE_ADDED)
    match draw(st.sampled_from(["running", "running", "asked", "solved", "accepted", "merged"])):
        case "asked":
            add(EventKind.QUESTION_ASKED)
        case "solved":
            add(EventKind.SOLUTION_SENT)
        case "accepted":
            add(EventKind.SOLUTION_SENT)
            add(EventKind.ACCEPTED)
        case "merged":
            add(EventKind.MERGED)
    return events


@pytest.mark.untraced
@pytest.mark.parametrize("name", PLACES)
@given(data=st.data())
def test_a_forecast_agrees_with_a_look_at_the_clock_each_minute(name: str, data: st.DataObject) -> None:
    place = PLACES[name]
    events = data.draw(histories(place))
    found = forecast(events, BUILT[name], HOURS_OF)
    minutes, target = count(events, place.desks, TARGETS, MOST)
    reached = minutes.reached(target)
    assert utc(found.at) == (reached if minutes.running else None)
    assert utc(found.reached_at) == reached
    assert found.target == timedelta(minutes=target)
    assert found.worked == minutes.at_last_event * MINUTE
    counted = minutes.counted[:target]
    assert sum((interval.length for interval in found.intervals), timedelta()) == len(counted) * MINUTE
    within = [
        (begins + MINUTE * each, interval.label)
        for interval in found.intervals
        for begins in [interval.begins.astimezone(UTC)]
        for each in range(interval.length // MINUTE)
    ]
    assert within == list(zip(counted, minutes.labels, strict=False))
    assert [(utc(pause.begins), utc(pause.ends)) for pause in found.pauses] == minutes.pauses


@pytest.mark.untraced
@pytest.mark.parametrize("name", PLACES)
@given(data=st.data())
def test_the_days_that_are_skipped_are_those_without_a_working_minute(name: str, data: st.DataObject) -> None:
    place = PLACES[name]
    desk = data.draw(st.sampled_from(sorted(place.desks)))
    day = data.draw(st.dates(date(place.year, 1, 2), date(place.year, 12, 20)))
    opened = datetime.combine(day, time(9, 30), place.desks[desk].zone)
    events = [TicketEvent(opened, EventKind.OPENED, severity=Severity.HIGH, calendar=desk)]
    found = forecast(events, BUILT[name], HOURS_OF)
    minutes, _ = count(events, place.desks, TARGETS, MOST)
    assert [skipped.day for skipped in found.skipped] == [on for on, works in minutes.ran_on.items() if not works]
