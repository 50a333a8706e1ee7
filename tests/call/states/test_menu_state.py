"""A menu hears one key, or words that mean one, and helps with growing patience."""

from __future__ import annotations

import pytest

from ivr.call import events
from tests.lines import EngineCall, gather_of, prompts_of


def test_a_menu_listens_for_one_key_and_no_key_finishes_the_entry(call: EngineCall) -> None:
    gather = gather_of(call.steps[-1])
    assert (gather.num_digits, gather.finish_on_key, gather.seconds) == (1, "", 4)


def test_a_menu_with_words_listens_to_speech_with_the_words_as_hints(call: EngineCall) -> None:
    gather = gather_of(call.steps[-1])
    assert gather.speech
    assert gather.hints == ("suporte", "suporte a banco", "banco", "suporte a banco de dados", "atendente", "ação")


def test_a_menu_without_words_listens_to_keys_only(call: EngineCall) -> None:
    gather = gather_of(call.keys("#"))
    assert (gather.speech, gather.hints) == (False, ())


@pytest.mark.parametrize(("pressed", "state"), [("2", "documento"), ("3", "codigo"), ("#", "areas"), ("0", "tchau")])
def test_a_key_leads_where_the_menu_says(call: EngineCall, pressed: str, state: str) -> None:
    step = call.keys(pressed)
    assert (step.from_state, call.state) == ("principal", state)


def test_of_several_keys_the_first_one_counts(call: EngineCall) -> None:
    call.keys("29")
    assert call.state == "documento"


def test_the_key_that_was_pressed_is_remembered_for_later_branches(call: EngineCall) -> None:
    call.keys("2")
    assert call.position.choices == {"principal": "2"}


def test_star_goes_back(call: EngineCall) -> None:
    call.at("areas").keys("*")
    assert call.state == "principal"


def test_star_without_a_way_back_says_the_menu_again(call: EngineCall) -> None:
    step = call.keys("*")
    assert (call.state, prompts_of(step)) == ("principal", ["principal"])


def test_the_repeating_key_says_the_menu_again_and_forgives_mistakes(call: EngineCall) -> None:
    call.keys("8")
    step = call.keys("9")
    assert prompts_of(step) == ["principal"]
    assert (call.position.errors, call.position.silences) == (0, 0)


def test_the_repeating_key_and_star_are_no_choices(call: EngineCall) -> None:
    call.keys("9")
    call.keys("*")
    assert call.position.choices == {}


@pytest.mark.parametrize(
    ("words", "state"),
    [
        ("suporte", "documento"),
        ("quero suporte por favor", "documento"),
        ("SUPORTE!", "documento"),
        ("preciso de uma acao", "ligar"),
        ("é uma AÇÃO judicial", "ligar"),
    ],
)
def test_words_mean_their_key_whatever_place_case_and_accents(call: EngineCall, words: str, state: str) -> None:
    call.says(words)
    assert call.state == state


def test_the_longest_words_win(call: EngineCall) -> None:
    call.says("suporte a banco de dados")
    assert call.position.choices == {"principal": "3"}


def test_a_part_of_a_word_is_not_the_word(call: EngineCall) -> None:
    step = call.says("bancos e suportes")
    assert prompts_of(step) == ["como"]


def test_unknown_words_are_a_wrong_entry(call: EngineCall) -> None:
    assert call.says("pizza").outcome == "invalid"


def test_silence_and_wrong_keys_are_helped_apart_and_help_grows(call: EngineCall) -> None:
    heard = [prompts_of(step) for step in (call.silence(), call.keys("8"), call.silence(), call.keys("8"))]
    assert heard == [
        ["silencio"],
        ["como"],
        ["silencio-de-novo", "principal"],
        ["como-de-novo", "principal"],
    ]


@pytest.mark.parametrize("entries", [["", "", ""], ["8", "8", "8"]])
def test_when_either_help_is_used_up_a_human_takes_over(call: EngineCall, entries: list[str]) -> None:
    for digits in entries:
        step = call.keys(digits)
    assert (step.outcome, step.destination) == ("given_up", "gente")


def test_a_menu_may_name_a_human_of_its_own(call: EngineCall) -> None:
    call.at("areas")
    for _ in range(3):
        step = call.silence()
    assert step.destination == "mesa.rh"


def test_patience_begins_anew_in_another_state(call: EngineCall) -> None:
    call.silence()
    call.keys("#")
    assert (call.position.silences, call.position.errors) == (0, 0)
    assert prompts_of(call.silence()) == ["silencio"]


def test_whatever_cannot_be_an_entry_counts_as_silence(call: EngineCall) -> None:
    assert call.hear(events.DialEnded("completed", 3)).outcome == "no_input"
