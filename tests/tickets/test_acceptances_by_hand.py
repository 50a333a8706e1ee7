"""Acceptances that were worked out on a wall calendar; the arithmetic stands beside each.

The first day is out, each local day after it counts, and the wait ends with the last one, at the midnight after it.
10 March 2026 is a Tuesday; Suporte works from Monday to Friday, 07:00-19:00.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from ivr.tickets.acceptance import USUAL_DAYS, AcceptanceDays, Deadline, deadline, reminder_at
from tests.tickets.desks import CALENDARS, MEXICO_CITY, SAO_PAULO, history, local

OPENED = "2026-01-05T09:00 opened 1 suporte"


def waits(events: Sequence[str], days: AcceptanceDays = USUAL_DAYS) -> Deadline:
    """Until when a ticket waits for its customer after ``events``."""
    found = deadline(history(OPENED, *events), SAO_PAULO, days)
    assert found is not None
    return found


DEADLINES = {
    # 10 + 15 = 25 March is the last day.
    "15 days": (["2026-03-10T09:00 solution-sent"], "2026-03-26T00:00"),
    # The minute of the first day does not matter.
    "sent a minute before midnight": (["2026-03-10T23:59 solution-sent"], "2026-03-26T00:00"),
    "sent at midnight": (["2026-03-11T00:00 solution-sent"], "2026-03-27T00:00"),
    # 19 March + 15 = 3 April, Good Friday: a holiday moves nothing.
    "ends on a holiday": (["2026-03-19T09:00 solution-sent"], "2026-04-04T00:00"),
    # 13 + 15 = 28 March, a Saturday.
    "ends on a weekend": (["2026-03-13T09:00 solution-sent"], "2026-03-29T00:00"),
    # 15 + 30 = 45 days from the first day: 10 March has 21 days left, April 30, so 45 - 21 = 24 April.
    "postponed": (["2026-03-10T09:00 solution-sent", "2026-03-24T09:00 postponed"], "2026-04-25T00:00"),
    # Postponed on the first day it is 45 days all the same.
    "postponed at once": (["2026-03-10T09:00 solution-sent", "2026-03-10T09:00 postponed"], "2026-04-25T00:00"),
    # A refused solution is over; the second begins anew, 2 April + 15 = 17 April.
    "a second solution": (
        [
            "2026-03-10T09:00 solution-sent",
            "2026-03-12T09:00 postponed",
            "2026-03-30T09:00 refused",
            "2026-04-02T09:00 solution-sent",
        ],
        "2026-04-18T00:00",
    ),
    # The solution of the 12th takes the place of the question; what is asked and answered after it moves nothing.
    "a solution while a question is out": (
        [
            "2026-03-10T09:00 question-asked",
            "2026-03-12T09:00 solution-sent",
            "2026-03-13T09:00 answered",
            "2026-03-14T09:00 question-asked",
        ],
        "2026-03-28T00:00",
    ),
    # A question waits 15 days as well.
    "a question": (["2026-03-10T09:00 question-asked"], "2026-03-26T00:00"),
    # 15 February + 15: 2028 is a leap year, 14 days to 29 February, so 1 March.
    "over 29 February": (["2028-02-15T09:00 solution-sent"], "2028-03-02T00:00"),
    # An automatic reply and a message are no answer.
    "an automatic reply": (
        ["2026-03-10T09:00 question-asked", "2026-03-11T09:00 automatic-reply", "2026-03-11T10:00 message-added"],
        "2026-03-26T00:00",
    ),
    # 20 October 2018 + 15 = 4 November, on which the clocks skip midnight; its end is an ordinary midnight.
    "ends on a day without a midnight": (["2018-10-20T09:00 solution-sent"], "2018-11-05T00:00"),
    # 19 October 2018 + 15 = 3 November, which ends as the clocks jump to 01:00.
    "ends as clocks are put forward": (["2018-10-19T09:00 solution-sent"], "2018-11-04T01:00"),
}


@pytest.mark.parametrize(("events", "at"), DEADLINES.values(), ids=DEADLINES.keys())
def test_a_deadline_is_what_was_worked_out_by_hand(events: list[str], at: str) -> None:
    assert waits(events).at == local(at)


@pytest.mark.parametrize(
    "events",
    [
        [],
        ["2026-03-10T09:00 question-asked", "2026-03-11T09:00 answered"],
        ["2026-03-10T09:00 question-asked", "2026-03-26T00:00 left-unanswered"],
        ["2026-03-10T09:00 solution-sent", "2026-03-11T09:00 accepted"],
        ["2026-03-10T09:00 solution-sent", "2026-03-11T09:00 refused"],
        ["2026-03-10T09:00 solution-sent", "2026-03-26T00:00 silence-accepted"],
    ],
)
def test_where_nothing_is_with_the_customer_there_is_no_deadline(events: list[str]) -> None:
    assert deadline(history(OPENED, *events), SAO_PAULO) is None


def test_a_question_closes_and_a_solution_is_accepted() -> None:
    asked = waits(["2026-03-10T09:00 question-asked"])
    solved = waits(["2026-03-10T09:00 solution-sent"])
    assert (asked.kind, solved.kind) == ("unanswered", "silence")


def test_days_are_those_of_the_zone_of_the_line() -> None:
    # 23:30 of 10 March in Mexico City is 11 March in São Paulo, three hours ahead.
    events = history(OPENED, "2026-03-10T23:30 solution-sent", zone=MEXICO_CITY)
    here, there = deadline(events, MEXICO_CITY), deadline(events, SAO_PAULO)
    assert here
    assert there
    assert (here.last_day, there.last_day) == (date(2026, 3, 25), date(2026, 3, 26))


def test_days_may_be_others_by_the_choice_of_ops() -> None:
    days = AcceptanceDays(acceptance=5, postponed=10, reminder=1, answer=7)
    asked = waits(["2026-03-10T09:00 question-asked"], days)
    solved = waits(["2026-03-10T09:00 solution-sent"], days)
    later = waits(["2026-03-10T09:00 solution-sent", "2026-03-11T09:00 postponed"], days)
    assert [each.last_day.day for each in (asked, solved, later)] == [17, 15, 25]
    assert later.reminder_day == date(2026, 3, 24)


@pytest.mark.parametrize(
    ("now", "may"),
    [("2026-03-10T09:00", True), ("2026-03-25T23:59", True), ("2026-03-26T00:00", False), ("2026-04-01T00:00", False)],
)
def test_a_solution_is_postponed_within_its_first_days(now: str, may: bool) -> None:
    found = waits(["2026-03-10T09:00 solution-sent"])
    assert found.may_postpone(local(now)) is may


def test_a_solution_is_postponed_once_and_a_second_one_anew() -> None:
    once = ["2026-03-10T09:00 solution-sent", "2026-03-11T09:00 postponed"]
    anew = [*once, "2026-03-12T09:00 refused", "2026-03-13T09:00 solution-sent"]
    first, second = waits([*once]), waits([*anew])
    assert not first.may_postpone(local("2026-03-11T10:00"))
    assert second.may_postpone(local("2026-03-13T10:00"))


REMINDERS = {
    # 25 March is the last day, two days before is Mon 23, from 07:00 on.
    "on its day": (["2026-03-10T09:00 solution-sent"], "2026-03-23T07:00"),
    # 4 + 15 = 19 March, a Thursday; two days before is Tue 17.
    "in the week": (["2026-03-04T18:30 solution-sent"], "2026-03-17T07:00"),
    # 9 + 15 = 24 March, a Tuesday; two days before is Sun 22: the next desk hour is Mon 23, 07:00.
    "on a Sunday, one day late": (["2026-03-09T09:00 solution-sent"], "2026-03-23T07:00"),
    # 14 + 15 = 29 March, a Sunday; two days before is Fri 27.
    "before a weekend": (["2026-03-14T09:00 solution-sent"], "2026-03-27T07:00"),
    # 6 + 15 = 21 April, Tiradentes; two days before is Sun 19: Mon 20 is an ordinary day.
    "before a holiday": (["2026-04-06T09:00 solution-sent"], "2026-04-20T07:00"),
    # 23 August + 15 = Mon 7 September, Independence; two days before is Sat 5, and no desk hour is left: the last day
    # before with desk hours is Fri 4.
    "no desk hour is left": (["2026-08-23T09:00 solution-sent"], "2026-09-04T07:00"),
    # 24 June + 15 = 9 July, a local holiday; two days before is Tue 7.
    "before a local holiday": (["2026-06-24T09:00 solution-sent"], "2026-07-07T07:00"),
    # 26 June + 15 = Sat 11 July; two days before is Thu 9 July, on which the staff are on call.
    "on a local holiday": (["2026-06-26T09:00 solution-sent"], "2026-07-09T07:00"),
    # 24 April is the last day after postponing, two days before is Wed 22.
    "of the deadline that holds": (
        ["2026-03-10T09:00 solution-sent", "2026-03-23T07:00 reminded", "2026-03-24T09:00 postponed"],
        "2026-04-22T07:00",
    ),
}


@pytest.mark.parametrize(("events", "at"), REMINDERS.values(), ids=REMINDERS.keys())
def test_a_reminder_is_what_was_worked_out_by_hand(events: list[str], at: str) -> None:
    found = waits(events)
    assert reminder_at(found, CALENDARS["suporte"]) == local(at)


def test_a_reminder_belongs_to_one_deadline() -> None:
    reminded = ["2026-03-10T09:00 solution-sent", "2026-03-23T07:00 reminded"]
    first = waits([*reminded])
    later = waits([*reminded, "2026-03-24T09:00 postponed"])
    assert (first.reminded, later.reminded) == (True, False)


def test_a_question_is_not_reminded_of() -> None:
    found = waits(["2026-03-10T09:00 question-asked"])
    assert reminder_at(found, CALENDARS["suporte"]) is None


def test_a_solution_is_not_reminded_of_before_it_was_sent() -> None:
    # A wait of one day, of which is reminded two days before: Fri 13 March from 20:00 on has no desk hour until Sunday.
    days = AcceptanceDays(acceptance=1)
    found = waits(["2026-03-13T20:00 solution-sent"], days)
    assert reminder_at(found, CALENDARS["suporte"]) is None
