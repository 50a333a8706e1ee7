"""A route chooses the destination, a transfer rings it, target after target."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from ivr.call import events, verbs
from ivr.call.effects import QueueEntered
from ivr.call.engine import Engine
from routing.decide import Progress
from routing.outcomes import TargetOutcome
from tests.lines import ANA, EngineCall, prompts_of


def _at_areas(call: EngineCall, pressed: str) -> EngineCall:
    call.at("areas").keys(pressed)
    return call


def _rung(call: EngineCall) -> object:
    verb = call.steps[-1].verbs[-1]
    assert isinstance(verb, verbs.Dial | verbs.Enqueue)
    return verb


def test_a_code_leads_to_the_destination_of_its_longest_known_beginning(call: EngineCall) -> None:
    assert call.at("codigo").keys("0510001").destination == "mesa.rm"
    assert call.steps[-1].reason == "access code 05.1; open"
    call.at("codigo").keys("0510002")
    assert (call.steps[-1].destination, call.steps[-1].reason) == ("mesa.rh", "access code 05.1.0002; open")


def test_an_unknown_code_is_asked_again_and_the_second_one_leads_on(call: EngineCall) -> None:
    step = call.at("codigo").keys("9910001")
    assert (prompts_of(step), step.reason) == (["desconhecido", "codigo"], "unknown access code")
    call.keys("9910001")
    assert call.state == "areas"
    assert call.steps[-1].edges[-1].trigger == "struck_out"


def test_a_known_code_forgives_the_unknown_one_before(call: EngineCall) -> None:
    call.at("codigo").keys("9910001")
    call.keys("0510001")
    assert call.position.strikes == {}


def test_a_transfer_names_the_destination_and_rings_its_first_target(call: EngineCall) -> None:
    _at_areas(call, "1")
    say, dial = call.steps[-1].verbs
    assert say == verbs.Say("transferindo", destination="mesa.rm")
    assert isinstance(dial, verbs.Dial)
    assert dial.record
    assert call.position.progress == Progress("mesa.rm")


def test_only_a_destination_that_records_is_recorded(call: EngineCall) -> None:
    rung = _rung(_at_areas(call, "2"))
    assert isinstance(rung, verbs.Dial)
    assert not rung.record


@pytest.mark.parametrize("status", ["busy", "no-answer", "canceled"])
def test_the_next_target_rings_after_a_word_of_patience(call: EngineCall, status: TargetOutcome) -> None:
    _at_areas(call, "1").hear(events.DialEnded(status, 0))
    assert prompts_of(call.steps[-1]) == ["outro"]
    assert call.position.progress == Progress("mesa.rm", 1)
    assert call.steps[-1].outcome == "waits"


@pytest.mark.parametrize("status", ["completed", "answered"])
def test_who_was_served_is_said_goodbye(call: EngineCall, status: TargetOutcome) -> None:
    step = _at_areas(call, "1").hear(events.DialEnded(status, 60))
    assert (call.state, step.ended, prompts_of(step)) == ("tchau", True, ["tchau"])


def test_a_call_that_is_passed_on_hears_the_name_of_the_other_destination(call: EngineCall) -> None:
    step = _at_areas(call, "1").hear(events.DialEnded("failed", 0))
    assert step.verbs[0] == verbs.Say("transferindo", destination="gente")
    assert step.destination == "gente"


def test_when_nobody_answers_the_caller_may_leave_a_message(call: EngineCall) -> None:
    step = call.keys("7")
    step = call.hear(events.DialEnded("no-answer", 0))
    assert (call.state, prompts_of(step)) == ("recado", ["ninguem", "recado"])
    assert isinstance(step.verbs[-1], verbs.Record)


def test_a_destination_may_have_a_sentence_of_its_own_for_that(call: EngineCall) -> None:
    assert prompts_of(_at_areas(call, "2").hear(events.DialEnded("busy", 0)))[0] == "lotado"


def test_a_closed_destination_says_when_it_opens(call: EngineCall) -> None:
    call.now = call.now.replace(hour=12, minute=30)
    _at_areas(call, "1")
    fechado = call.steps[-1].verbs[0]
    assert isinstance(fechado, verbs.Say)
    assert (fechado.prompt, fechado.destination) == ("fechado", "mesa.rm")
    assert fechado.opens_at == call.now.replace(hour=13) + timedelta(minutes=0)
    assert call.state == "recado"


def test_outside_its_hours_a_destination_may_ring_whoever_is_on_call(call: EngineCall) -> None:
    call.now = call.now.replace(hour=22)
    _at_areas(call, "2")
    assert prompts_of(call.steps[-1]) == ["plantao"]
    assert call.position.progress == Progress("mesa.rh", on_call=True)


def test_a_queue_is_waited_in(call: EngineCall) -> None:
    rung = _rung(_at_areas(call, "3"))
    assert isinstance(rung, verbs.Enqueue)
    assert (rung.queue.name, rung.queue.max_wait_seconds) == ("fila", 120)


def test_a_caller_whom_an_agent_took_out_of_the_queue_was_served(call: EngineCall) -> None:
    assert _at_areas(call, "3").hear(events.QueueLeft("answered", 20)).ended


@pytest.mark.parametrize("result", ["queue-timeout", "queue-full"])
def test_a_full_queue_and_one_without_agents_lead_to_the_next_target(call: EngineCall, result: TargetOutcome) -> None:
    _at_areas(call, "3").hear(events.QueueLeft(result, 20))
    assert call.position.progress == Progress("mesa.fila", 1)


@pytest.mark.parametrize("result", ["error", "system-error", "redirected", "hangup"])
def test_a_queue_that_broke_is_a_failure(call: EngineCall, result: TargetOutcome) -> None:
    _at_areas(call, "3").hear(events.QueueLeft(result, 20))
    assert call.state == "recado"


def test_whatever_else_comes_while_a_destination_rings_is_a_failure(call: EngineCall) -> None:
    _at_areas(call, "3").hear(events.Keys("1"))
    assert call.state == "recado"


def test_a_transfer_that_forgot_whom_it_rang_reaches_nobody(call: EngineCall) -> None:
    call.at("ligar").hear(events.DialEnded("busy", 0))
    assert call.state == "recado"


@pytest.mark.parametrize("held", ["PRIME.ANA", "SLA", None])
def test_a_queue_knows_the_contract_of_a_desk_without_targets_for_it(engine: Engine, held: str | None) -> None:
    call = EngineCall(engine, customer=replace(ANA, special_contract=held)).at("areas", contact_id=1)
    (entered,) = (each for each in call.keys("3").effects if isinstance(each, QueueEntered))
    assert (entered.destination, entered.contract) == ("mesa.fila", held)
