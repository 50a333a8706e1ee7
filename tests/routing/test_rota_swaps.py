"""Somebody stands in for a person on call between two moments; without that, the rota says what it always said."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.allow_list import AllowList
from routing.context import RoutingContext
from routing.decide import route
from routing.destinations import Destination, RingOnCall
from routing.rota_swaps import RotaSwap
from routing.swap_rules import allowed_swaps, read_swap, refusal_of_swap
from routing.table import RoutingTable
from routing.targets import Number
from tests.routing.contexts import ANA, BRUNO, EVENING, HOUR, PLANTAO, TEAM, rung, table, tried

CARLA = "+551150900103"
WITH_CARLA = replace(PLANTAO, people={**PLANTAO.people, "carla": CARLA})
TABLE = replace(
    table(Destination("suporte", (TEAM,), "office", rota="plantao", closed=RingOnCall())),
    rotas={"plantao": WITH_CARLA},
)
NIGHT = EVENING - HOUR
"""When Ana and Bruno are on call, until 20:30."""

MOMENTS = st.integers(0, 60 * 24 * 14).map(lambda minutes: EVENING + timedelta(minutes=minutes))
SWAPS = st.lists(
    st.builds(
        lambda person, other, since, minutes: RotaSwap(
            "plantao", person, other, since, since + timedelta(minutes=minutes)
        ),
        st.sampled_from(["ana", "bruno", "ninguém"]),
        st.sampled_from(["ana", "carla", "fora", "+551150900777"]),
        MOMENTS,
        st.integers(1, 2000),
    ),
    max_size=4,
)


def _swap(person: str = "ana", stand_in: str = "carla", hours: float = 1, rota: str = "plantao") -> RotaSwap:
    return read_swap(TABLE, rota, person, stand_in, NIGHT, NIGHT + hours * HOUR)


def _refused(swap: RotaSwap, *others: RotaSwap, table: RoutingTable = TABLE) -> str:
    return refusal_of_swap(table, swap, others) or ""


def test_the_stand_in_takes_the_place_and_the_order_stays() -> None:
    rungs = WITH_CARLA.at(NIGHT, [_swap()])
    assert [(each.person, each.number, each.instead_of) for each in rungs] == [
        ("carla", CARLA, "ana"),
        ("bruno", BRUNO.e164, ""),
    ]
    assert WITH_CARLA.at(NIGHT + HOUR, [_swap()]) == WITH_CARLA.at(NIGHT + HOUR), "it is over at its end"
    assert WITH_CARLA.at(NIGHT - HOUR, [_swap()]) == WITH_CARLA.at(NIGHT - HOUR)
    assert WITH_CARLA.change_after(NIGHT, [_swap(hours=0.5)]) == NIGHT + HOUR / 2
    (telephone, _) = WITH_CARLA.at(NIGHT, [_swap(stand_in="(11) 5090-0777")])
    assert telephone.number == "+551150900777"


def test_a_call_rings_the_stand_in_and_its_trace_says_so() -> None:
    decision = route(TABLE, "suporte", NIGHT + HOUR / 2, context=RoutingContext(swaps=(_swap(),)))
    assert rung(decision).target == replace(ANA, e164=CARLA)
    assert [each for each in tried(decision) if each[0] == "rota"] == [
        ("rota", "carla stands in for ana", "rotas.plantao"),
        ("rota", "on call: carla, bruno", "rotas.plantao.shifts[0]"),
    ]


def test_a_telephone_that_is_allowed_no_more_stands_in_for_nobody() -> None:
    away = _swap(stand_in="+551150900777")
    narrow = replace(TABLE, allowed=AllowList(numbers=frozenset([ANA.e164, BRUNO.e164])))
    assert allowed_swaps(narrow, [away, _swap()]) == (_swap(),)
    assert "is not on the allow-list" in _refused(away, table=narrow)
    decision = route(narrow, "suporte", NIGHT, context=RoutingContext(swaps=(away,)))
    assert rung(decision).target == ANA


@settings(deadline=None)
@given(MOMENTS, SWAPS)
def test_swaps_change_neither_how_many_are_rung_nor_who_is_not_replaced(at, swaps) -> None:  # type: ignore[no-untyped-def]
    own, changed = WITH_CARLA.targets_at(at), WITH_CARLA.targets_at(at, swaps)
    assert len(own) == len(changed)
    for was, rings in zip(WITH_CARLA.at(at), WITH_CARLA.at(at, swaps), strict=True):
        assert rings == was or rings.instead_of == was.person
    if not any(each.holds("plantao", at) for each in swaps):
        assert own == changed
        assert route(TABLE, "suporte", at, context=RoutingContext(swaps=tuple(swaps))) == route(TABLE, "suporte", at)
    for target in changed:
        assert not isinstance(target, Number) or target.accept, "a stand-in is asked to accept, too"


@pytest.mark.parametrize(
    ("person", "stand_in", "hours", "told"),
    [
        ("ana", "ana", 1, "'ana' cannot stand in for 'ana'"),
        ("ana", ANA.e164, 1, "'ana' cannot stand in for 'ana'"),
        ("ana", "bruno", 1, "'bruno' is on call beside 'ana' at 2026-03-10 19:00"),
        ("ana", BRUNO.e164, 1, "is on call beside 'ana'"),
        ("ana", "carla", 0, "a swap ends after it begins"),
        ("ana", "carla", 24 * 32, "a swap lasts 31 days at most"),
        ("carla", "ana", 1, "'carla' is not on call before 2026-03-10 20:00"),
        ("ana", "+14155550100", 1, "is abroad"),
    ],
)
def test_a_swap_that_makes_no_sense_is_refused(person: str, stand_in: str, hours: float, told: str) -> None:
    assert told in _refused(_swap(person, stand_in, hours))


@pytest.mark.parametrize(
    ("rota", "person", "stand_in", "told"),
    [
        ("plantão", "ana", "carla", "the line has no rota 'plantão'"),
        ("plantao", "eva", "carla", "'eva' is nobody of the rota 'plantao'"),
        ("plantao", "ana", "eva", "'eva' is nobody of the rota 'plantao'"),
        ("plantao", "ana", "", "'' is nobody of the rota"),
        ("plantao", "ana", "+55119", "is no valid telephone number"),
        ("plantao", "ana", "123; DROP TABLE", "is not a telephone number"),
    ],
)
def test_names_and_telephones_that_are_none_are_refused(rota: str, person: str, stand_in: str, told: str) -> None:
    with pytest.raises(ValueError, match=re.escape(told)):
        _swap(person, stand_in, rota=rota)


def test_nobody_is_replaced_twice_and_nobody_rung_twice() -> None:
    assert not _refused(_swap())
    assert "somebody stands in for 'ana' then already" in _refused(_swap(stand_in="+551150900777"), _swap())
    assert "'carla' is on call beside 'bruno'" in _refused(_swap("bruno"), _swap())
    late = replace(_swap(), since=NIGHT + HOUR, until=NIGHT + 2 * HOUR)
    assert not _refused(late, _swap()), "one after the other"
