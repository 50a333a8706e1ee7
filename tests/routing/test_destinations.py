"""Targets that can be rung, and the ones that are refused before anybody waits for them."""

from __future__ import annotations

import pytest

from routing.destinations import (
    Apologise,
    Destination,
    Divert,
    NextTarget,
    Number,
    Queue,
    RingOnCall,
    Sip,
    parse_number,
    parse_sip,
)


@pytest.mark.parametrize(
    ("text", "e164"),
    [
        ("+5511987654321", "+5511987654321"),
        ("(11) 98765-4321", "+5511987654321"),
        ("11 3234-5678", "+551132345678"),
        ("+551140030015", "+551140030015"),
        ("4003-0015", "+5540030015"),
        ("0800 123 4567", "+558001234567"),
        ("+12025550100", "+12025550100"),
    ],
)
def test_a_number_is_read_as_e164_and_is_brazilian_where_no_country_is_given(text: str, e164: str) -> None:
    assert parse_number(text) == e164


@pytest.mark.parametrize("text", ["0900 123 456", "0500 123 4567", "0300 123 4567", "+5503001234567"])
def test_services_that_bill_whoever_rings_them_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="special rate"):
        parse_number(text)


def test_a_foreign_number_that_begins_with_300_is_no_0300() -> None:
    assert parse_number("+443001234567") == "+443001234567"


@pytest.mark.parametrize("text", ["", "suporte", "0800 TOTVS", "11 98765-4321 ext 5", "１１987654321"])
def test_letters_extensions_and_foreign_digits_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="write digits only"):
        parse_number(text)


@pytest.mark.parametrize("text", ["+", "1", "()"])
def test_what_is_no_number_at_all_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match=r"write it like \+5511987654321"):
        parse_number(text)


@pytest.mark.parametrize("text", ["190", "+551198765432", "20 98765-4321", "+55119876543210"])
def test_a_number_that_nobody_can_have_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no valid telephone number"):
        parse_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "sip:suporte@example.com",
        "sips:suporte.rm@pbx-1.example.com:5061",
        "sip:8001@10.0.0.7;transport=tcp",
        "sip:plantao@example.com?X-Desk=suporte&X-Line=4003",
    ],
)
def test_sip_addresses_may_have_a_port_parameters_and_headers(text: str) -> None:
    assert parse_sip(text) == text
    assert Sip(text).uri == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "suporte@example.com",
        "sip:example.com",
        "sip:a b@example.com",
        "sip:a@exa mple.com",
        "sip:a@example.com:0",
        "sip:a@example.com:65536",
        "sip:a@-example.com",
        "sip:a@example.com\n",
        "http://example.com",
    ],
)
def test_anything_else_is_no_sip_address(text: str) -> None:
    with pytest.raises(ValueError, match=r"write it like sip:desk@example\.com"):
        parse_sip(text)


def test_a_sip_address_is_no_longer_than_twilio_takes() -> None:
    longest = f"sip:{'a' * 238}@example.com"
    assert Sip(f"{longest}?X-Desk={'a' * 1016}").ring_seconds == 30
    for text in (longest.replace("@", "a@"), f"{longest}?X-Desk={'a' * 1017}"):
        with pytest.raises(ValueError, match="254 characters at most, and its headers 1023"):
            Sip(text)


def test_a_target_keeps_its_number_in_e164_only() -> None:
    with pytest.raises(ValueError, match=r"write \+5511987654321"):
        Number("11 98765-4321")


@pytest.mark.parametrize("seconds", [0, 4, 601])
def test_a_target_rings_as_long_as_twilio_allows(seconds: int) -> None:
    for make in (lambda: Number("+5511987654321", seconds), lambda: Sip("sip:a@example.com", seconds)):
        with pytest.raises(ValueError, match="from 5 to 600 seconds"):
            make()


@pytest.mark.parametrize("name", ["", "suporte rm", "-rm", "é", "a" * 64])
def test_a_queues_name_is_short_and_plain(name: str) -> None:
    with pytest.raises(ValueError, match="is not a queue's name"):
        Queue(name)


@pytest.mark.parametrize("seconds", [0, 14_401])
def test_nobody_waits_longer_than_a_call_may_last(seconds: int) -> None:
    with pytest.raises(ValueError, match="from 1 to 14400 seconds"):
        Queue("suporte", seconds)


def test_a_desk_rings_its_targets_in_turn_and_apologises_unless_told_otherwise() -> None:
    desk = Destination("cst", (Queue("cst"),))
    assert (desk.busy, desk.no_answer, desk.failed) == (NextTarget(), NextTarget(), NextTarget())
    assert desk.exhausted == Apologise(None)
    assert desk.diverts() == frozenset()


def test_a_desk_knows_every_other_desk_that_it_may_pass_calls_to() -> None:
    desk = Destination(
        "cst", (Queue("cst"),), closed=RingOnCall(), busy=Divert("assessoria"), exhausted=Divert("ouvidoria")
    )
    assert desk.diverts() == {"assessoria", "ouvidoria"}
