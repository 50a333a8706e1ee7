"""Documents of other countries, against the arithmetic of their tax offices, written out once more here."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.mx import rfc

from data.vault import KEYPAD
from ivr.call import events
from ivr.call.entries import read_document, read_keys_of_document
from ivr.languages.spanish import SPANISH
from routing.documents import COUNTRIES, DocumentError, parse_document

GOOD = [
    ("MX", "GODE 561231 GR8", "rfc", "GODE561231GR8"),
    ("MX", "mab-930714-8t4", "rfc", "MAB9307148T4"),
    ("MX", "ÑAÑ-000229-AB1", "rfc", "ÑAÑ000229AB1"),
    ("MX", "A&B-930714-8T4", "rfc", "A&B9307148T4"),
    ("CO", "213.123.432-1", "nit", "2131234321"),
    ("PE", "20512333797", "ruc", "20512333797"),
    ("AR", "20-05536168-2", "cuit", "20055361682"),
]


@pytest.mark.parametrize(("country", "written", "kind", "number"), GOOD)
def test_a_document_of_another_country_is_read(country: str, written: str, kind: str, number: str) -> None:
    for document in (parse_document(written, country), parse_document(f"{country.lower()} : {written}")):
        assert (document.kind, document.number, document.last_two) == (kind, number, number[-2:])


@pytest.mark.parametrize(
    ("country", "written"),
    [
        ("MX", "GODE561331GR8"),  # no such month
        ("MX", "MAB930230ABC"),  # no such day
        ("MX", "GODE561231"),  # the last three places are missing
        ("CO", "2131234325"),
        ("PE", "20512333798"),
        ("PE", "30512333797"),
        ("AR", "20267565392"),
        ("AR", "11222333000181"),
        ("BR", "20512333797"),
        ("CL", "76086428-5"),
    ],
)
def test_a_wrong_document_is_refused_and_never_repeated(country: str, written: str) -> None:
    for text in (f"{country}:{written}",):
        with pytest.raises(DocumentError) as refused:
            parse_document(text)
        assert written not in str(refused.value)


def weighted(number: str, *weights: int) -> int:
    return sum(weight * int(digit) for weight, digit in zip(weights, number, strict=False))


def ruc(number: str) -> bool:
    right = (11 - weighted(number, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2) % 11) % 10
    return len(number) == 11 and number[:2] in {"10", "15", "17", "20"} and number[-1] == str(right)


def cuit(number: str) -> bool:
    kinds = {"20", "23", "24", "27", "30", "33", "34", "50", "51", "55"}
    rest = weighted(number, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2) % 11
    return len(number) == 11 and number[:2] in kinds and number[-1] == "012345678990"[11 - rest]


def nit(number: str) -> bool:
    rest = weighted(number[-2::-1], 3, 7, 13, 17, 19, 23, 29, 37, 41, 43) % 11
    return 8 <= len(number) <= 11 and number[-1] == str(rest if rest < 2 else 11 - rest)


@given(st.text("0123456789", min_size=7, max_size=12))
def test_digits_are_right_where_the_tax_office_says_so(number: str) -> None:
    assert _is_good(number, "PE") == ruc(number)
    assert _is_good(number, "AR") == cuit(number)
    assert _is_good(number, "CO") == nit(number)


BEGINNINGS = [("PE", "20", ruc), ("PE", "10", ruc), ("AR", "30", cuit), ("AR", "27", cuit), ("CO", "90", nit)]


@given(
    st.sampled_from(BEGINNINGS),
    st.text("0123456789", min_size=8, max_size=8),
    st.sampled_from("0123456789"),
)
def test_each_check_digit_is_that_of_the_tax_office(
    kind: tuple[str, str, Callable[[str], bool]], base: str, last: str
) -> None:
    country, begins, is_right = kind
    number = f"{begins}{base}{last}"
    assert _is_good(number, country) == is_right(number)


@given(st.from_regex(r"[A-ZÑ&]{3,4}[0-9]{2}(0[1-9]|1[0-3])([0-2][0-9]|3[0-2])[0-9A-Z]{3}", fullmatch=True))
def test_an_rfc_is_right_where_the_library_says_so(number: str) -> None:
    if not any(number.startswith(word) for word in rfc._name_blacklist):
        assert _is_good(number, "MX") == rfc.is_valid(number)


def _is_good(number: str, country: str) -> bool:
    try:
        parse_document(number, country)
    except DocumentError:
        return False
    return True


def test_an_rfc_is_keyed_letter_by_letter_and_other_lengths_are_not() -> None:
    for number in ("MAB9307148T4", "GODE561231GR8", "ÑA&000229AB1"):
        keys = number.translate(KEYPAD)
        assert keys.isdecimal()
        assert read_keys_of_document(events.Keys(f"{keys}#"), COUNTRIES) == keys
        assert read_keys_of_document(events.Keys(keys)) is None, "on a line that takes documents of Brazil only"
    assert read_keys_of_document(events.Keys("123456789012345"), COUNTRIES) is None
    assert read_keys_of_document(events.Keys("20512333797"), COUNTRIES) == "20512333797"


def test_a_line_takes_the_documents_of_its_countries_only() -> None:
    keyed = events.Keys("20512333797")
    assert read_document(keyed, spoken=False, language="pt-BR") is None
    found = read_document(keyed, spoken=False, language="es-MX", countries=("MX", "PE"))
    assert found is not None
    assert found.kind == "ruc"
    said = events.Speech("eme a be nueve tres cero siete uno cuatro ocho te cuatro", 0.9)
    heard = read_document(said, spoken=True, language="es-MX", countries=("MX",))
    assert heard is not None
    assert heard.number == "MAB9307148T4"


def test_an_rfc_is_read_back_by_name_date_and_rest() -> None:
    assert SPANISH.spelling.spoken("MAB9307148T4") == (
        "M de mesa, A de amor, B de burro; 9, 3; 0, 7; 1, 4; 8, T de taza, 4"
    )
    assert SPANISH.spelling.spoken("Ñ&A930714AAA").startswith("Ñ de ñandú, signo y, A de amor; 9, 3")
