"""CPF and CNPJ: what is taken, what is refused, and that nothing leaks a number."""

from __future__ import annotations

import random
import re
import string
import traceback

import brutils
import pytest
import stdnum.br.cnpj
import stdnum.br.cpf
import validate_docbr
from hypothesis import assume, given
from hypothesis import strategies as st

from routing.documents import Document, DocumentError, check_digits, parse_document

CPF = "52998224725"
CNPJ = "12ABC34501DE35"
PLACES = string.digits + string.ascii_uppercase


def accepted(text: str) -> bool:
    try:
        parse_document(text)
    except DocumentError:
        return False
    return True


def test_the_tax_offices_own_example_of_a_cnpj_with_letters_is_right() -> None:
    assert check_digits("12ABC34501DE") == "35"
    assert parse_document("12.ABC.345/01DE-35") == Document("cnpj", CNPJ)


@pytest.mark.parametrize(
    "text",
    [CPF, "529.982.247-25", " 529 982 247 25 ", "529982247-25\t", "'52998224725", '="529.982.247-25"', f'"{CPF}"'],
)
def test_signs_of_a_document_in_their_places_and_marks_of_a_text_go(text: str) -> None:
    assert parse_document(text) == Document("cpf", CPF)


@pytest.mark.parametrize(
    "number", ["52998224725", "11222333000181", "CO:2131234321", "AR:20055361682", "PE:20512333797", "MX:MAB9307148T4"]
)
@given(st.data())
def test_a_sign_where_a_document_has_none_is_refused(number: str, data: st.DataObject) -> None:
    country, colon, places = number.rpartition(":")
    at = data.draw(st.integers(1, len(places)))
    sign = data.draw(
        st.sampled_from([*"!#$%()*+,:;<=>?@[]^_`{|}~\\'\"", ".0", ".", ",0", "–", "\u2011", "\u200b", "e0", "E+"])
    )
    assert not accepted(country + colon + places[:at] + sign + places[at:])


@pytest.mark.parametrize(
    "text",
    ["CO:213123432.1", "CO:9003739134.0", "PE:2010007097.0", "AR:2005536168.2", "MX:go\u00df561231gr8", "CO:2.1E+9"],
)
def test_a_changed_number_is_no_other_document_of_another_country(text: str) -> None:
    assert not accepted(text)


def test_an_n_with_its_tilde_apart_is_an_enie() -> None:
    assert parse_document("MX:N\u0303AN\u0303-000229-AB1").number == "ÑAÑ000229AB1"


@pytest.mark.parametrize("text", [CNPJ, "12.abc.345/01de-35", "12 abc 345 01de 35"])
def test_letters_of_a_cnpj_may_be_small(text: str) -> None:
    assert parse_document(text) == Document("cnpj", CNPJ)


@pytest.mark.parametrize("number", ["00000000000191", "11222333000181", "33907184000127"])
def test_a_cnpj_of_digits_alone_is_still_good(number: str) -> None:
    assert parse_document(number).kind == "cnpj"


@pytest.mark.parametrize("digit", string.digits)
@pytest.mark.parametrize("length", [11, 14])
def test_one_digit_repeated_is_refused_although_the_arithmetic_may_hold(digit: str, length: int) -> None:
    assert not accepted(digit * length)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "123",
        "5299822472",
        "529982247251",
        "12ABC34501DE3",
        "12ABC34501DE355",
        "52998224724",
        "12ABC34501DE36",
        "12ABC34501DEAB",
        "5299822472A",
        "１２ABC34501DE35",
        "٥٢٩٩٨٢٢٤٧٢٥",
        "529.982.247–25",
        "529982247\x0025",
    ],
)
def test_whatever_is_neither_is_refused(text: str) -> None:
    assert not accepted(text)


@pytest.mark.parametrize("base", ["", "12345678", "12345678A", "12abc34501de", "1234567890", "１２３４５６７８９"])
def test_check_digits_are_asked_for_the_beginning_of_a_document_only(base: str) -> None:
    with pytest.raises(DocumentError):
        check_digits(base)


@given(st.text(st.sampled_from(string.digits + "AZ.-/ é"), min_size=3, max_size=16))
def test_a_refusal_never_repeats_what_was_typed(text: str) -> None:
    assume(not accepted(text))
    with pytest.raises(DocumentError) as refused:
        parse_document(text)
    told = "".join(traceback.format_exception_only(refused.value))
    assert refused.value.__cause__ is None
    assert not [number for number in re.findall(r"[0-9]{3,}", text) if number in told]


def test_a_document_shows_its_last_two_digits_and_no_more() -> None:
    document = parse_document(CNPJ)
    assert document.last_two == "35"
    for shown in (repr(document), str(document), f"{document}"):
        assert shown == "Document(cnpj, …35)"


@given(st.text(string.digits, min_size=9, max_size=9) | st.text(PLACES, min_size=12, max_size=12))
def test_of_a_hundred_endings_one_alone_is_right(base: str) -> None:
    assume(len(set(base)) > 1)
    endings = [f"{ending:02}" for ending in range(100)]
    assert [ending for ending in endings if accepted(base + ending)] == [check_digits(base)]


def test_three_libraries_agree_on_thousands_of_numbers_good_and_bad() -> None:
    # python-stdnum takes one digit repeated for a good CPF; such numbers are tested by themselves above.
    dice = random.Random(4003)
    good = 0
    for turn in range(2_000):
        kind = "cpf" if turn % 2 else "cnpj"
        places = string.digits if kind == "cpf" or turn % 4 else PLACES
        base = "".join(dice.choices(places, k=9 if kind == "cpf" else 12))
        number = base + check_digits(base)
        if turn % 3 == 0:
            at = dice.randrange(len(number))
            number = number[:at] + dice.choice(places) + number[at + 1 :]
        if len(set(number)) == 1:
            continue
        ours = accepted(number)
        good += ours
        if kind == "cpf":
            theirs = [
                stdnum.br.cpf.is_valid(number),
                brutils.is_valid_cpf(number),
                validate_docbr.CPF().validate(number),
            ]
        else:
            theirs = [
                stdnum.br.cnpj.is_valid(number),
                brutils.is_valid_cnpj(number),
                validate_docbr.CNPJ().validate(number),
            ]
        assert theirs == [ours] * 3, f"{kind} of turn {turn}"
    assert 1_200 < good < 1_600
