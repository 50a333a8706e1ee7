from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data import values


@pytest.mark.parametrize("text", ["yes", "Sim", " TRUE ", "1", "s"])
def test_yes_is_read_in_english_and_portuguese(text: str) -> None:
    assert values.flag(text) is True


@pytest.mark.parametrize("text", ["no", "Não", "nao", "false", "0", "N"])
def test_no_is_read_in_english_and_portuguese(text: str) -> None:
    assert values.flag(text) is False


@pytest.mark.parametrize("text", ["", "maybe", "2", "on"])
def test_anything_else_is_neither_yes_nor_no(text: str) -> None:
    with pytest.raises(ValueError, match="write yes or no"):
        values.flag(text)


@pytest.mark.parametrize("text", ["2026-03-10", "10/03/2026"])
def test_a_day_is_read_as_iso_and_as_brazilians_write_it(text: str) -> None:
    assert values.day(text) == date(2026, 3, 10)


@pytest.mark.parametrize("text", ["2026-02-30", "31/04/2026", "2026-13-01"])
def test_a_day_that_is_not_in_the_calendar_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not in the calendar"):
        values.day(text)


@pytest.mark.parametrize("text", ["10/3/26", "2026-3-10", "tomorrow", "20260310", "２０２６-03-10"])
def test_a_day_written_otherwise_is_refused_with_how_to_write_it(text: str) -> None:
    with pytest.raises(ValueError, match="write a date as 2026-03-10 or 10/03/2026"):
        values.day(text)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1234.56", "1234.56"),
        ("1234,56", "1234.56"),
        ("1.234,56", "1234.56"),
        ("1.234.567,89", "1234567.89"),
        ("0,5", "0.50"),
        ("7", "7.00"),
    ],
)
def test_an_amount_is_read_with_a_point_or_a_comma(text: str, amount: str) -> None:
    assert values.amount(text) == Decimal(amount)


@pytest.mark.parametrize("text", ["1.234", "1,234.56", "-5", "R$ 5", "5.678", "1e3", "NaN", "", "١٢"])
def test_an_amount_that_two_people_could_read_differently_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"write an amount as 1234\.56 or 1\.234,56"):
        values.amount(text)


@given(st.decimals(min_value=0, max_value=10**9, places=2))
def test_every_amount_survives_being_written(amount: Decimal) -> None:
    brazilian = f"{amount:,.2f}".replace(",", " ").replace(".", ",").replace(" ", ".")
    assert values.amount(f"{amount:.2f}") == values.amount(brazilian) == amount


@pytest.mark.parametrize("text", ["", "-1", "1.5", "100000", "two"])
def test_days_are_a_whole_number(text: str) -> None:
    with pytest.raises(ValueError, match="whole number of days"):
        values.days(text)


def test_words_lose_needless_spaces() -> None:
    assert values.words("  Padaria   Pão Quente ") == "Padaria Pão Quente"


@pytest.mark.parametrize("text", ["", "   ", "x" * 121, "bell\x07"])
def test_words_that_cannot_be_shown_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="write"):
        values.words(text)


@given(st.text(max_size=30))
def test_no_reader_ever_repeats_what_it_was_given(text: str) -> None:
    marked = f"canary{text}"
    for read in (values.flag, values.day, values.amount, values.days):
        with pytest.raises(ValueError) as caught:
            read(marked)
        assert "canary" not in str(caught.value)
