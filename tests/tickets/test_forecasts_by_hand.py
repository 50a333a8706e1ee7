"""Forecasts that were worked out with pencil and paper; the arithmetic stands beside each.

Suporte counts 07:00-19:00, 12 h a day, local holidays on call; Consultoria 08:00-12:00 and 14:00-18:00, 8 h a day;
Prime 08:00-18:00 in Mexico City. 10 March 2026 is a Tuesday.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ivr.tickets.events import Severity
from ivr.tickets.forecast import ForecastError, forecast
from tests.tickets.desks import CALENDARS, MEXICO_CITY, SANTIAGO, SAO_PAULO, history, local

EXAMPLES = {
    # 10 h, from 09:00: ends exactly as the desk closes, and is due then, not at the next opening.
    "critical, due at the closing": (["2026-03-10T09:00 opened 1 suporte"], "2026-03-10T19:00"),
    # 20 h: Tue 09-19 = 10, Wed 07-17 = 10.
    "high": (["2026-03-10T09:00 opened 2 suporte"], "2026-03-11T17:00"),
    # 30 h: Tue 10, Wed 12 (22), Thu 07-15 = 8.
    "medium": (["2026-03-10T09:00 opened 3 suporte"], "2026-03-12T15:00"),
    # 40 h: Fri 16-19 = 3, Mon 12 (15), Tue 12 (27), Wed 12 (39), Thu 07-08 = 1.
    "low, over a weekend": (["2026-03-13T16:00 opened 4 suporte"], "2026-03-19T08:00"),
    # 10 h: nothing on Saturday and Sunday, Mon 07-17.
    "opened on a Saturday": (["2026-03-14T10:00 opened 1 suporte"], "2026-03-16T17:00"),
    # 10 h: nothing on Monday night, Tue 07-17.
    "opened at night": (["2026-03-09T22:00 opened 1 suporte"], "2026-03-10T17:00"),
    # 10 h: Thu 14-19 = 5, Good Friday is national and counts nothing, the weekend neither, Mon 07-12 = 5.
    "over a national holiday": (["2026-04-02T14:00 opened 1 suporte"], "2026-04-06T12:00"),
    # 10 h: Wed 15-19 = 4; 9 July is a holiday of São Paulo only, the staff are on call: Thu 07-13 = 6.
    "over a local holiday, on call": (["2026-07-08T15:00 opened 1 suporte"], "2026-07-09T13:00"),
    # 10 h: Wed 15-18 = 3, no one works on 9 July, Fri 08-12 = 4 (7), 14-17 = 3.
    "over a local holiday, closed": (["2026-07-08T15:00 opened 1 consultoria"], "2026-07-10T17:00"),
    # 10 h: Tue 09-11 = 2, with the customer until Wed 10:00, Wed 10-18 = 8.
    "a question was with the customer": (
        [
            "2026-03-10T09:00 opened 1 suporte",
            "2026-03-10T11:00 question-asked",
            "2026-03-11T10:00 answered",
        ],
        "2026-03-11T18:00",
    ),
    # 10 h: Tue 09-18 = 9, answered at night, Wed 07-08 = 1.
    "answered at night": (
        [
            "2026-03-10T09:00 opened 1 suporte",
            "2026-03-10T18:00 question-asked",
            "2026-03-10T21:00 answered",
        ],
        "2026-03-11T08:00",
    ),
    # 20 h: Tue 07-19 = 12, a solution with the customer until Fri 12:00, Fri 12-19 = 7 (19), Mon 07-08 = 1.
    "a solution was refused": (
        [
            "2026-03-10T07:00 opened 2 suporte",
            "2026-03-10T19:00 solution-sent",
            "2026-03-13T12:00 refused",
        ],
        "2026-03-16T08:00",
    ),
    # As before; who takes more time to accept keeps the solution: no time counts until the refusal on Mon 16, 12:00.
    # 8 h are left: Mon 12-19 = 7, Tue 07-08 = 1.
    "a solution was postponed and refused": (
        [
            "2026-03-10T07:00 opened 2 suporte",
            "2026-03-10T19:00 solution-sent",
            "2026-03-12T09:00 postponed",
            "2026-03-16T12:00 refused",
        ],
        "2026-03-17T08:00",
    ),
    # 10 h from the opening, since the latest severity holds from then on: Tue 09-19. It is past when it is decided.
    "raised to critical": (
        ["2026-03-10T09:00 opened 4 suporte", "2026-03-11T12:00 severity-changed 1"],
        "2026-03-10T19:00",
    ),
    # 30 h from the opening: Tue 10, Wed 12, Thu 8.
    "lowered to medium": (
        ["2026-03-10T09:00 opened 1 suporte", "2026-03-10T15:00 severity-changed 3"],
        "2026-03-12T15:00",
    ),
    # 40 h: Suporte Tue 12, Wed 07-13 = 6 (18); from then on Consultoria: Wed 14-18 = 4 (22), Thu 8 (30), Fri 8 (38),
    # Mon 08-10 = 2.
    "transferred to Consultoria": (
        ["2026-03-10T07:00 opened 4 suporte", "2026-03-11T13:00 transferred consultoria"],
        "2026-03-16T10:00",
    ),
    # 40 h: Tue 10, Wed 12 (22) by the former hours; from 12 March on 8:30 a day: Thu (30:30), Fri (39), Mon 1.
    "hours that change from a date": (["2026-03-10T09:00 opened 4 suporte-menor"], "2026-03-16T09:00"),
    # 10 h: Tue 09-11 = 2; a question, then a solution are with the customer until Thu 09:00: Thu 09-17 = 8.
    "a solution while a question is out, which is answered later": (
        [
            "2026-03-10T09:00 opened 1 suporte",
            "2026-03-10T11:00 question-asked",
            "2026-03-10T13:00 solution-sent",
            "2026-03-10T15:00 answered",
            "2026-03-12T09:00 refused",
        ],
        "2026-03-12T17:00",
    ),
    # 10 h: asked and answered at one instant is no pause, Tue 09-19.
    "events of one instant": (
        [
            "2026-03-10T09:00 opened 1 suporte",
            "2026-03-10T11:00 question-asked",
            "2026-03-10T11:00 answered",
        ],
        "2026-03-10T19:00",
    ),
    # 10 h: Tue 09-11 = 2, merged, and undone on Wed: it counted all the while, Tue 09-19.
    "a merge that was undone": (
        [
            "2026-03-10T09:00 opened 1 suporte",
            "2026-03-10T11:00 merged",
            "2026-03-11T09:00 merge-undone",
        ],
        "2026-03-10T19:00",
    ),
    # 10 h round the clock: the clocks of São Paulo skip 00-01 of 4 November 2018: 20-24 = 4, 01-07 = 6.
    "clocks that are put forward": (["2018-11-03T20:00 opened 1 sempre"], "2018-11-04T07:00"),
    # 10 h: the clocks show 23-24 of 17 February 2018 twice: 20-24 = 5, 00-05 = 5.
    "clocks that are put back": (["2018-02-17T20:00 opened 1 sempre"], "2018-02-18T05:00"),
}


@pytest.mark.parametrize(("events", "at"), EXAMPLES.values(), ids=EXAMPLES.keys())
def test_a_forecast_is_what_was_worked_out_by_hand(events: list[str], at: str) -> None:
    assert forecast(history(*events), CALENDARS).at == local(at)


def test_a_forecast_counts_by_the_clock_of_mexico_city() -> None:
    # 10 h: Fri 17-18 = 1, Mon 16 March 2026 is kept for Benito Juárez, Tue 08-17 = 9.
    events = history("2026-03-13T17:00 opened 1 prime", zone=MEXICO_CITY)
    assert forecast(events, CALENDARS).at == local("2026-03-17T17:00", MEXICO_CITY)


def test_a_forecast_counts_by_the_clock_of_santiago() -> None:
    # 10 h: the clocks of Santiago skip 00-01 of 6 September 2026: 20-24 = 4, 01-07 = 6.
    events = history("2026-09-05T20:00 opened 1 siempre", zone=SANTIAGO)
    assert forecast(events, CALENDARS).at == local("2026-09-06T07:00", SANTIAGO)


def test_a_forecast_tells_all_that_it_follows_from() -> None:
    found = forecast(
        history(
            "2026-04-02T14:00 opened 4 suporte",
            "2026-04-02T16:00 question-asked",
            "2026-04-02T18:00 answered",
            "2026-04-06T08:00 severity-changed 1",
        ),
        CALENDARS,
    )
    # Thu 14-16 = 2 and 18-19 = 1, Mon 07-14 = 7.
    assert found.at == local("2026-04-06T14:00")
    assert [(interval.begins, interval.ends) for interval in found.intervals] == [
        (local("2026-04-02T14:00"), local("2026-04-02T16:00")),
        (local("2026-04-02T18:00"), local("2026-04-02T19:00")),
        (local("2026-04-06T07:00"), local("2026-04-06T14:00")),
    ]
    assert [(pause.begins, pause.ends, pause.reason) for pause in found.pauses] == [
        (local("2026-04-02T16:00"), local("2026-04-02T18:00"), "question")
    ]
    assert [(skipped.day, skipped.reason, skipped.name) for skipped in found.skipped] == [
        (date(2026, 4, 3), "holiday", "Sexta-feira Santa"),
        (date(2026, 4, 4), "weekend", None),
        (date(2026, 4, 5), "weekend", None),
    ]
    assert [(step.severity, step.target) for step in found.steps] == [
        (Severity.LOW, timedelta(hours=40)),
        (Severity.CRITICAL, timedelta(hours=10)),
    ]
    assert found.calendars == ("suporte@2018-01-01",)
    assert (found.worked, found.remaining) == (timedelta(hours=4), timedelta(hours=6))


def test_a_holiday_that_counts_on_call_is_told_by_name() -> None:
    found = forecast(history("2026-07-08T15:00 opened 1 suporte"), CALENDARS)
    assert [interval.name for interval in found.intervals] == [None, "Revolução Constitucionalista"]


def test_a_day_on_which_a_ticket_is_transferred_is_skipped_once() -> None:
    # Fri 16-19 = 3, transferred on Saturday, Mon 08-12 = 4 (7), 14-17 = 3.
    found = forecast(
        history("2026-03-13T16:00 opened 1 suporte", "2026-03-14T10:00 transferred consultoria"), CALENDARS
    )
    assert found.at == local("2026-03-16T17:00")
    assert [skipped.day for skipped in found.skipped] == [date(2026, 3, 14), date(2026, 3, 15)]


def test_a_day_that_counts_by_a_second_calendar_is_not_skipped() -> None:
    # Wed 16-18 = 2; on 9 July no one of Consultoria works, Suporte is on call from the transfer on: Thu 12-19 = 7 (9).
    found = forecast(
        history("2026-07-08T16:00 opened 1 consultoria", "2026-07-09T12:00 transferred suporte"), CALENDARS
    )
    assert found.at == local("2026-07-10T08:00")
    assert found.skipped == ()
    assert [interval.name for interval in found.intervals] == [None, "Revolução Constitucionalista", None]


def test_each_version_of_a_calendar_that_counted_is_told() -> None:
    found = forecast(history("2026-03-10T09:00 opened 4 suporte-menor"), CALENDARS)
    assert found.calendars == ("suporte-menor@2018-01-01", "suporte-menor@2026-03-12")


@pytest.mark.parametrize("end", ["question-asked", "solution-sent"])
def test_a_ticket_that_is_with_the_customer_has_no_forecast(end: str) -> None:
    found = forecast(history("2026-03-10T09:00 opened 1 suporte", f"2026-03-10T11:00 {end}"), CALENDARS)
    assert (found.at, found.reached_at, found.worked) == (None, None, timedelta(hours=2))
    assert found.pauses[-1].ends is None


def test_a_late_ticket_stays_late_while_a_question_is_out() -> None:
    found = forecast(history("2026-03-10T07:00 opened 1 suporte", "2026-03-10T18:00 question-asked"), CALENDARS)
    assert (found.at, found.reached_at) == (None, local("2026-03-10T17:00"))
    assert (found.worked, found.remaining) == (timedelta(hours=11), timedelta())


@pytest.mark.parametrize("end", ["accepted", "silence-accepted"])
def test_a_closed_ticket_has_no_forecast_and_a_pause_that_ended(end: str) -> None:
    events = history("2026-03-10T09:00 opened 1 suporte", "2026-03-10T11:00 solution-sent", f"2026-03-12T11:00 {end}")
    found = forecast(events, CALENDARS)
    assert (found.at, found.worked) == (None, timedelta(hours=2))
    assert found.pauses[-1].ends == local("2026-03-12T11:00")


def test_a_merged_ticket_has_no_forecast_of_its_own() -> None:
    events = history("2026-03-10T09:00 opened 1 suporte", "2026-03-10T11:00 merged")
    assert forecast(events, CALENDARS).at is None


def test_an_event_dated_before_the_one_ahead_of_it_counts_from_that_one() -> None:
    # Asked at 11:00 and answered at 13:00; the answer that is dated 10:00 takes no time back: 09-11 = 2, then 8 h.
    events = history(
        "2026-03-10T09:00 opened 1 suporte",
        "2026-03-10T11:00 question-asked",
        "2026-03-10T10:00 answered",
    )
    assert forecast(events, CALENDARS).at == local("2026-03-10T19:00")


def test_a_ticket_without_a_calendar_of_the_line_says_what_to_do() -> None:
    with pytest.raises(ForecastError, match=r"'fabrica'.*write it there again"):
        forecast(history("2026-03-10T09:00 opened 1 fabrica"), CALENDARS)


@pytest.mark.parametrize(
    ("events", "told"),
    [
        ([], "begins with the event 'opened'"),
        (["2026-03-10T09:00 answered"], "begins with the event 'opened'"),
        (["2026-03-10T09:00 opened suporte"], "names no severity"),
        (["2026-03-10T09:00 opened 1"], "names no work calendar"),
    ],
)
def test_events_that_make_no_ticket_are_refused(events: list[str], told: str) -> None:
    with pytest.raises(ForecastError, match=told):
        forecast(history(*events), CALENDARS)


def test_a_moment_without_a_time_zone_is_refused() -> None:
    naive = [event.__class__(event.at.replace(tzinfo=None), event.kind) for event in history("2026-03-10T09:00 opened")]
    with pytest.raises(ValueError, match="time zone"):
        forecast(naive, CALENDARS)


def test_times_are_told_by_the_clock_of_the_calendar() -> None:
    found = forecast(history("2026-03-10T12:00+00:00 opened 1 suporte"), CALENDARS)
    assert found.at is not None
    moments = (found.at, found.intervals[0].begins, found.steps[0].at)
    assert [moment.tzinfo for moment in moments] == [SAO_PAULO] * 3
