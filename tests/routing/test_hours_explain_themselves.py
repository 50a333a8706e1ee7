"""Hours tell which rules were tried, and draw a day as stretches of one status each."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest

from routing.hours import Hours
from routing.spans import Dates, parse_span
from routing.windows import Window
from tests.routing.example_hours import CALENDAR, CST, EVE, PAUSED, SAO_PAULO, SUPORTE, WEEK, local


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


def test_hours_are_explained_alike_within_a_minute_and_anew_in_the_next() -> None:
    opens = local("2026-03-10T08:00")
    first, again, before, after = (
        PAUSED.explain(opens + timedelta(seconds=second)) for second in (0, 59, -1, 2 * 60 * 60)
    )
    assert first == again
    assert [type(status).__name__ for status, _ in (before, first, after)] == ["Closed", "Open", "Closed"]
    assert before[1][-1].outcome.startswith("closed at 2026-03-10 07:59")


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
