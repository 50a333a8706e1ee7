"""What a recogniser makes of a document that is spoken digit by digit, language by language."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.call.speech_parsing import plain_words
from ivr.call.speech_parsing import spoken_document as spoken_in
from ivr.languages import LANGUAGES

_NAMES = {
    "0": ["zero"], "1": ["um", "uma"], "2": ["dois", "duas"], "3": ["três", "tres"], "4": ["quatro"], "5": ["cinco"],
    "6": ["seis", "meia"], "7": ["sete"], "8": ["oito"], "9": ["nove"],
    "B": ["bê", "b"], "C": ["cê", "c"], "D": ["dê", "d"], "F": ["efe"], "G": ["gê"], "H": ["agá"], "J": ["jota"],
    "K": ["cá", "k"], "L": ["ele"], "M": ["eme"], "N": ["ene"], "P": ["pê"], "Q": ["quê"], "R": ["erre"],
    "S": ["esse"], "T": ["tê"], "V": ["vê"], "W": ["dáblio"], "X": ["xis"], "Y": ["ípsilon"], "Z": ["zê"],
    "A": ["a"], "I": ["i"], "O": ["o"], "U": ["u"],
}  # fmt: skip


def spoken_document(said: str, language: str = "pt") -> str:
    return spoken_in(said, LANGUAGES[language])


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("11 222 333 0001 81", "11222333000181"),
        ("11.222.333/0001-81", "11222333000181"),
        ("um um dois dois dois três três três zero zero zero um oito um", "11222333000181"),
        ("meia meia seis", "666"),
        ("onze ponto duzentos", ""),
        ("5 2 9 ponto 9 8 2 traço 2 5", "52998225"),
        ("cinco dois nove e nove oito dois", "529982"),
        ("um dois a bê cê 345 zero um D é 35", "12ABC34501DE35"),
        ("12 a b c 345 01 d e 35", "12ABC34501DE35"),
        ("B de bola", "B"),
        ("12 A de avião B de bola C de casa 345", "12ABC345"),
        ("bê de bola dê de dado", "BD"),
        ("1 barra 2 hífen 3", "123"),
        ("meu documento é 529", "529"),
        ("", ""),
        ("?!", ""),
    ],
)
def test_figures_words_and_letters_are_heard_as_they_are_meant(said: str, heard: str) -> None:
    assert spoken_document(said) == heard


def test_a_lone_e_joins_numbers_but_is_a_letter_beside_a_letter() -> None:
    assert spoken_document("um e dois") == "12"
    assert spoken_document("D E 35") == "DE35"
    assert spoken_document("efe e 35") == "FE35"
    assert spoken_document("e") == ""


@given(
    st.lists(
        st.sampled_from(sorted(_NAMES)).flatmap(lambda sign: st.tuples(st.just(sign), st.sampled_from(_NAMES[sign])))
    )
)
def test_every_sign_is_heard_by_every_one_of_its_names(spelt: list[tuple[str, str]]) -> None:
    assert spoken_document(", ".join(name for _, name in spelt)) == "".join(sign for sign, _ in spelt)


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("uno uno dos dos dos tres tres tres cero cero cero uno ocho uno", "11222333000181"),
        ("once punto doscientos", ""),
        ("uno y dos", "12"),
        ("12 a be ce 345 cero uno de e 35", "12ABC34501DE35"),
        ("ve chica, be grande", "VB"),
        ("B de burro, D de dedo", "BD"),
        ("doble u, i griega, zeta, hache, cu", "WYZHQ"),
        ("mi documento es el 529 guion 98", "52998"),
    ],
)
def test_a_document_is_heard_in_spanish(said: str, heard: str) -> None:
    assert spoken_document(said, "es") == heard


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("one one two double u, zee", "112WZ"),
        ("1 and 2", "12"),
        ("B as in Bravo, D for Delta, oh five", "BD05"),
        ("5 2 9 dash 9 8", "52998"),
    ],
)
def test_a_document_is_heard_in_english(said: str, heard: str) -> None:
    assert spoken_document(said, "en") == heard


@given(st.text(max_size=200), st.sampled_from(sorted(LANGUAGES)))
def test_nothing_but_digits_and_capital_letters_is_ever_heard(said: str, language: str) -> None:
    heard = spoken_document(said, language)
    assert all(sign.isascii() and (sign.isdigit() or sign.isupper()) for sign in heard)


@given(st.text(max_size=200))
def test_plain_words_are_plain_and_stay_so(said: str) -> None:
    plain = plain_words(said)
    assert plain_words(plain) == plain
    assert plain.isascii()
    assert plain == plain.strip()
