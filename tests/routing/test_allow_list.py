"""What a line may ring: ordinary numbers of its country, and whatever else ops allow by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from routing.allow_list import ORDINARY_NUMBERS, AllowList, telephones
from routing.numbers import kind_of
from routing.targets import BorrowedTargets, Number, Queue, Share, Sip, Together

TEAM = Number("+551150900101")


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("+551150900101", "ordinary"),
        ("+5511987654321", "ordinary"),
        ("+5540030015", "ordinary"),
        ("+558001234567", "ordinary"),
        ("+55900123456", "premium"),
        ("+555001234567", "premium"),
        ("+553001234567", "premium"),
        ("+979123456789", "premium"),
        ("+12025550100", "foreign"),
        ("+80012345678", "foreign"),
        ("+870773111632", "satellite"),
        ("+881612345678", "satellite"),
    ],
)
def test_a_number_is_of_one_kind(number: str, kind: str) -> None:
    assert kind_of(number) == kind


def test_what_is_at_home_in_mexico_is_abroad_in_brazil() -> None:
    assert (kind_of("+525512345678", "MX"), kind_of("+525512345678", "BR")) == ("ordinary", "foreign")


def test_without_a_list_ordinary_numbers_and_sip_domains_may_be_rung() -> None:
    assert ORDINARY_NUMBERS.refusal(TEAM) is None
    assert ORDINARY_NUMBERS.refusal(Sip("sip:a@example.com")) is None


@pytest.mark.parametrize(
    ("number", "why"),
    [("+55900123456", "special rate"), ("+881612345678", "a satellite telephone"), ("+12025550100", "is abroad")],
)
def test_dear_numbers_are_refused_unless_they_are_listed_one_by_one(number: str, why: str) -> None:
    for allowed in (ORDINARY_NUMBERS, AllowList(prefixes=("+5511",))):
        refusal = allowed.refusal(Number(number))
        assert refusal
        assert why in refusal
        assert "add it to the numbers of the allow-list" in refusal
    assert AllowList(numbers=frozenset({number})).refusal(Number(number)) is None


def test_a_prefix_opens_a_country_but_no_special_rate_in_it() -> None:
    allowed = AllowList(prefixes=("+1", "+55"))
    assert allowed.refusal(Number("+12025550100")) is None
    assert allowed.refusal(Number("+55900123456"))


def test_with_a_list_only_what_is_on_it_may_be_rung() -> None:
    allowed = AllowList(
        numbers=frozenset({"+5511987654321"}), prefixes=("+55115090",), sip_domains=frozenset({"desk.example.com"})
    )
    assert allowed.refusal(TEAM) is None
    assert allowed.refusal(Number("+5511987654321")) is None
    assert allowed.refusal(Number("+5511987654322")) == (
        "'+5511987654322' is not on the allow-list; add it to its numbers, or give another"
    )
    assert allowed.refusal(Sip("sips:rm@Desk.example.com:5061;transport=tls")) is None
    for half in (replace(allowed, numbers=frozenset()), replace(allowed, prefixes=())):
        assert half.refusal(Number("+5511987654322"))
    assert "add it to its sip_domains" in (allowed.refusal(Sip("sip:rm@evil.example.com")) or "")


@pytest.mark.parametrize(
    "make",
    [lambda: AllowList(country="Brasil"), lambda: AllowList(prefixes=("11",)), lambda: AllowList(prefixes=("+",))],
)
def test_a_country_and_a_prefix_are_checked(make: Callable[[], AllowList]) -> None:
    with pytest.raises(ValueError, match=r"like BR|like \+5511"):
        make()


def test_every_telephone_of_a_list_is_found_wherever_it_stands() -> None:
    other, sip = Number("+551150900102"), Sip("sip:a@example.com")
    shared = Share(((1, Queue("fila")), (2, Together((TEAM, sip))), (3, other), (4, BorrowedTargets("cst"))))
    assert list(telephones((Queue("fila"), Together((TEAM, sip)), shared, BorrowedTargets("cst"), sip))) == [
        (1, TEAM), (1, sip), (2, TEAM), (2, sip), (2, other), (4, sip),
    ]  # fmt: skip


@pytest.mark.parametrize("prefix", ["+5", "+55", "+551", "+1", "+52", "+5255", "+598", "+5511", "+55115090", "+88"])
def test_a_prefix_of_a_whole_country_is_wide(prefix: str) -> None:
    wide = list(AllowList(prefixes=(prefix,)).broad_prefixes())
    assert wide == ([] if prefix in {"+5255", "+5511", "+55115090"} else [prefix])
