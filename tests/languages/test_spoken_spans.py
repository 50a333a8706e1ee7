"""A span that is billed is told in hours and minutes, an age in whole months, a last day without an hour."""

from __future__ import annotations

from datetime import date

import pytest

from ivr.languages import LANGUAGES, language_of
from ivr.languages.portuguese import PORTUGUESE


@pytest.mark.parametrize(
    ("language", "minutes", "told"),
    [
        ("pt-BR", 0, "0 minutos"),
        ("pt-BR", 1, "um minuto"),
        ("pt-BR", 59, "59 minutos"),
        ("pt-BR", 60, "uma hora"),
        ("pt-BR", 61, "uma hora e um minuto"),
        ("pt-BR", 135, "2 horas e 15 minutos"),
        ("es-MX", 61, "una hora y un minuto"),
        ("en-US", 135, "2 hours and 15 minutes"),
    ],
)
def test_a_billed_time_is_told_in_hours_and_minutes(language: str, minutes: int, told: str) -> None:
    assert language_of(language).spans.time(minutes) == told


@pytest.mark.parametrize(("months", "told"), [(0, "menos de um mês"), (1, "um mês"), (14, "14 meses")])
def test_an_age_is_told_in_whole_months(months: int, told: str) -> None:
    assert PORTUGUESE.spans.age(months) == told


@pytest.mark.parametrize("language", LANGUAGES)
def test_spans_are_told_in_pieces_that_are_joined_by_blanks(language: str) -> None:
    spans = language_of(language).spans
    assert all(spans.time(minutes) == " ".join(spans.time_pieces(minutes)) for minutes in range(200))
    assert all(spans.age(months) == " ".join(spans.age_pieces(months)) for months in range(20))


@pytest.mark.parametrize(
    ("day", "told"),
    [
        (date(2026, 3, 10), "hoje"),
        (date(2026, 3, 11), "amanhã"),
        (date(2026, 3, 30), "na segunda-feira, dia 30"),
        (date(2026, 4, 1), "na quarta-feira, dia primeiro de abril"),
    ],
)
def test_a_last_day_is_told_without_an_hour(day: date, told: str) -> None:
    assert PORTUGUESE.openings.spoken_day(day, date(2026, 3, 10)) == told
