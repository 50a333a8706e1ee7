"""A check of the rule ``open`` asks whether a service answers; one that does not is told with its hours."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from ivr.call import events, verbs
from ivr.call.effects import TermAccepted
from ivr.call.engine import Engine
from ivr.call.entries import KeyEntry
from ivr.call.facts import Facts, Needs
from ivr.flow.folder import load_line
from routing.closures import EmergencyClosure
from routing.context import RoutingContext
from tests.lines import ANA, TUESDAY, ZONE, EngineCall, make_line, prompts_of

NIGHT = datetime(2026, 3, 10, 22, tzinfo=ZONE)
LINE = load_line(Path(__file__).parents[3] / "flows" / "4003-0015")
ENGINE = Engine(LINE)


def call_at(now: datetime, keys: str) -> EngineCall:
    call = EngineCall(ENGINE, now)
    for key in keys:
        call.keys(key)
    return call


@pytest.mark.parametrize("keys", ["22", "23"])
def test_what_is_closed_is_told_before_a_document_is_asked_for(keys: str) -> None:
    call = call_at(NIGHT, keys)
    assert call.state == "recado"
    told = next(verb for verb in call.steps[-1].verbs if isinstance(verb, verbs.Say))
    assert told.prompt == "servico-fechado"
    assert told.opens_at == datetime(2026, 3, 11, 7 if keys == "22" else 8, tzinfo=ZONE)
    assert call.steps[-1].destination == told.destination == {"22": "suporte", "23": "consultoria"}[keys]


@pytest.mark.parametrize("keys", ["22", "23", "3"])
def test_what_is_open_asks_who_calls(keys: str) -> None:
    assert call_at(TUESDAY, keys).state == "documento"


def test_staff_on_call_count_as_open() -> None:
    assert call_at(NIGHT, "3").state == "documento"
    assert call_at(TUESDAY.replace(hour=12, minute=30), "22").state == "documento"


def test_an_emergency_whose_end_is_not_known_is_told_as_one() -> None:
    closure = EmergencyClosure("datacenter", TUESDAY, None, "luto")
    facts = Facts(TUESDAY, context=RoutingContext((closure,)))
    position = ENGINE.step(ENGINE.start(), events.Started(), facts, 0).position
    step = ENGINE.step(position, events.Keys("3"), replace(facts, entry=KeyEntry("3")), 1)
    assert (prompts_of(step)[0], step.destination) == ("emergencia", "datacenter")


def test_what_is_agreed_to_as_the_service_closes_is_not_agreed_to() -> None:
    agreed = TermAccepted("termo-consultoria", 1, None)
    for now, accepted in ((datetime(2026, 3, 10, 11, 59, tzinfo=ZONE), True),
                          (datetime(2026, 3, 10, 12, 1, tzinfo=ZONE), False)):  # fmt: skip
        call = EngineCall(ENGINE, now, customer=ANA).at("aceite-consultoria", contact_id=1)
        assert (agreed in call.keys("1").effects) is accepted


def test_a_key_of_an_offer_counts_as_pressed_in_the_menu_it_stands_for() -> None:
    call = call_at(datetime(2026, 3, 10, 13, 40, tzinfo=ZONE), "23")
    assert (call.state, call.position.choices["software"]) == ("oferta-de-suporte", "3")
    call.keys("2")
    assert (call.state, call.position.choices["software"]) == ("documento", "2")


def test_a_key_that_the_other_menu_lacks_is_remembered_as_ones_own(tmp_path: Path) -> None:
    line = make_line(tmp_path, ("back: principal, human: mesa.rh}", "remembered_as: principal, human: mesa.rh}"))
    call = EngineCall(Engine(line)).at("areas")
    call.keys("1")
    assert call.position.choices == {"areas": "1"}


def test_closures_are_read_only_where_a_check_or_a_transfer_may_follow() -> None:
    needs = Needs(LINE)
    assert "context" in needs.of("software")
    assert "context" not in needs.of("recado")


def test_without_a_database_hours_are_still_known() -> None:
    check = LINE.states["suporte-aberto"]
    assert not Needs(LINE).data(check, identified=True)
