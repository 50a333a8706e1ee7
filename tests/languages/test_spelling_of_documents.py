"""A CNPJ is read back so that a caller hears each letter for what it is."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.call.speech_parsing import plain_words, spoken_document
from ivr.languages import LANGUAGES
from ivr.languages.portuguese import PORTUGUESE
from ivr.languages.spanish import SPANISH


def test_letters_come_with_words_in_the_groups_of_a_written_cnpj() -> None:
    said = PORTUGUESE.spelling.spoken("12ABC34501DE35")
    assert said == "1, 2; A de amor, B de bola, C de casa; 3, 4, 5; 0, 1, D de dado, E de escola; 3, 5"
    assert SPANISH.spelling.spoken("12ABC34501DE35").startswith("1, 2; A de amor, B de burro")


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_language_has_a_word_for_each_letter_that_begins_with_it(language: str) -> None:
    assert [plain_words(word)[0].upper() for word in LANGUAGES[language].spelling.words] == list(string.ascii_uppercase)
    assert len(set(LANGUAGES[language].spelling.words)) == 26


@given(st.text(string.digits + string.ascii_uppercase, min_size=12, max_size=12))
def test_what_is_read_back_is_understood_when_the_caller_says_it_again(base: str) -> None:
    assert spoken_document(PORTUGUESE.spelling.spoken(f"{base}35"), LANGUAGES["pt"]) == f"{base}35"
