"""When a destination opens, as a person would say it; and sentences with their gaps filled."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.call import verbs
from ivr.call.speech import sentence
from ivr.flow.line import Line
from ivr.languages import LANGUAGES, language_of
from ivr.languages.portuguese import PORTUGUESE
from tests.lines import TUESDAY, ZONE


@pytest.mark.parametrize(
    ("hour", "minute", "spoken"),
    [
        (0, 0, "à meia-noite"),
        (0, 30, "à meia-noite e meia"),
        (1, 0, "à uma hora"),
        (1, 30, "à uma e meia"),
        (2, 0, "às duas horas"),
        (8, 0, "às oito horas"),
        (8, 1, "às oito e 1 minuto"),
        (8, 7, "às oito e 7 minutos"),
        (10, 15, "às dez e quinze"),
        (12, 0, "ao meio-dia"),
        (12, 30, "ao meio-dia e meia"),
        (13, 30, "às treze e meia"),
        (15, 45, "às quinze e quarenta e cinco"),
        (21, 0, "às vinte e uma horas"),
        (23, 55, "às vinte e três e cinquenta e cinco"),
    ],
)
def test_hours_are_said_as_people_say_them(hour: int, minute: int, spoken: str) -> None:
    midnight = TUESDAY.replace(hour=0, minute=0)
    assert PORTUGUESE.openings.spoken(TUESDAY.replace(hour=hour, minute=minute), midnight) == f"hoje {spoken}"


@pytest.mark.parametrize(
    ("days", "spoken"),
    [
        (0, "hoje às oito horas"),
        (1, "amanhã às oito horas"),
        (2, "na quinta-feira, dia 12, às oito horas"),
        (3, "na sexta-feira, dia 13, às oito horas"),
        (4, "no sábado, dia 14, às oito horas"),
        (5, "no domingo, dia 15, às oito horas"),
        (6, "na segunda-feira, dia 16, às oito horas"),
        (7, "na terça-feira, dia 17, às oito horas"),
        (22, "na quarta-feira, dia primeiro de abril, às oito horas"),
        (300, "na segunda-feira, dia 4 de janeiro, às oito horas"),
    ],
)
def test_days_are_named_near_and_dated_far(days: int, spoken: str) -> None:
    assert PORTUGUESE.openings.spoken(TUESDAY.replace(hour=8, minute=0) + timedelta(days=days), TUESDAY) == spoken


def test_tomorrow_over_the_end_of_a_month_is_tomorrow() -> None:
    evening = datetime(2026, 3, 31, 22, tzinfo=ZONE)
    assert PORTUGUESE.openings.spoken(datetime(2026, 4, 1, 8, tzinfo=ZONE), evening) == "amanhã às oito horas"


def test_today_is_today_where_the_line_is() -> None:
    late_in_sao_paulo = datetime(2026, 3, 11, 1, 30, tzinfo=UTC)
    assert (
        PORTUGUESE.openings.spoken(datetime(2026, 3, 11, 8, tzinfo=ZONE), late_in_sao_paulo) == "amanhã às oito horas"
    )


def test_without_an_opening_there_is_another_date() -> None:
    assert PORTUGUESE.openings.spoken(None, TUESDAY) == "em outra data"


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(ZONE)))
def test_every_moment_can_be_said(opens_at: datetime) -> None:
    assert all(language_of(language).openings.spoken(opens_at, TUESDAY) for language in LANGUAGES)


def test_a_sentence_has_its_destination_and_its_opening_filled_in(small_line: Line) -> None:
    say = verbs.Say("fechado", destination="mesa.rm", opens_at=TUESDAY.replace(hour=13, minute=30))
    assert sentence(small_line, say, TUESDAY) == "A mesa RM atende de novo hoje às treze e meia."


def test_a_destination_that_begins_a_sentence_begins_it_with_a_capital(small_line: Line) -> None:
    assert (
        sentence(small_line, verbs.Say("plantao", "mesa.rm"), TUESDAY) == "Vou chamar o plantão. A mesa RM já atende."
    )


def test_a_sentence_without_gaps_is_said_as_it_stands(small_line: Line) -> None:
    assert sentence(small_line, verbs.Say("tchau"), TUESDAY) == "Até logo & obrigado."
