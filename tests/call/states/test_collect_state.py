"""A collect state takes documents, passwords and access codes; wrong ones are helped and may be strikes."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.call import events
from ivr.call.engine import Engine
from tests.lines import ANA, SEALED, EngineCall, gather_of, make_line, prompts_of

CNPJ = "11222333000181"


@pytest.mark.parametrize(("state", "keys", "seconds"), [("documento", 14, 8), ("senha", 8, 9), ("codigo", 9, 8)])
def test_an_entry_ends_with_hash_or_with_its_longest_form(
    call: EngineCall, state: str, keys: int, seconds: int
) -> None:
    before = {"documento": ("principal", "2"), "senha": ("documento", CNPJ), "codigo": ("principal", "3")}
    at, entry = before[state]
    gather = gather_of(call.at(at).keys(entry))
    assert call.state == state
    assert (gather.num_digits, gather.finish_on_key, gather.seconds) == (keys, "#", seconds)


def test_only_a_state_that_allows_it_listens_to_speech(call: EngineCall) -> None:
    assert gather_of(call.at("principal").keys("2")).speech
    assert not gather_of(call.keys(CNPJ)).speech


@pytest.mark.parametrize("state", ["documento", "senha"])
def test_what_is_keyed_into_a_document_or_a_password_is_secret(call: EngineCall, state: str) -> None:
    assert call.at(state).silence().secret


def test_an_access_code_is_no_secret(call: EngineCall) -> None:
    assert not call.keys("3").secret


def test_a_good_document_is_kept_as_its_digest_only(call: EngineCall) -> None:
    call.at("documento").keys(CNPJ)
    assert (call.state, call.position.document_digest) == ("senha", SEALED)
    assert CNPJ not in call.position.as_json()


def test_a_document_may_be_spoken_where_the_state_allows_it(call: EngineCall) -> None:
    call.at("documento").says("onze não, um um, 222 333, zero zero zero um, oito um")
    assert call.state == "senha"


def test_a_password_is_never_taken_from_speech(call: EngineCall) -> None:
    assert call.at("senha").says("um dois três quatro").outcome == "invalid"


def test_a_password_goes_nowhere_but_into_the_question_whose_it_is(call: EngineCall) -> None:
    call.identity = ANA
    call.at("senha", document_digest=SEALED, choices={"principal": "2"}).keys("1234")
    assert call.position.contact_id == ANA.contact_id
    assert "1234" not in call.position.as_json()


def test_star_alone_goes_back(call: EngineCall) -> None:
    call.at("senha").keys("*")
    assert call.state == "documento"
    call.keys("**")
    assert call.state == "principal"


def test_star_where_there_is_no_way_back_asks_again(tmp_path: Path) -> None:
    line = make_line(tmp_path, ("next: senha, back: principal, strikes", "next: senha, strikes"))
    call = EngineCall(Engine(line)).at("documento")
    step = call.keys("*")
    assert (call.state, prompts_of(step)) == ("documento", ["documento"])


def test_what_was_keyed_before_a_star_is_taken_back(call: EngineCall) -> None:
    call.at("documento").keys(f"999*{CNPJ}")
    assert call.state == "senha"


def test_an_entry_that_was_taken_back_and_is_still_wrong_is_no_strike(call: EngineCall) -> None:
    step = call.at("documento").keys("99*88")
    assert (step.outcome, call.position.strikes) == ("invalid", {})


def test_each_malformed_entry_is_a_strike_and_the_third_leads_away(call: EngineCall) -> None:
    call.at("documento")
    for strikes, heard in [(1, ["como"]), (2, ["como-de-novo", "documento"])]:
        step = call.keys("123")
        assert call.position.strikes == {"identificacao": strikes}
        assert prompts_of(step) == heard
    step = call.keys("123")
    assert (step.outcome, step.edges[0].target, step.destination) == ("struck_out", "esgotada", "gente")


def test_document_and_password_share_one_counter(call: EngineCall) -> None:
    call.at("documento").keys("123")
    call.keys(CNPJ)
    call.keys("12")
    assert call.position.strikes == {"identificacao": 2}
    assert call.keys("123").outcome == "struck_out"


def test_silence_is_never_a_strike_but_ends_with_a_human(call: EngineCall) -> None:
    call.at("documento")
    for _ in range(2):
        assert call.silence().outcome == "no_input"
    assert call.position.strikes == {}
    assert call.silence().outcome == "given_up"
    assert call.steps[-1].destination == "gente"


def test_hash_alone_is_silence(call: EngineCall) -> None:
    assert call.at("documento").keys("").outcome == "no_input"


def test_a_late_finishing_key_at_the_next_question_is_forgiven_once(call: EngineCall) -> None:
    step = call.at("documento").keys("#")
    assert (step.outcome, prompts_of(step), call.position.strikes) == ("waits", ["documento"], {})
    assert call.keys("#").outcome == "no_input"
    assert call.position.strikes == {}


def test_what_is_no_entry_at_all_skips_a_question_that_may_be_skipped(call: EngineCall) -> None:
    assert call.at("codigo").hear(events.DialEnded("completed", 0)).outcome == "skipped"


def test_help_that_is_used_up_is_given_again_while_the_counter_lasts(tmp_path: Path) -> None:
    line = make_line(tmp_path, ("identificacao: {limit: 3", "identificacao: {limit: 5"))
    call = EngineCall(Engine(line)).at("documento")
    heard = [prompts_of(call.keys("1")) for _ in range(4)]
    assert heard == [["como"]] + 3 * [["como-de-novo", "documento"]]


def test_without_a_counter_used_up_help_leads_to_a_human(tmp_path: Path) -> None:
    line = make_line(tmp_path, ("back: principal, strikes: identificacao, speech: yes", "back: principal"))
    call = EngineCall(Engine(line)).at("documento")
    assert [call.keys("1").outcome for _ in range(3)] == ["invalid", "invalid", "given_up"]


@pytest.mark.parametrize("keyed", ["0510001", "05*1*0001", "05*10001"])
def test_an_access_code_is_read_without_dots_and_kept_for_its_turn_only(call: EngineCall, keyed: str) -> None:
    assert call.at("codigo").keys(keyed).outcome == "collected"
    assert "0510001" not in call.position.as_json()


def test_nothing_skips_the_entry_where_it_may_be_skipped(call: EngineCall) -> None:
    assert call.at("codigo").silence().outcome == "skipped"
    assert call.state == "areas"
    assert call.at("codigo").keys("").outcome == "skipped"


def test_a_whole_entry_may_lead_elsewhere(call: EngineCall) -> None:
    call.at("codigo").keys("0")
    assert call.state == "areas"


def test_the_second_malformed_code_leads_on_by_the_menu(call: EngineCall) -> None:
    assert prompts_of(call.at("codigo").keys("05")) == ["codigo-invalido"]
    assert call.keys("05").outcome == "struck_out"
    assert call.state == "areas"


def test_whatever_cannot_be_an_entry_counts_as_silence(call: EngineCall) -> None:
    assert call.at("senha").hear(events.Recorded("RE" + "0" * 32, "http://x.test/r", 3)).outcome == "no_input"
