"""What was keyed or spoken, read as the thing that it should be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.call import events
from ivr.call.entries import (
    CodeEntry,
    DocumentEntry,
    KeyEntry,
    PasswordEntry,
    corrected,
    read_code,
    read_document,
    read_entry,
    read_keys_of_document,
    read_password,
    went_back,
)
from ivr.call.facts import Facts
from ivr.flow.line import Line
from routing.access_codes import AccessCodes, CodeFormat
from tests.lines import TUESDAY

CNPJ = "11222333000181"
CODES = AccessCodes(CodeFormat("NN.N.NNNN"), {"05.1": "vitrine"})

_keys = st.text("0123456789*#", max_size=30)


def _number(event: events.Keys | events.Speech | events.Silence, *, spoken: bool = True) -> str | None:
    document = read_document(event, spoken=spoken, language="pt-BR")
    return document.number if document else None


@pytest.mark.parametrize(
    ("digits", "back"), [("*", True), ("***", True), ("", False), ("1*", False), ("*#", False), ("*1", False)]
)
def test_only_stars_lead_back(digits: str, back: bool) -> None:
    assert went_back(digits) is back


@pytest.mark.parametrize(
    ("digits", "meant"), [("12*34", "34"), ("1*2*3", "3"), ("12*", ""), ("12#", "12"), ("1#2", "12"), ("", "")]
)
def test_the_entry_begins_again_after_a_star_and_hash_does_not_count(digits: str, meant: str) -> None:
    assert corrected(digits) == meant


@given(_keys)
def test_what_is_left_of_an_entry_holds_digits_only(digits: str) -> None:
    assert set(corrected(digits)) <= set("0123456789")


@pytest.mark.parametrize("digits", [CNPJ, f"{CNPJ}#", f"123*{CNPJ}", "52998224725"])
def test_a_document_may_be_keyed(digits: str) -> None:
    assert _number(events.Keys(digits)) == corrected(digits)


@pytest.mark.parametrize("digits", [CNPJ, f"{CNPJ}#", f"123*{CNPJ}", "52998224725", "12222345013335"])
def test_keys_may_be_a_document_whatever_letters_lie_on_them(digits: str) -> None:
    assert read_keys_of_document(events.Keys(digits)) == corrected(digits)


@pytest.mark.parametrize(
    "event",
    [
        events.Keys("1122233300018"),
        events.Keys("52998224724"),
        events.Keys(""),
        events.Speech(CNPJ, 0.9),
        events.Silence(),
    ],
)
def test_too_few_keys_a_wrong_cpf_and_speech_are_no_keys_of_a_document(
    event: events.Keys | events.Speech | events.Silence,
) -> None:
    assert read_keys_of_document(event) is None


@pytest.mark.parametrize("digits", ["11222333000182", "1122233300018", "00000000000000", "52998224724", "", "12*"])
def test_a_document_with_a_wrong_digit_or_too_few_is_none(digits: str) -> None:
    assert _number(events.Keys(digits)) is None


def test_a_document_may_be_spoken_only_where_that_is_allowed() -> None:
    spoken = events.Speech("11 222 333 barra 0001 traço 81", 0.9)
    assert _number(spoken) == CNPJ
    assert _number(spoken, spoken=False) is None


@pytest.mark.parametrize(
    "said",
    ["o CNPJ é 11 222 333 0001 81", "acho que é 11.222.333/0001-81", "é o 52998224725", "a do CPF 529 982 247 25"],
)
def test_small_words_around_a_spoken_number_are_no_letters_of_it(said: str) -> None:
    assert _number(events.Speech(said, 0.9)) in {CNPJ, "52998224725"}


@pytest.mark.parametrize("said", ["doze a b c 34501 d e 35", "12 A B C três quatro cinco zero um D E três cinco"])
def test_a_document_with_letters_may_be_spoken(said: str) -> None:
    assert _number(events.Speech(said.replace("doze", "um dois"), 0.9)) == "12ABC34501DE35"


def test_silence_is_no_document() -> None:
    assert _number(events.Silence()) is None


@pytest.mark.parametrize("digits", ["1234", "12345678", "99*1234", "1234#", "0000"])
def test_a_password_has_four_to_eight_digits(digits: str) -> None:
    assert read_password(events.Keys(digits)) == corrected(digits)


@pytest.mark.parametrize("digits", ["123", "123456789", "", "*", "1234*"])
def test_anything_else_is_no_password(digits: str) -> None:
    assert read_password(events.Keys(digits)) is None


def test_a_password_is_never_spoken() -> None:
    assert read_password(events.Speech("1234", 1.0)) is None
    assert read_password(events.Silence()) is None


@pytest.mark.parametrize("keyed", ["0510001", "05*1*0001", "05*10001", "0510001#"])
def test_a_star_in_an_access_code_stands_for_its_dot(keyed: str) -> None:
    assert read_code(events.Keys(keyed), CODES) == "0510001"


@pytest.mark.parametrize("keyed", ["051000", "05100011", "0*510001", "*", ""])
def test_a_code_that_is_not_whole_is_none(keyed: str) -> None:
    assert read_code(events.Keys(keyed), CODES) is None


def test_a_code_may_be_read_out() -> None:
    assert read_code(events.Speech("05.1.0001", 0.8), CODES) == "0510001"
    assert read_code(events.Silence(), CODES) is None


def test_a_line_without_codes_knows_none() -> None:
    assert read_code(events.Keys("0510001"), None) is None


def test_an_entry_is_read_as_what_its_state_asks_for(small_line: Line) -> None:
    states = small_line.states
    assert read_entry(small_line, states["principal"], events.Keys("23")) == KeyEntry("2")
    assert read_entry(small_line, states["principal"], events.Speech("suporte a banco", 0.9)) == KeyEntry("2")
    assert read_entry(small_line, states["principal"], events.Speech("nada disso", 0.9)) == KeyEntry("")
    assert read_entry(small_line, states["documento"], events.Keys("11222333000182")) == DocumentEntry(
        None, "11222333000182"
    )
    assert read_entry(small_line, states["senha"], events.Keys("1234#")) == PasswordEntry("1234")
    assert read_entry(small_line, states["codigo"], events.Keys("05*1*0001")) == CodeEntry("0510001")
    assert read_entry(small_line, states["ligar"], events.Keys("1234")) is None


def test_an_entry_does_not_show_what_was_entered() -> None:
    entries = (KeyEntry("8"), PasswordEntry("8888"), CodeEntry("8888888"), DocumentEntry(None, "88888888888888"))
    assert "8" not in repr([repr(each) for each in entries] + [repr(Facts(TUESDAY, entry=each)) for each in entries])
