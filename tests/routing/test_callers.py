"""The number of whoever calls or is called, out of what the telephone company tells of them."""

from __future__ import annotations

import pytest

from routing.callers import is_dialled, needs_caller_id, number_of
from routing.numbers import kind_of, local_rate, parse_number
from routing.regions import area_code

RIO = "+5521991040175"

OF_RIO = [
    "+5521991040175",
    "sip:+5521991040175@200.160.2.3:5060",
    "SIP:+5521991040175@HOST",
    "sips:5521991040175@host",
    "sip:21991040175@host",
    "sip:+55(21)99104-0175@host",
    "sip:%2B5521991040175@host",
    "sip:+55%2821%29991040175@host",
    "sip:+5521991040175;user=phone@host",
    "sip:+5521991040175@host;user=phone;transport=tcp",
    "sip:+5521991040175:secret@host",
    "sip:+5521991040175@",
    "tel:+55-21-99104-0175;phone-context=host",
    "whatsapp:+5521991040175",
    '"Ana" <sip:+5521991040175@host>',
]

WITHOUT = ["", "anonymous", "Ramal 200", "sip:202@[2001:db8::10]:5073", "sip:d'avila@host", "client:ana", "\U0001f600"]


@pytest.mark.parametrize("caller", OF_RIO)
def test_a_number_inside_an_address_is_the_callers_and_tells_the_area(caller: str) -> None:
    assert number_of(caller) == RIO
    assert area_code(caller) == "21"


@pytest.mark.parametrize("caller", WITHOUT)
def test_what_is_no_number_is_none_and_of_no_area(caller: str) -> None:
    assert number_of(caller) is None
    assert area_code(caller) is None
    assert needs_caller_id(caller)


def test_only_a_plain_number_can_stand_as_the_one_who_rings() -> None:
    assert [caller for caller in OF_RIO if not needs_caller_id(caller)] == [RIO]


@pytest.mark.parametrize(
    "called", ["+551140030015", "+5540030015", "40030015", "4003-0015", "sip:40030015@host", "sip:+551140030015@h;x=1"]
)
def test_a_line_is_dialled_by_its_number_in_every_shape(called: str) -> None:
    assert is_dialled(called, "+551140030015")
    assert not is_dialled(called, "+525550220015")


@pytest.mark.parametrize("text", ["3003-1234", "3004-1234", "4003-0015", "4004 1234", "4020-1234", "30011234"])
def test_a_national_local_rate_number_is_dialled_as_eight_digits(text: str) -> None:
    digits = text.replace("-", "").replace(" ", "")
    number = parse_number(text)
    assert (number, kind_of(number), local_rate(number)) == (f"+55{digits}", "ordinary", digits)
    assert local_rate(parse_number(f"21{digits}")) == digits


@pytest.mark.parametrize("text", ["0300 123 4567", "3001234567", "+553001234567", "0300 789 1234", "0303 123 4567"])
def test_0300_and_0303_numbers_are_still_refused(text: str) -> None:
    with pytest.raises(ValueError, match="special rate"):
        parse_number(text)


def test_a_subscribers_number_is_no_local_rate_number() -> None:
    assert local_rate("+551130039") is None
    assert local_rate("+5511987654321") is None
    assert local_rate("+1300312345") is None
