"""A forecast is explained in lines, in English and in Portuguese, so that its sum can be checked by hand."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from ivr.tickets.events import TicketState
from ivr.tickets.forecast import forecast
from ivr.tickets.forecast_words import ForecastTold, hours_told, tell_forecast
from tests.tickets.desks import CALENDARS, history
from wording.catalogues import put

EASTER = (
    "2026-04-02T14:00 opened 4 suporte",
    "2026-04-02T16:00 question-asked",
    "2026-04-02T18:00 answered",
    "2026-04-06T08:00 severity-changed 1",
)


def told(state: TicketState, *events: str) -> ForecastTold:
    """The explanation of a ticket with these events."""
    return tell_forecast(forecast(history(*events), CALENDARS), state)


def test_a_forecast_is_told_with_all_that_it_follows_from() -> None:
    assert [str(line) for line in told(TicketState.IN_ANALYSIS, *EASTER).lines()] == [
        "forecast for 2026-04-06 14:00: 4h of 10h were worked at the last event",
        "severity: 2026-04-02 14:00: severity 4 (low), 40h of work",
        "severity: 2026-04-06 08:00: severity 1 (critical), 10h of work",
        "counted: 2026-04-02 14:00 to 16:00: 2h, by suporte@2018-01-01",
        "counted: 2026-04-02 18:00 to 19:00: 1h, by suporte@2018-01-01",
        "counted: 2026-04-06 07:00 to 14:00: 7h, by suporte@2018-01-01",
        "not counted: 2026-04-02 16:00 to 2026-04-02 18:00: a question was with the customer",
        "not counted: 2026-04-03: holiday, Sexta-feira Santa",
        "not counted: 2026-04-04: weekend",
        "not counted: 2026-04-05: weekend",
        "by the calendars: suporte@2018-01-01",
    ]


def test_a_forecast_is_told_in_portuguese() -> None:
    portuguese = [put(line, "pt-BR") for line in told(TicketState.IN_ANALYSIS, *EASTER).lines()]
    assert portuguese[1] == "severidade: 2026-04-02 14:00: severidade 4 (baixa), 40h de trabalho"
    assert portuguese[7] == "não contou: 2026-04-03: feriado, Sexta-feira Santa"


def test_times_and_days_are_told_as_they_are_written_there() -> None:
    found = forecast(history(*EASTER), CALENDARS)

    def moment(at: datetime) -> str:
        return f"{at:%d/%m %Hh%M}"

    def day(on: date) -> str:
        return f"{on:%d/%m}"

    brazilian = tell_forecast(found, TicketState.IN_ANALYSIS, moment, day)
    assert brazilian.intervals[0] == "02/04 14h00 to 16:00: 2h, by suporte@2018-01-01"
    assert brazilian.skipped[0] == "03/04: holiday, Sexta-feira Santa"


def test_a_local_holiday_on_call_is_told_by_name() -> None:
    assert told(TicketState.OPENED, "2026-07-08T15:00 opened 1 suporte").intervals[1] == (
        "2026-07-09 07:00 to 13:00: 6h, by suporte@2018-01-01, Revolução Constitucionalista"
    )


@pytest.mark.parametrize(
    ("events", "state", "summary"),
    [
        (
            ["2026-03-10T11:00 question-asked"],
            TicketState.PENDING_CUSTOMER,
            "the clock stands still while this is with the customer; 2h of 10h were worked",
        ),
        (
            ["2026-03-11T11:00 solution-sent"],
            TicketState.SOLUTION_SENT,
            "the clock stands still while this is with the customer; it was due at 2026-03-10 19:00",
        ),
        (
            ["2026-03-10T11:00 solution-sent", "2026-03-10T12:00 accepted"],
            TicketState.ACCEPTED,
            "closed (solution accepted); 2h of 10h were worked",
        ),
        (
            ["2026-03-10T11:00 merged"],
            TicketState.MERGED,
            "its subject goes on in another ticket, whose forecast counts",
        ),
    ],
)
def test_why_there_is_no_forecast_is_told(events: list[str], state: TicketState, summary: str) -> None:
    assert told(state, "2026-03-10T09:00 opened 1 suporte", *events).summary == summary


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(), "0h"),
        (timedelta(hours=10), "10h"),
        (timedelta(hours=2, minutes=30), "2h30"),
        (timedelta(minutes=5), "0h05"),
        (timedelta(minutes=5, seconds=20), "0h05min20s"),
    ],
)
def test_working_time_is_told_in_hours_minutes_and_seconds(length: timedelta, words: str) -> None:
    assert hours_told(length) == words


def test_what_is_told_adds_up_for_a_ticket_opened_between_two_minutes() -> None:
    # 10 h from 09:00:40.600 on: half a second of Tuesday is told with Wednesday's.
    lines = told(TicketState.OPENED, "2026-03-10T09:00:40.600 opened 1 suporte").intervals
    assert lines == (
        "2026-03-10 09:00 to 19:00: 9h59min19s, by suporte@2018-01-01",
        "2026-03-11 07:00 to 07:00: 0h00min41s, by suporte@2018-01-01",
    )
