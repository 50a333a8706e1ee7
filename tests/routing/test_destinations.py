"""Targets that can be rung, and the ones that are refused before anybody waits for them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.destinations import (
    Apologise,
    Destination,
    Divert,
    NextTarget,
    RingOnCall,
)
from routing.limits import Limits, Load
from routing.numbers import parse_number
from routing.targets import AnyTarget, BorrowedTargets, Number, Queue, Share, Sip, Together, parse_sip


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
def test_a_number_is_read_as_e164_and_is_brazilian_without_a_country(text: str, e164: str) -> None:
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


def test_a_destination_rings_its_targets_in_turn_and_then_apologises() -> None:
    destination = Destination("cst", (Queue("cst"),))
    assert (destination.busy, destination.no_answer, destination.failed) == (NextTarget(), NextTarget(), NextTarget())
    assert destination.exhausted == Apologise(None)
    assert destination.diverts() == frozenset()


def test_a_destination_knows_all_others_that_it_may_pass_calls_to() -> None:
    destination = Destination(
        "cst", (Queue("cst"),), closed=RingOnCall(), busy=Divert("assessoria"), exhausted=Divert("ouvidoria")
    )
    assert destination.diverts() == {"assessoria", "ouvidoria"}


def test_a_destination_knows_the_destinations_whose_targets_it_borrows() -> None:
    shared = Share(((1, BorrowedTargets("rh")), (1, Queue("cst"))))
    contract: dict[str, tuple[AnyTarget, ...]] = {"SLA": (BorrowedTargets("vip"),)}
    destination = Destination(
        "cst", (BorrowedTargets("rm"), shared), on_call=(BorrowedTargets("plantao"),), contracts=contract
    )
    assert destination.borrows() == {"rm", "rh", "plantao", "vip"}
    assert destination.diverts() == frozenset()


TELEPHONE = Number("+551150900101", 20)


def test_telephones_ring_together_and_no_more_of_them_than_twilio_rings() -> None:
    with pytest.raises(ValueError, match="from 2 to 10 telephones"):
        Together((TELEPHONE,))
    with pytest.raises(ValueError, match="from 2 to 10 telephones"):
        Together((TELEPHONE,) * 11)
    with pytest.raises(ValueError, match="for the same time"):
        Together((TELEPHONE, Sip("sip:a@example.com", 30)))


def test_weights_are_not_negative_and_one_of_them_counts() -> None:
    for weights in (((0, TELEPHONE),), ((2, TELEPHONE), (-1, TELEPHONE)), ()):
        with pytest.raises(ValueError, match="one of them is above 0"):
            Share(weights)


@pytest.mark.parametrize(
    ("sampling_fraction", "names"),
    [
        (0.0, "sul norte reserva"), (0.6999, "sul norte reserva"),
        (0.7, "norte sul reserva"), (0.9999999999999999, "norte sul reserva"),
    ],
)  # fmt: skip
def test_a_share_begins_with_the_target_that_the_fraction_falls_on(sampling_fraction: float, names: str) -> None:
    share = Share(((70, Queue("sul")), (30, Queue("norte")), (0, Queue("reserva"))))
    assert share.order(sampling_fraction) == tuple(Queue(name) for name in names.split())


@given(st.lists(st.integers(0, 5), min_size=1, max_size=5).filter(any))
def test_over_many_calls_each_target_has_its_share(weights: list[int]) -> None:
    share = Share(tuple((weight, Queue(str(at))) for at, weight in enumerate(weights)))
    total = sum(weights)
    firsts = [share.order((call + 0.5) / total)[0] for call in range(total)]
    assert [firsts.count(Queue(str(at))) for at in range(len(weights))] == weights
    assert all(len(set(share.order(call / total))) == len(weights) for call in range(total))


def test_a_limit_is_reached_by_the_call_that_would_break_it() -> None:
    limits = Limits(concurrent=2, per_hour=10, per_day=50)
    assert limits.reached(Load(1, 9, 49)) is None
    assert [limits.reached(load) for load in (Load(2), Load(0, 10), Load(0, 0, 50))] == [
        "2 at once",
        "10 an hour",
        "50 a day",
    ]
    assert Limits().reached(Load(1_000, 1_000, 1_000)) is None
    with pytest.raises(ValueError, match="at least 1"):
        Limits(concurrent=0)
