"""Every language answers everything that the line asks of one: to add a language is a file that passes these."""

from __future__ import annotations

import dataclasses
import string
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from ivr.call.speech_parsing import plain_words, spoken_document
from ivr.flow.sections import SECTIONS
from ivr.languages import LANGUAGES
from ivr.languages.language import Language
from ivr.redaction import MASK, redacted
from ivr.source.folding import fold
from routing.services import CURRENCIES
from tests.lines import TUESDAY

EACH = pytest.mark.parametrize("language", LANGUAGES.values(), ids=list(LANGUAGES))


def _parts(language: Language) -> dict[str, Any]:
    """The groups of words of a language, by the names of their fields."""
    fields = [field.name for field in dataclasses.fields(Language) if field.name != "last_resort"]
    return {name: getattr(language, name) for name in fields}


def test_no_word_of_a_language_has_a_default_that_hides_a_gap() -> None:
    (first, *_) = LANGUAGES.values()
    fields = [field for each in (first, *_parts(first).values()) for field in dataclasses.fields(each)]
    assert len(fields) > 30
    none = dataclasses.MISSING
    assert [field.name for field in fields if (field.default, field.default_factory) != (none, none)] == []


@EACH
def test_nothing_that_a_language_answers_is_empty(language: Language) -> None:
    for part, words in _parts(language).items():
        answers = {field.name: getattr(words, field.name) for field in dataclasses.fields(words)}
        assert [(part, name) for name, answer in answers.items() if not answer] == []
    assert language.last_resort.endswith(".")


@EACH
def test_every_minute_and_every_date_can_be_said(language: Language) -> None:
    hours = {language.openings.hour(TUESDAY + timedelta(minutes=minute)) for minute in range(24 * 60)}
    days = {language.openings.day(date(2026, 1, 1) + timedelta(days=day), date(2025, 12, 31)) for day in range(365)}
    assert (len(hours), len(days)) == (24 * 60, 365)


@EACH
def test_every_digit_has_a_name_and_is_understood_by_it(language: Language) -> None:
    assert len(set(language.numbers.names)) == 10
    assert spoken_document(" ".join(language.numbers.names), language) == string.digits
    assert set(language.dictation.digits.values()) == set(string.digits)


@EACH
def test_telephone_numbers_are_grouped_whole(language: Language) -> None:
    assert [size for size, groups in language.numbers.telephones.items() if sum(groups) != size] == []


@EACH
def test_waits_are_told_three_ways(language: Language) -> None:
    assert len({language.numbers.wait(seconds) for seconds in (5, 60, 180)}) == 3
    assert "3" in language.numbers.wait(180)


@EACH
@pytest.mark.parametrize("currency", CURRENCIES)
def test_every_currency_of_a_service_has_its_words(language: Language, currency: str) -> None:
    told = {language.money.spoken(Decimal(amount), currency) for amount in ("1", "2", "0.01", "0.02", "2.02")}
    assert len(told) == 5


@EACH
def test_every_letter_has_a_word_of_its_own_that_begins_with_it(language: Language) -> None:
    assert [plain_words(word)[0].upper() for word in language.spelling.words] == list(string.ascii_uppercase)
    assert len(set(language.spelling.words)) == 26
    assert set(language.spelling.other_signs) == {"Ñ", "&"}


@EACH
def test_every_key_of_a_telephone_has_a_name(language: Language) -> None:
    assert set(language.keys.names.values()) == set("0123456789*#")


@EACH
def test_words_that_are_compared_are_written_folded(language: Language) -> None:
    dictation, writing = language.dictation, language.writing
    words = [*dictation.digits, *dictation.letters, *dictation.punctuation, dictation.joiner, *language.keys.names]
    words += [*writing.days, *writing.short_days, *writing.always, *writing.sections]
    assert [word for word in words if fold(word) != word] == []


@EACH
def test_hints_of_sections_name_sections_that_there_are(language: Language) -> None:
    assert set(language.writing.sections.values()) <= {name for names in SECTIONS.values() for name in names}


@EACH
def test_digits_that_are_said_and_named_passwords_are_hidden_in_the_log(language: Language) -> None:
    names = language.numbers.names
    assert redacted(f"x {' '.join(names[1:6])} x") == f"x {MASK} x"
    assert redacted(f"x {f' {language.dictation.joiner} '.join(names[1:6])} x") == f"x {MASK} x"
    assert [word for word in language.writing.secrets if redacted(f"{word}: abc") != f"{word}: {MASK}"] == []


@EACH
def test_an_opening_that_is_not_known_is_another_day(language: Language) -> None:
    assert language.openings.spoken(None, datetime(2026, 3, 10, tzinfo=TUESDAY.tzinfo)) == language.openings.other_day
