"""Ways out of a queue, destinations that take no message, numbers of calls, terms that are agreed to, destinations by
region.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from ivr.call import events, verbs
from ivr.call.effects import TermAccepted
from ivr.call.engine import Engine
from ivr.flow.folder import load_line
from ivr.flow.line import Line
from tests.lines import ANA, MENU, PROMPTS, ROUTING, EngineCall, prompts_of, write_line

NUMBER = "1234567890"

WAITING = """\
      protocol_say: protocolo
      no_message: tchau
      waiting: {every: 30, position: posicao, expected: demora, offer: saida, keys: {"1": recado, "2": principal}}
"""


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Line:
    """The small line with everything that this file is about."""
    menu = MENU.replace("      unreachable: recado\n", f"      unreachable: recado\n{WAITING}")
    menu = menu.replace('"3": mesa.fila}', '"3": mesa.fila, "4": perto}, accepts: {"3": aviso}')
    menu = menu.replace("  gente: {route", "  perto: {route: {region: franquias}}\n  gente: {route")
    menu = menu.replace(
        "  aviso: {say: {prompt: aviso, next: aviso-dois, barge_in: no}}",
        "  aviso: {say: {prompt: aviso-dois, next: aviso-dois}}",
    )
    menu = menu.replace(
        "  aviso-dois: {say: {prompt: aviso-dois, next: areas}}",
        "  aviso-dois: {say: {prompt: aviso, next: areas, barge_in: no}}",
    )
    for elsewhere in ('"#": areas', "then: areas", "skip: areas", '{"0": areas}', '"4": areas'):
        menu = menu.replace(elsewhere, elsewhere.replace("areas", "aviso-dois"))
    prompts = PROMPTS.replace(
        "destinations:\n",
        """\
  protocolo: O protocolo é {protocolo}.
  posicao: Lugar {posicao}.
  demora: Espera de {espera}.
  saida: Para um recado, tecle 1. Para voltar, tecle 2.
destinations:
""",
    )
    prompts = prompts.replace("Recado guardado.", "Recado guardado, protocolo {protocolo}.")
    routing = ROUTING.replace("    busy: {apologise: lotado}\n", "    busy: {apologise: lotado}\n    message: no\n")
    routing = f'{routing}regions:\n  franquias: {{default: gente, area_codes: {{"11": mesa.rm, "21-28": mesa.fila}}}}\n'
    folder = tmp_path_factory.mktemp("flows") / "ensaio"
    return load_line(write_line(folder, menu=menu, prompts=prompts, routing=routing))


@pytest.fixture
def call(line: Line) -> EngineCall:
    return EngineCall(Engine(line), protocol=NUMBER)


def _queued(call: EngineCall) -> EngineCall:
    call.at("areas").keys("3")
    assert isinstance(call.steps[-1].verbs[-1], verbs.Enqueue)
    return call


@pytest.mark.parametrize(("pressed", "state"), [("1", "recado"), ("2", "principal")])
def test_a_key_leads_out_of_the_queue(call: EngineCall, pressed: str, state: str) -> None:
    step = _queued(call).hear(events.QueueLeft("queue-timeout", 20, pressed))
    assert call.state == state
    assert call.position.progress is None
    assert step.reason == f"left the queue by key {pressed}"


def test_a_key_that_the_menu_does_not_know_counts_as_the_longest_wait(call: EngineCall) -> None:
    step = _queued(call).hear(events.QueueLeft("queue-timeout", 120, "7"))
    assert isinstance(step.verbs[-1], verbs.Dial)


def test_a_queue_tells_which_transfer_it_belongs_to(call: EngineCall) -> None:
    enqueue = _queued(call).steps[-1].verbs[-1]
    assert isinstance(enqueue, verbs.Enqueue)
    assert enqueue.state == "ligar"


def test_a_destination_without_messages_ends_where_others_take_one(call: EngineCall) -> None:
    call.at("areas").keys("2")
    step = call.hear(events.DialEnded("busy", 0))
    assert (step.ended, step.edges[-1].trigger) == (True, "no_message")
    assert "lotado" in prompts_of(step)
    call.at("areas").keys("1")
    call.hear(events.DialEnded("busy", 0))
    call.hear(events.DialEnded("busy", 0))
    assert call.state == "recado"


def test_a_transferred_caller_is_told_one_protocol_once(call: EngineCall) -> None:
    assert call.position.protocol is None
    step = call.at("areas").keys("1")
    assert call.position.protocol == NUMBER
    assert step.verbs[:2] == (verbs.Say("transferindo", destination="mesa.rm"), verbs.Say("protocolo", protocol=NUMBER))
    again = call.at("areas").keys("1")
    assert prompts_of(again) == ["transferindo"]


def test_whoever_finds_the_destination_closed_gets_a_number_too(call: EngineCall) -> None:
    call.now += timedelta(hours=12)
    step = call.at("areas").keys("1")
    assert prompts_of(step) == ["fechado", "protocolo", "recado"]
    assert call.position.protocol == NUMBER


def test_a_call_keeps_the_number_that_it_was_told(call: EngineCall) -> None:
    call.at("areas").keys("1")
    call.protocol = "9999999999"
    call.at("areas").keys("1")
    assert call.position.protocol == NUMBER


def test_a_prompt_that_asks_for_the_number_makes_the_call_have_one(line: Line) -> None:
    texts = dict(line.prompts.texts)
    texts["principal"] = texts["protocolo"]
    talkative = replace(line, prompts=replace(line.prompts, texts=texts))
    call = EngineCall(Engine(talkative), protocol=NUMBER)
    gather = call.steps[0].verbs[-1]
    assert isinstance(gather, verbs.Gather)
    assert gather.prompts[-1] == verbs.Say("principal", protocol=NUMBER)
    assert call.position.protocol == NUMBER


def test_only_turns_that_may_tell_a_number_ask_for_one(line: Line) -> None:
    needs = Engine(line).needs
    assert "protocol" in needs.of("areas")
    assert "protocol" in needs.of("recado")
    assert "protocol" not in needs.of("tchau")


def test_a_key_that_agrees_to_a_term_says_so_and_other_keys_do_not(call: EngineCall) -> None:
    agreed = TermAccepted("aviso", None, None)
    assert agreed in call.at("areas").keys("3").effects
    others = (call.at("areas").keys("1"), call.at("areas").keys("*"), call.at("areas").silence())
    assert not any(agreed in step.effects for step in others)


@pytest.mark.parametrize(
    ("caller", "destination", "reason"),
    [
        ("+5511987654321", "mesa.rm", "area code 11; open"),
        ("+552732345678", "mesa.fila", "area code 27; open"),
        ("+5531987654321", "gente", "no area code of franquias; open"),
        ("anonymous", "gente", "no area code of franquias; open"),
    ],
)
def test_a_route_by_region_goes_by_the_area_code_of_the_caller(
    call: EngineCall, caller: str, destination: str, reason: str
) -> None:
    call.caller = caller
    step = call.at("areas").keys("4")
    assert (step.destination, step.reason) == (destination, reason)


def test_the_area_code_of_the_company_goes_before_that_of_the_caller(call: EngineCall) -> None:
    call.caller = "+5511987654321"
    call.customer = replace(ANA, area_code="27")
    step = call.at("areas", contact_id=ANA.contact_id).keys("4")
    assert (step.destination, step.reason) == ("mesa.fila", "area code 27; open")
