"""Card numbers: check digits, types by how they begin and how long they are, and what is shown of them.

Source: the table of card types on Twilio's <Pay> page; numbers that processors publish for tests.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.simulator.verbs import payment_cards
from ivr.simulator.verbs.payment_cards import EXAMPLES, card_type, masked, passes_luhn


@pytest.mark.parametrize(("kind", "number"), list(EXAMPLES.items()))
def test_published_numbers_are_of_their_type(kind: str, number: str) -> None:
    assert card_type(number) == kind
    assert passes_luhn(number) or kind in payment_cards.WITHOUT_CHECK_DIGIT


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("4" * 13, "visa"),
        ("4" * 15, None),
        ("2221" + "0" * 12, "mastercard"),
        ("2220" + "0" * 12, None),
        ("2720" + "0" * 12, "mastercard"),
        ("2721" + "0" * 12, None),
        ("50" + "0" * 10, "maestro"),
        ("54" + "0" * 10, None),
        ("6011" + "0" * 12, "discover"),
        ("62" + "0" * 12, "maestro"),
        ("3527" + "0" * 12, None),
        ("3589" + "0" * 12, "jcb"),
        ("305" + "0" * 13, None),
        ("36" + "0" * 12, "diners-club"),
        ("38" + "0" * 12, None),
        ("", None),
    ],
)
def test_a_type_has_its_ranges_and_lengths(number: str, kind: str | None) -> None:
    assert card_type(number) == kind


def with_check_digit(digits: str) -> str:
    return next(f"{digits}{check}" for check in range(10) if passes_luhn(f"{digits}{check}"))


@given(st.from_regex(r"[0-9]{11,18}", fullmatch=True), st.data())
def test_one_digit_that_is_wrong_never_passes(digits: str, data: st.DataObject) -> None:
    number = with_check_digit(digits)
    place = data.draw(st.integers(0, len(number) - 1))
    other = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != number[place]]))
    assert not passes_luhn(number[:place] + other + number[place + 1 :])


@given(st.from_regex(r"[0-9]{12,19}", fullmatch=True))
def test_only_the_last_four_digits_of_a_number_are_shown(number: str) -> None:
    shown = masked(number).replace("-", "")
    assert (len(shown), shown[-4:], set(shown[:-4])) == (len(number), number[-4:], {"x"})
