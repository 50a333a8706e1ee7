"""A protocol is told digit by digit, a wait in minutes that have begun, in each language of a line."""

from __future__ import annotations

import pytest

from ivr.languages import LANGUAGES, language_of
from ivr.languages.portuguese import PORTUGUESE


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("pt-BR", "um, zero, dois, três, seis; nove, quatro, cinco, sete, oito"),
        ("es-MX", "uno, cero, dos, tres, seis; nueve, cuatro, cinco, siete, ocho"),
        ("en-US", "one, zero, two, three, six; nine, four, five, seven, eight"),
    ],
)
def test_each_digit_is_told_by_its_name_with_a_pause_after_five(language: str, told: str) -> None:
    assert language_of(language).numbers.digits("1023694578") == told


@pytest.mark.parametrize(
    ("language", "number", "told"),
    [
        ("pt-BR", "11987654321", "um, um; nove, oito, sete, seis, cinco; quatro, três, dois, um"),
        ("pt-BR", "1132654321", "um, um; três, dois, seis, cinco; quatro, três, dois, um"),
        ("pt-BR", "40030015", "quatro, zero, zero, três; zero, zero, um, cinco"),
        ("es-MX", "5550220015", "cinco, cinco; cinco, cero, dos, dos; cero, cero, uno, cinco"),
        ("en-US", "2127654321", "two, one, two; seven, six, five; four, three, two, one"),
        ("pt-BR", "123456", "um, dois, três, quatro, cinco; seis"),
        ("pt-BR", "", ""),
    ],
)
def test_a_telephone_number_is_told_as_people_of_its_country_do(language: str, number: str, told: str) -> None:
    assert language_of(language).numbers.telephone(number) == told


def test_nothing_is_told_of_no_number() -> None:
    assert PORTUGUESE.numbers.digits("") == ""


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (1, "menos de um minuto"),
        (59, "menos de um minuto"),
        (60, "cerca de um minuto"),
        (61, "cerca de 2 minutos"),
        (120, "cerca de 2 minutos"),
        (599, "cerca de 10 minutos"),
    ],
)
def test_a_wait_is_told_in_minutes_that_have_begun(seconds: int, told: str) -> None:
    assert PORTUGUESE.numbers.wait(seconds) == told


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_of_a_line_tells_digits_and_waits(language: str) -> None:
    assert len(language_of(language).numbers.digits("0123456789").split()) == 10
    assert {len({language_of(language).numbers.wait(seconds) for seconds in (5, 60, 600)})} == {3}
