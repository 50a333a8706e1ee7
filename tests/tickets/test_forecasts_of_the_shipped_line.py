"""Forecasts and deadlines of the 4003-0015 as it is shipped, worked out with pencil and paper from the sources alone.

Support counts 07:00-19:00 from Monday to Friday, on-call and breaks included, local holidays too; only national ones
close it. Consultoria Técnica counts 08:00-12:00 and 14:00-18:00, no holiday (seed 003 pp. 9, 14 and 15).
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ivr.flow.line import Line
from ivr.service_desk.standing import due_next
from ivr.tickets.acceptance import deadline
from ivr.tickets.events import EventKind, TicketEvent
from ivr.tickets.forecast import forecast
from tests.tickets.desks import SAO_PAULO, history, local

FORECASTS = {
    "a minute before the closing: 1 min, then 9:59": (["2026-03-10T18:59 opened 1 suporte"], "2026-03-11T16:59"),
    "at the closing, sharp": (["2026-03-10T19:00 opened 1 suporte"], "2026-03-11T17:00"),
    "a minute before the opening": (["2026-03-10T06:59 opened 1 suporte"], "2026-03-10T17:00"),
    "at the opening, sharp": (["2026-03-10T07:00 opened 2 suporte"], "2026-03-11T15:00"),
    "in the break of the morning, which counts": (["2026-03-10T10:05 opened 1 suporte"], "2026-03-11T08:05"),
    "in the break of the afternoon, which counts": (["2026-03-10T15:40 opened 1 suporte"], "2026-03-11T13:40"),
    "at lunch, on call, which counts": (["2026-03-10T12:30 opened 1 suporte"], "2026-03-11T10:30"),
    "on a Sunday night": (["2026-03-15T23:59 opened 4 suporte"], "2026-03-19T11:00"),
    "all severities from Friday 18:00, critical": (["2026-03-13T18:00 opened 1 suporte"], "2026-03-16T16:00"),
    "from Friday 18:00, high: 1, 12, 7": (["2026-03-13T18:00 opened 2 suporte"], "2026-03-17T14:00"),
    "from Friday 18:00, medium: 1, 12, 12, 5": (["2026-03-13T18:00 opened 3 suporte"], "2026-03-18T12:00"),
    "from Friday 18:00, low: 1, 12, 12, 12, 3": (["2026-03-13T18:00 opened 4 suporte"], "2026-03-19T10:00"),
    "Carnival Monday and Tuesday count": (["2026-02-16T09:00 opened 2 suporte"], "2026-02-17T17:00"),
    "Ash Wednesday counts as well": (["2026-02-17T15:00 opened 1 suporte"], "2026-02-18T13:00"),
    "Corpus Christi is the town's: on call": (["2026-06-03T15:00 opened 1 suporte"], "2026-06-04T13:00"),
    "25 January is the town's, a Monday of 2027": (["2027-01-22T15:00 opened 1 suporte"], "2027-01-25T13:00"),
    "24 December counts, 25 does not: Thu 2, Mon 8": (["2026-12-24T17:00 opened 1 suporte"], "2026-12-28T15:00"),
    "31 December counts, 1 January does not": (["2026-12-31T17:00 opened 1 suporte"], "2027-01-04T15:00"),
    "20 November is national since 2024": (["2026-11-19T17:00 opened 1 suporte"], "2026-11-23T15:00"),
    "20 November was the town's before": (["2023-11-17T17:00 opened 1 suporte"], "2023-11-20T15:00"),
    "Tiradentes, a Tuesday: Mon 2, Wed 8": (["2026-04-20T17:00 opened 1 suporte"], "2026-04-22T15:00"),
    "opened on a national holiday": (["2026-04-21T10:00 opened 1 suporte"], "2026-04-22T17:00"),
    "29 February is a Thursday of 2024: 2, 8": (["2024-02-29T17:00 opened 1 suporte"], "2024-03-01T15:00"),
    "clocks go forward on Sunday: Fri 2, Mon 8": (["2018-11-01T17:00 opened 1 suporte"], "2018-11-05T15:00"),
    "clocks go back on Saturday night: Fri 2, Mon 8": (["2019-02-15T17:00 opened 1 suporte"], "2019-02-18T15:00"),
    # Consultoria counts 8 h a day. 10:30-12 = 1:30, 14-18 = 4 (5:30), Wed 08-12 = 4 (9:30), 14-14:30.
    "Consultoria over lunch": (["2026-03-10T10:30 opened 1 consultoria"], "2026-03-11T14:30"),
    "Consultoria, opened at lunch: 4, 4, 2": (["2026-03-10T12:00 opened 1 consultoria"], "2026-03-11T16:00"),
    "Consultoria, ends as the morning does: 2, 4, 4": (["2026-03-10T10:00 opened 1 consultoria"], "2026-03-11T12:00"),
    "Consultoria is closed on local holidays: 2, 8": (["2026-06-03T16:00 opened 1 consultoria"], "2026-06-05T18:00"),
    "a question for one minute": (
        ["2026-03-10T09:00 opened 1 suporte", "2026-03-10T11:00 question-asked", "2026-03-10T11:01 answered"],
        "2026-03-11T07:01",
    ),
    "a question over a weekend: Fri 2, Mon 07-15": (
        ["2026-03-13T16:00 opened 1 suporte", "2026-03-13T18:00 question-asked", "2026-03-15T20:00 answered"],
        "2026-03-16T15:00",
    ),
    "a question over a whole holiday takes nothing": (
        ["2026-04-20T17:00 opened 1 suporte", "2026-04-20T19:00 question-asked", "2026-04-22T07:00 answered"],
        "2026-04-22T15:00",
    ),
    # Refused twice: Tue 09-11 = 2, Wed 09-10 = 1, Thu 09-16 = 7.
    "refused twice": (
        [
            "2026-03-10T09:00 opened 1 suporte", "2026-03-10T11:00 solution-sent", "2026-03-11T09:00 refused",
            "2026-03-11T10:00 solution-sent", "2026-03-12T09:00 refused",
        ],
        "2026-03-12T16:00",
    ),
    # Postponed and refused a month later: Tue 2, then Mon 13 April 09-17 = 8.
    "postponed, refused after a month": (
        [
            "2026-03-10T09:00 opened 1 suporte", "2026-03-10T11:00 solution-sent", "2026-03-20T09:00 postponed",
            "2026-04-13T09:00 refused",
        ],
        "2026-04-13T17:00",
    ),
    "an automatic reply resumes nothing; the answer does": (
        [
            "2026-03-10T09:00 opened 1 suporte", "2026-03-10T11:00 question-asked",
            "2026-03-10T11:05 automatic-reply", "2026-03-11T09:00 answered",
        ],
        "2026-03-11T17:00",
    ),
    "severity up and back: as if it had stayed": (
        [
            "2026-03-10T09:00 opened 3 suporte", "2026-03-10T10:00 severity-changed 1",
            "2026-03-11T10:00 severity-changed 3",
        ],
        "2026-03-12T15:00",
    ),
    "severity raised late: Tue 09-19, in the past": (
        ["2026-03-10T09:00 opened 4 suporte", "2026-03-13T09:00 severity-changed 1"],
        "2026-03-10T19:00",
    ),
    "severity raised while a question waits": (
        [
            "2026-03-10T09:00 opened 4 suporte", "2026-03-10T11:00 question-asked",
            "2026-03-10T12:00 severity-changed 1", "2026-03-11T11:00 answered",
        ],
        "2026-03-11T19:00",
    ),
    # Suporte Tue 09-13 = 4; Consultoria Tue 14-18 = 4 (8); back on Wed at 07:00, 07-09 = 2.
    "to Consultoria and back": (
        [
            "2026-03-10T09:00 opened 1 suporte", "2026-03-10T13:00 transferred consultoria",
            "2026-03-11T07:00 transferred suporte",
        ],
        "2026-03-11T09:00",
    ),
    # Suporte Tue 09-19 = 10; at night to Consultoria: Wed 8 (18), Thu 08-10 = 2.
    "to Consultoria at night": (
        ["2026-03-10T09:00 opened 2 suporte", "2026-03-10T22:00 transferred consultoria"],
        "2026-03-12T10:00",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("events", "at"), FORECASTS.values(), ids=FORECASTS.keys())
def test_a_forecast_of_the_shipped_line_was_worked_out_by_hand(shipped_line: Line, events: list[str], at: str) -> None:
    rules = shipped_line.routing.tickets
    assert rules
    found = forecast(history(*events), rules.calendars, rules.severities)
    assert found.at == local(at)
    counted = sum((interval.length for interval in found.intervals), timedelta())
    assert counted == found.target


@pytest.mark.parametrize("area", ["sustentacao", "fabrica", "inovacao"])
def test_areas_without_published_hours_count_by_those_of_support(shipped_line: Line, area: str) -> None:
    rules = shipped_line.routing.tickets
    assert rules
    named = {each.value: calendar for each, calendar in rules.areas.items()}
    assert (named[area], named["consultoria"]) == ("suporte", "consultoria")


# What the line does by itself, one act after the other, where nobody else does anything; 10 March 2026 is a Tuesday.
ALONE = {
    # 15 days after the 10th is the 25th; two days before is Mon 23.
    "a solution": (
        ["2026-03-10T09:00 solution-sent"],
        [("2026-03-23T07:00", "reminded"), ("2026-03-26T00:00", "silence-accepted")],
    ),
    "a solution at 23:59": (
        ["2026-03-10T23:59 solution-sent"],
        [("2026-03-23T07:00", "reminded"), ("2026-03-26T00:00", "silence-accepted")],
    ),
    # The 11th and 15 days is the 26th; Tue 24.
    "a solution at midnight": (
        ["2026-03-11T00:00 solution-sent"],
        [("2026-03-24T07:00", "reminded"), ("2026-03-27T00:00", "silence-accepted")],
    ),
    # Postponed in the last minute of the 15th day: 45 days after 10 March is 24 April; Wed 22.
    "postponed in the last minute": (
        ["2026-03-10T09:00 solution-sent", "2026-03-23T07:00 reminded", "2026-03-25T23:59 postponed"],
        [("2026-04-22T07:00", "reminded"), ("2026-04-25T00:00", "silence-accepted")],
    ),
    # Sent on 10 December: 25 December is the last day, a holiday, and stays it; Wed 23.
    "a last day on a holiday": (
        ["2026-12-10T09:00 solution-sent"],
        [("2026-12-23T07:00", "reminded"), ("2026-12-26T00:00", "silence-accepted")],
    ),
    # Sent on 19 October 2018: 3 November is the last day, after whose last second clocks show 01:00; Thu 1 November.
    "a last day before clocks go forward": (
        ["2018-10-19T09:00 solution-sent"],
        [("2018-11-01T07:00", "reminded"), ("2018-11-04T01:00", "silence-accepted")],
    ),
    # Sent on 1 February 2019: 16 February is the last day, 25 hours long; Thu 14.
    "a last day with an hour twice": (
        ["2019-02-01T09:00 solution-sent"],
        [("2019-02-14T07:00", "reminded"), ("2019-02-17T00:00", "silence-accepted")],
    ),
    # Sent on 14 February 2028: 15 days later is 29 February.
    "a last day on 29 February": (
        ["2028-02-14T09:00 solution-sent"],
        [("2028-02-28T07:00", "reminded"), ("2028-03-01T00:00", "silence-accepted")],
    ),
    "a second solution has its own days": (
        ["2026-03-10T09:00 solution-sent", "2026-03-24T23:59 refused", "2026-03-25T09:00 solution-sent"],
        [("2026-04-07T07:00", "reminded"), ("2026-04-10T00:00", "silence-accepted")],
    ),
    "a question, which is not reminded of": (
        ["2026-03-10T09:00 question-asked"],
        [("2026-03-26T00:00", "left-unanswered")],
    ),
    "an automatic reply to a question": (
        ["2026-03-10T09:00 question-asked", "2026-03-20T09:00 automatic-reply"],
        [("2026-03-26T00:00", "left-unanswered")],
    ),
    "a question answered in the last minute": (
        ["2026-03-10T09:00 question-asked", "2026-03-25T23:59 answered"],
        [],
    ),
    "a solution refused in the last minute": (
        ["2026-03-10T09:00 solution-sent", "2026-03-23T07:00 reminded", "2026-03-25T23:59 refused"],
        [],
    ),
}


@pytest.mark.parametrize(("events", "acts"), ALONE.values(), ids=ALONE.keys())
def test_what_the_line_does_alone_was_worked_out_by_hand(
    shipped_line: Line, events: list[str], acts: list[tuple[str, str]]
) -> None:
    rules = shipped_line.routing.tickets
    assert rules
    before = "2018-01-08T09:00 opened 3 suporte"
    whole: list[TicketEvent] = list(history(before, *events))
    done: list[tuple[object, str]] = []
    while (due := due_next(whole, rules, "suporte")) is not None:
        whole.append(due)
        done.append((due.at, due.kind.value))
    assert done == [(local(at), kind) for at, kind in acts]
    # The date that people read is the last day, not the one on which the night after it begins.
    for at, kind in done:
        if kind != EventKind.REMINDED:
            waits = deadline(history(before, *events), SAO_PAULO)
            assert waits
            assert waits.at == at
            assert waits.last_day < date.fromisoformat(str(waits.at.date())) == waits.last_day + timedelta(days=1)
