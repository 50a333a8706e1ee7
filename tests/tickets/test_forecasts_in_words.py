"""A forecast is told in lines, in English and in Portuguese, so that its sum can be checked by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ivr.tickets.forecast import forecast
from ivr.tickets.forecast_lines import in_hours, lines
from tests.tickets.desks import CALENDARS, history
from wording.catalogues import put

EASTER = history(
    "2026-04-02T14:00 opened 4 suporte",
    "2026-04-02T16:00 question-asked",
    "2026-04-02T18:00 answered",
    "2026-04-06T08:00 severity-changed 1",
)


def told(*events: str) -> list[str]:
    """The lines of a ticket with these events."""
    return [str(line) for line in lines(forecast(history(*events), CALENDARS))]


def test_a_forecast_is_told_as_it_came() -> None:
    assert [str(line) for line in lines(forecast(EASTER, CALENDARS))] == [
        "severity 4 (low) from 2026-04-02 14:00 on: 40 h of working time",
        "severity 1 (critical) from 2026-04-06 08:00 on: 10 h of working time",
        "counted: 2026-04-02 14:00 to 16:00, 2 h, by suporte@2018-01-01",
        "not counted: a question was with the customer from 2026-04-02 16:00 to 2026-04-02 18:00",
        "counted: 2026-04-02 18:00 to 19:00, 1 h, by suporte@2018-01-01",
        "not counted: 2026-04-03, holiday (Sexta-feira Santa), by suporte@2018-01-01",
        "not counted: 2026-04-04, weekend, by suporte@2018-01-01",
        "not counted: 2026-04-05, weekend, by suporte@2018-01-01",
        "counted: 2026-04-06 07:00 to 14:00, 7 h, by suporte@2018-01-01",
        "worked so far: 4 h of 10 h",
        "forecast: 2026-04-06 14:00 (America/Sao_Paulo)",
    ]


def test_a_forecast_is_told_in_portuguese() -> None:
    portuguese = [put(line, "pt-BR") for line in lines(forecast(EASTER, CALENDARS))]
    assert portuguese[0] == "severidade 4 (baixa) a partir de 2026-04-02 14:00: 40 h de trabalho"
    assert portuguese[5] == "não contou: 2026-04-03, feriado (Sexta-feira Santa), por suporte@2018-01-01"
    assert portuguese[-1] == "previsão: 2026-04-06 14:00 (America/Sao_Paulo)"


def test_a_local_holiday_on_call_is_told_by_name() -> None:
    assert told("2026-07-08T15:00 opened 1 suporte")[2] == (
        "counted: 2026-07-09 07:00 to 13:00, 6 h, by suporte@2018-01-01; Revolução Constitucionalista, with hours of "
        "its own"
    )


@pytest.mark.parametrize(
    ("events", "last"),
    [
        (["2026-03-10T11:00 question-asked"], "no forecast: the clock stands still, with 8 h left"),
        (
            ["2026-03-11T11:00 solution-sent"],
            "no forecast: the clock stands still; it was due at 2026-03-10 19:00",
        ),
        (
            ["2026-03-10T11:00 solution-sent", "2026-03-10T12:00 accepted"],
            "no forecast: the ticket is closed or merged, or its calendar has too few hours; 8 h left",
        ),
    ],
)
def test_why_there_is_no_forecast_is_told(events: list[str], last: str) -> None:
    assert told("2026-03-10T09:00 opened 1 suporte", *events)[-1] == last


def test_a_night_that_counted_ends_at_24() -> None:
    assert told("2026-03-10T20:00 opened 1 sempre")[1:3] == [
        "counted: 2026-03-10 20:00 to 24:00, 4 h, by sempre@2018-01-01",
        "counted: 2026-03-11 00:00 to 06:00, 6 h, by sempre@2018-01-01",
    ]


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(), "0 h"),
        (timedelta(hours=10), "10 h"),
        (timedelta(hours=2, minutes=30), "2 h 30 min"),
        (timedelta(minutes=5, seconds=20), "5 min 20 s"),
    ],
)
def test_a_length_is_told_in_hours_and_minutes(length: timedelta, words: str) -> None:
    assert in_hours(length) == words
