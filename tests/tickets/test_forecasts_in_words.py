"""A forecast is explained: what was counted, what was not and why, in the words of people."""

from __future__ import annotations

from ivr.tickets.forecast import forecast
from ivr.tickets.forecast_words import ForecastTold, tell_forecast
from ivr.tickets.machine import state_after
from tests.tickets.desks import CALENDARS, history
from wording.catalogues import put


def told(*lines: str) -> ForecastTold:
    events = history(*lines)
    return tell_forecast(forecast(events, CALENDARS), state_after(events))


def test_an_open_ticket_tells_what_counts_and_what_is_skipped_by_name() -> None:
    found = told(
        "2026-04-02T14:00 opened 3 suporte",
        "2026-04-02T15:00 severity-changed 1",
        "2026-04-02T15:00 analysis-begun",
        "2026-04-02T16:00 question-asked",
        "2026-04-06T08:00 answered",
    )
    assert found.summary == "forecast for 2026-04-06 16:00: 2h of 10h were worked at the last event"
    assert found.severities == (
        "2026-04-02 14:00: severity 3 (medium), 30h of work",
        "2026-04-02 15:00: severity 1 (critical), 10h of work",
    )
    assert found.intervals == (
        "2026-04-02 14:00 to 15:00: 1h, by suporte@2018-01-01",
        "2026-04-02 15:00 to 16:00: 1h, by suporte@2018-01-01",
        "2026-04-06 08:00 to 16:00: 8h, by suporte@2018-01-01",
    )
    assert found.pauses == ("2026-04-02 16:00 to 2026-04-06 08:00: a question was with the customer",)
    assert found.calendars == ("suporte@2018-01-01",)


def test_days_without_work_are_told_with_the_name_of_their_holiday() -> None:
    found = told("2026-04-02T14:00 opened 1 suporte")
    assert found.skipped == (
        "2026-04-03: holiday, Sexta-feira Santa",
        "2026-04-04: weekend",
        "2026-04-05: weekend",
    )


def test_a_ticket_that_stands_still_or_is_over_says_so() -> None:
    opened = ["2026-03-10T09:00 opened 1 suporte", "2026-03-10T09:30 analysis-begun"]
    solved = [*opened, "2026-03-10T11:00 solution-sent"]
    assert told(*solved).summary.startswith("the clock stands still while this is with the customer; 2h of 10h")
    assert told(*solved).pauses == ("since 2026-03-10 11:00: a solution is with the customer",)
    assert told(*solved, "2026-03-10T12:00 accepted").summary == "closed (solution accepted); 2h of 10h were worked"
    assert "another ticket" in told(*opened, "2026-03-10T11:00 merged").summary


def test_the_words_are_said_in_portuguese_with_the_moments_of_the_reader() -> None:
    events = history("2026-03-10T09:00 opened 1 suporte")
    found = tell_forecast(forecast(events, CALENDARS), state_after(events), moment=lambda at: f"{at:%d/%m %H:%M}")
    assert put(found.summary, "pt-BR") == "previsão para 10/03 19:00: 0h de 10h trabalhadas até o último evento"
