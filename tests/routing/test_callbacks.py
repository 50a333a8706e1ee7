"""Which numbers a line calls back; nothing of a caller is believed."""

from __future__ import annotations

import pytest

from routing.callbacks import SUBSCRIBERS, CallbackRules
from routing.callers import number_of

OWN = ("+5540030015", "+525550900100")

SUBSCRIBER = {
    "+5511987654321": "+5511987654321",
    "+55 11 98765-4321": "+5511987654321",
    "+55(11)987654321": "+5511987654321",
    "+552133334444": "+552133334444",
    "sip:+5521991040175@carrier.example.com": "+5521991040175",
    "sip:+55(11)987654321@10.0.0.1;user=phone": "+5511987654321",
    "sips:%2B5521991040175@[2001:db8::10]:5073;transport=tls": "+5521991040175",
    "sip:+5521991040175;phone-context=example@host": "+5521991040175",
    "tel:+55-21-99104-0175": "+5521991040175",
}

NEVER = (
    "+5540030015", "+551140030015", "+55 11 4003-0015", "sip:+551140030015@host", "+552140030015",
    "+551140041234", "+5540041234", "+551130030015", "+5530030015", "+551140201234", "+551140621234",
    "+558001234567", "+553001234567", "+559001234567", "+551155551234567",
    "+15125550123", "+525512345678", "+881612345678", "+97912345678", "+2666966870", "+266696687",
    "+551187654321", "+5511", "190", "202", "", "   ", "anonymous", "Ramal 200", "+", "+55", "restricted",
    "sip:202@[2001:db8::10]:5073;transport=tcp", "sip:d'avila@example.com", "sip:@host", "sip:", "client:ana",
    "sip:anonymous@anonymous.invalid", "+5511987654321;ext=9", "+5511987654321 ramal 2", "+55119876５4321", "1" * 5000,
)  # fmt: skip


@pytest.mark.parametrize("caller", SUBSCRIBER)
def test_a_subscriber_is_called_back_however_the_number_is_spelt(caller: str) -> None:
    assert SUBSCRIBERS.number_to_call(caller, OWN) == SUBSCRIBER[caller]


@pytest.mark.parametrize("caller", NEVER)
def test_services_own_numbers_and_what_is_no_number_are_not_called_back(caller: str) -> None:
    assert SUBSCRIBERS.number_to_call(caller, OWN) is None


def test_with_prefixes_only_numbers_that_begin_so_are_called_back() -> None:
    rules = CallbackRules(prefixes=("+5511", "+1512"))
    asked = ("+5511987654321", "+15125550123", "+5521991040175", "+551140030015", "+558001234567")
    assert [rules.number_to_call(each, OWN) for each in asked] == ["+5511987654321", "+15125550123", None, None, None]


def test_the_telephones_of_the_destinations_are_not_called_back() -> None:
    rules = CallbackRules(never=frozenset({"+551150900700"}))
    assert rules.number_to_call("+55 11 5090-0700", OWN) is None
    assert rules.number_to_call("+551150900701", OWN) == "+551150900701"


def test_a_prefix_that_is_none_is_told() -> None:
    with pytest.raises(ValueError, match=r"'5511' is no beginning of a number; write \+ and digits"):
        CallbackRules(prefixes=("5511",))


@pytest.mark.parametrize(
    ("caller", "country", "number"),
    [
        ("+525512345678", "MX", "+525512345678"),
        ("11987654321", "BR", "+5511987654321"),
        ("sip:202@host", "BR", None),
        ("+13052345678", "BR", "+13052345678"),
    ],
)
def test_a_number_is_found_in_what_is_told_of_a_caller(caller: str, country: str, number: str | None) -> None:
    assert number_of(caller, country) == number
