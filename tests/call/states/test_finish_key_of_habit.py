"""A # pressed by habit, after an entry that its length had ended, is no entry, no error and no strike."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.call import said_again, verbs
from ivr.call.effects import CallbackRequested
from ivr.call.engine import Engine
from ivr.call.position import Position
from tests.lines import TUESDAY, EngineCall, gather_of, make_line, prompts_of

CNPJ = "11222333000181"


def said() -> st.SearchStrategy[tuple[verbs.Say, ...]]:
    """Two sentences with all that may fill them; the caller's telephone is told alone."""
    names = st.sampled_from(["fechado", "aviso", "areas"])
    opens = st.none() | st.datetimes(timezones=st.just(UTC))
    price = st.none() | st.tuples(st.decimals(0, 999, places=2), st.just("BRL"))
    document = st.none() | st.just(CNPJ)
    say = st.builds(verbs.Say, names, st.none() | names, opens, price=price, document=document)
    return st.lists(say, min_size=2, max_size=2).map(tuple)


LATER = TUESDAY + timedelta(seconds=20)


@pytest.mark.parametrize(
    ("state", "entry", "question"),
    [("documento", CNPJ, "senha"), ("areas", "*", "principal"), ("principal", "3", "codigo")],
)
def test_a_hash_after_a_full_entry_is_swallowed(tmp_path: Path, state: str, entry: str, question: str) -> None:
    line = make_line(tmp_path, (', "#": areas', ""))
    call = EngineCall(Engine(line)).at(state)
    call.keys(entry)
    asked = prompts_of(call.steps[-1])
    step = call.keys("#")
    assert (step.outcome, call.position.strikes, call.position.errors, call.position.silences) == ("waits", {}, 0, 0)
    assert prompts_of(step) == asked, "the question that the key cut short is asked again"
    assert asked == [question]


def test_the_help_that_a_hash_cuts_short_is_said_again(call: EngineCall) -> None:
    call.at("areas").keys("8")
    asked = prompts_of(call.steps[-1])
    assert asked != ["areas"]
    assert prompts_of(call.keys("#")) == asked
    assert call.keys("8").outcome == "invalid", "the next wrong key is helped as the second one"


def test_what_was_said_elsewhere_is_not_said_again(call: EngineCall) -> None:
    call.keys("8")
    call.at("areas")
    assert prompts_of(call.keys("#")) == ["areas"]


def test_what_is_said_again_need_not_be_known_to_a_newer_menu(call: EngineCall) -> None:
    call.at("areas", said='["areas",["gone",null,null,null,false]]')
    assert prompts_of(call.keys("#")) == ["areas"]


@given(said())
def test_what_was_said_is_read_as_it_was_written(says: tuple[verbs.Say, ...]) -> None:
    text = said_again.written("areas", says, "areas")
    assert text is not None
    names = {say.prompt for say in says}
    assert said_again.read(text, "areas", dict.fromkeys(names), "11222333000181") == says
    assert "11222333000181" not in text


def test_of_what_is_known_of_a_ticket_nothing_is_kept_to_be_said_again() -> None:
    ticket = verbs.Say("chamado-em-analise", ticket="4003001500")
    text = said_again.written("chamado", (verbs.Say("nao-entendi"), ticket, verbs.Say("opcoes")), "opcoes")
    assert text is not None
    assert "4003001500" not in text
    prompts = dict.fromkeys(["nao-entendi", "opcoes"])
    assert said_again.read(text, "chamado", prompts, None) == ()
    assert said_again.read_before_ticket(text, "chamado", prompts) == (verbs.Say("nao-entendi"),)
    assert said_again.written("chamado", (ticket, verbs.Say("opcoes")), "opcoes") is None


def test_a_question_that_was_heard_out_is_not_asked_again(call: EngineCall) -> None:
    call.at("documento").keys(CNPJ)
    call.now = LATER
    step = call.keys("#")
    assert (step.outcome, prompts_of(step), gather_of(step).finish_on_key) == ("waits", [], "#")
    assert call.keys("1234").outcome == "collected"


def test_a_second_hash_alone_gets_help(call: EngineCall) -> None:
    call.at("documento").keys(CNPJ)
    call.keys("#")
    assert call.keys("#").outcome == "no_input"


def test_every_key_of_a_menu_may_be_closed_by_a_hash(call: EngineCall) -> None:
    call.at("areas")
    heard = []
    for key in "8686":
        heard.append(call.keys(key).outcome)
        if call.state != "areas":
            break
        assert call.keys("#").outcome == "waits"
    assert heard == ["invalid", "invalid", "given_up"], "only the wrong keys count, not what closes them"


def test_a_hash_that_a_menu_gives_a_meaning_is_a_key(call: EngineCall) -> None:
    assert call.keys("#").edges[0].target == "areas"


def test_a_hash_alone_skips_where_nothing_full_came_before(call: EngineCall) -> None:
    assert call.at("codigo").keys("#").outcome == "skipped"
    assert call.at("codigo", finish_due=True).keys("#").outcome == "waits"


def test_the_number_to_call_back_may_be_confirmed_after_a_hash(tmp_path: Path) -> None:
    states = (
        "  tchau: {hangup",
        "  volta: {callback: {say: principal, next: tchau, refused: gente, no_number: gente}}\n  tchau: {hangup",
    )
    line = make_line(tmp_path, states, ('"7": gente', '"7": gente, "6": volta'))
    call = EngineCall(Engine(line), caller="+5511987654321").at("volta", destination="gente")
    assert (call.keys("#").outcome, call.state) == ("waits", "volta")
    assert call.keys("1").effects == (CallbackRequested("gente", "+5511987654321", None),)


def test_a_position_of_an_older_release_has_no_finishing_key_due() -> None:
    old = Position("documento").as_json()
    for name in ('"code_keys":0,', '"finish_due":false,', '"prompts_end":null,', '"said":null,', '"served":false,'):
        assert name in old
        old = old.replace(name, "")
    assert Position.from_json(old) == Position("documento")


def test_the_address_of_a_turn_tells_what_is_due() -> None:
    position = replace(Position("areas"), finish_due=True, prompts_end=LATER.isoformat(), served=True)
    assert Position.from_public(position.public()) == position
    old = {
        name: value for name, value in position.public().items() if name not in {"finish_due", "prompts_end", "served"}
    }
    assert Position.from_public(old) == Position("areas")
