"""Checks ask the customer's record, branches the caller's earlier keys; neither waits."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from data.customers import CustomerRecord
from ivr.call.engine import Engine
from tests.lines import ANA, SEALED, EngineCall, make_line, owing, prompts_of


def _authenticated(call: EngineCall, identity: CustomerRecord | None) -> EngineCall:
    call.identity = identity
    call.at("senha", document_digest=SEALED, choices={"principal": "2"}).keys("1234")
    return call


def test_who_is_matched_is_known_from_then_on(call: EngineCall) -> None:
    _authenticated(call, ANA)
    assert (call.position.contact_id, call.position.company_id) == (1, 7)
    assert call.state == "codigo"


def test_who_is_refused_is_told_so_and_asked_for_the_document_again(call: EngineCall) -> None:
    _authenticated(call, None)
    assert call.state == "documento"
    assert prompts_of(call.steps[-1]) == ["nao-confere", "documento"]
    assert call.position.strikes == {"identificacao": 1}


def test_the_third_refusal_leads_to_a_human(call: EngineCall) -> None:
    for _ in range(3):
        _authenticated(call, None)
    assert call.steps[-1].destination == "gente"
    assert prompts_of(call.steps[-1])[0] == "esgotada"


def test_a_match_forgives_the_strikes_before_it(call: EngineCall) -> None:
    _authenticated(call, None)
    _authenticated(call, ANA)
    assert call.position.strikes == {}


def test_who_is_refused_is_nobody_even_if_they_were_somebody_before(tmp_path: Path) -> None:
    line = make_line(tmp_path, ("refused: nao-confere", "refused: identificado"))
    call = EngineCall(Engine(line), customer=ANA)
    call.position = replace(call.position, contact_id=1, company_id=7)
    _authenticated(call, None)
    assert (call.position.contact_id, call.position.company_id) == (None, None)
    assert call.state == "documento"


def test_whoever_was_identified_before_is_not_asked_again(call: EngineCall) -> None:
    call.customer = ANA
    call.at("principal", contact_id=1, company_id=7).keys("4")
    assert call.state == "areas"


def test_whoever_was_not_is(call: EngineCall) -> None:
    call.keys("4")
    assert call.state == "documento"


@pytest.mark.parametrize(
    ("customer", "prompt"),
    [
        (replace(ANA, blocked=True), "bloqueado"),
        (replace(ANA, contract_until=date(2026, 3, 9)), "vencido"),
        (owing(date(2026, 3, 9)), "pendente"),
    ],
)
def test_a_caller_who_may_not_go_on_hears_why_and_reaches_people(
    call: EngineCall, customer: CustomerRecord, prompt: str
) -> None:
    _authenticated(call, customer)
    assert prompts_of(call.steps[-1])[0] == prompt
    assert call.steps[-1].destination == "gente"


def test_the_day_is_that_of_the_line(call: EngineCall) -> None:
    call.now = call.now.replace(hour=23, minute=30)
    _authenticated(call, replace(ANA, contract_until=call.now.date()))
    assert call.state == "codigo"


def test_the_reason_tells_the_last_question_and_its_answer(call: EngineCall) -> None:
    _authenticated(call, ANA)
    assert call.steps[-1].reason == "finance: clear"


@pytest.mark.parametrize(("pressed", "state"), [("2", "codigo"), ("4", "areas"), ("7", "tchau")])
def test_a_branch_follows_the_key_that_was_pressed_and_has_another_way(
    call: EngineCall, pressed: str, state: str
) -> None:
    call.identity = ANA
    call.at("senha", document_digest=SEALED, choices={"principal": pressed}).keys("1234")
    assert call.state == state


def test_a_branch_takes_the_other_way_where_the_menu_was_never_seen(call: EngineCall) -> None:
    call.identity = ANA
    call.at("senha", document_digest=SEALED).keys("1234")
    assert call.state == "tchau"
