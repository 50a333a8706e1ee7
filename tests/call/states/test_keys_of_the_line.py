"""Keys that do the same in every menu, codes that no menu announces, and what follows a call."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.call import events
from ivr.call.engine import Engine, Step
from ivr.errors import FlowError
from tests.lines import EngineCall, make_line, prompts_of

KEYS = ("  transfer: ligar\n", '  transfer: ligar\n  keys: {repeat: "9", human: "0"}\n')
NO_OWN = ('"7": gente, "0": tchau', '"7": gente')


def test_a_key_of_the_line_repeats_every_menu_where_it_is_free(tmp_path: Path) -> None:
    call = EngineCall(Engine(make_line(tmp_path, KEYS))).at("areas")
    step = call.keys("9")
    assert (call.state, prompts_of(step)) == ("areas", ["areas"])


def test_a_menus_own_key_comes_before_that_of_the_line(tmp_path: Path) -> None:
    line = make_line(tmp_path, KEYS, ('"3": mesa.fila}', '"3": mesa.fila, "9": mesa.rm}'))
    step = EngineCall(Engine(line)).at("areas").keys("9")
    assert step.destination == "mesa.rm"


@pytest.mark.parametrize(
    ("state", "destination"), [("areas", "mesa.rh"), ("principal", "gente"), ("documento", "gente"), ("senha", "gente")]
)
def test_a_key_of_the_line_asks_for_people(tmp_path: Path, state: str, destination: str) -> None:
    call = EngineCall(Engine(make_line(tmp_path, KEYS, NO_OWN))).at(state)
    assert call.keys("0").destination == destination
    assert call.position.strikes == {}


def test_an_entry_with_a_meaning_of_its_own_keeps_it(tmp_path: Path) -> None:
    call = EngineCall(Engine(make_line(tmp_path, KEYS, NO_OWN))).at("codigo")
    call.keys("0")
    assert call.state == "areas"


def test_without_keys_of_the_line_nothing_changes(call: EngineCall) -> None:
    assert call.at("areas").keys("0").outcome == "invalid"
    assert call.at("areas").keys("9").outcome == "invalid"


CODE = ("back: principal, human: mesa.rh}", "back: principal, human: mesa.rh, code: {keys: '868', next: tchau}}")


@pytest.mark.parametrize(
    ("pressed", "state"),
    [
        ("868", "tchau"),
        ("5868", "tchau"),
        ("8#6#8#", "tchau"),
        ("88", "areas"),
        ("86", "areas"),
        ("888", "ligar"),
        ("886", "areas"),
        ("867", "ligar"),
    ],
)
def test_a_code_is_its_keys_in_a_row(tmp_path: Path, pressed: str, state: str) -> None:
    call = EngineCall(Engine(make_line(tmp_path, CODE))).at("areas")
    for key in pressed:
        if call.state == "areas":
            call.keys(key)
    assert call.state == state


def test_a_key_of_a_code_is_answered_as_any_wrong_key_is(tmp_path: Path) -> None:
    call = EngineCall(Engine(make_line(tmp_path, CODE))).at("areas")
    assert prompts_of(call.keys("8")) == ["como"]
    assert prompts_of(call.keys("6")) == ["como-de-novo", "areas"]


def test_the_keys_of_a_code_are_counted_and_not_kept(tmp_path: Path) -> None:
    call = EngineCall(Engine(make_line(tmp_path, CODE))).at("areas")
    call.keys("8")
    assert call.position.code_keys == 1
    assert '"8' not in call.position.as_json()


@pytest.mark.parametrize(
    ("keys", "why"),
    [
        ("86", "3 to 6 digits"),
        ("8686868", "3 to 6 digits"),
        ("8#6", "3 to 6 digits"),
        ("168", "key 1 of the code does"),
    ],
)
def test_a_code_has_free_keys_and_more_than_two(tmp_path: Path, keys: str, why: str) -> None:
    with pytest.raises(FlowError, match=why):
        make_line(tmp_path, (CODE[0], CODE[1].replace("868", keys)))


# ------------------------------------------------------------------------------------------------ after a call
AFTER = ("served: tchau", "served: areas")
GOODBYE = ("  transfer: ligar\n", "  transfer: ligar\n  after_call: tchau\n")
DEFAULT = ("back: principal, human: mesa.rh}", "back: principal}")


def served(tmp_path: Path, *changes: tuple[str, str]) -> EngineCall:
    """A call that has talked with a destination, and is asked something more."""
    call = EngineCall(Engine(make_line(tmp_path, AFTER, *changes))).at("areas")
    call.keys("1")
    assert call.hear(events.DialEnded("completed", 60)).outcome == "served"
    assert call.state == "areas"
    return call


def silent(call: EngineCall) -> Step:
    """Silence until nothing is waited for any more."""
    return next(step for step in iter(call.silence, None) if step.outcome != "no_input")


def test_a_caller_who_says_nothing_after_a_call_is_said_goodbye(tmp_path: Path) -> None:
    call = served(tmp_path, DEFAULT, GOODBYE)
    step = silent(call)
    assert (call.state, step.destination, step.ended, prompts_of(step)) == ("tchau", None, True, ["tchau"])


def test_without_words_for_it_the_call_ends_in_silence(tmp_path: Path) -> None:
    call = served(tmp_path, DEFAULT)
    assert (silent(call).destination, prompts_of(call.steps[-1])) == (None, [])


def test_a_menu_may_name_its_own_people_after_a_call(tmp_path: Path) -> None:
    assert silent(served(tmp_path, GOODBYE)).destination == "mesa.rh"


def test_before_a_call_a_silent_caller_is_given_to_people_as_ever(tmp_path: Path) -> None:
    call = EngineCall(Engine(make_line(tmp_path, AFTER, DEFAULT, GOODBYE))).at("areas")
    assert silent(call).destination == "gente"


def test_a_call_that_was_passed_on_again_is_before_a_call_once_more(tmp_path: Path) -> None:
    call = served(tmp_path, DEFAULT, GOODBYE)
    call.keys("2")
    assert not call.position.served


def test_too_many_turns_after_a_call_end_it_too(tmp_path: Path) -> None:
    call = served(tmp_path, DEFAULT, GOODBYE)
    call.silence()
    assert (call.hear(events.DialEnded("failed", 0), turn=99).outcome, call.state) == ("handed_over", "tchau")
