"""The engine: a turn is a value, every turn ends in a state that waits, and nobody keys for ever."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from ivr.call import events, verbs
from ivr.call.engine import MAX_MOVES, Engine
from ivr.call.entries import KeyEntry
from ivr.call.facts import Facts, Needs
from ivr.call.speech import sentence
from ivr.call.turn_state import TurnState
from ivr.channels.twilio.channel import TwilioVoice
from ivr.flow.folder import load_line
from ivr.flow.line import Line
from tests.flow.lines import changed
from tests.lines import ANA, SEALED, TUESDAY, EngineCall, make_line, prompts_of


def test_a_call_begins_at_the_start_and_waits_at_the_first_question(call: EngineCall) -> None:
    (step,) = call.steps
    assert (step.from_state, step.outcome, step.states) == ("chegada", "start", ("chegada", "principal"))
    assert call.state == "principal"


def test_a_turn_tells_where_it_was_heard_what_moved_it_and_the_whole_way(call: EngineCall) -> None:
    step = call.keys("7")
    assert (step.from_state, step.outcome, step.states) == ("principal", "key_7", ("gente", "ligar"))
    assert [(edge.source, edge.trigger, edge.target) for edge in step.edges] == [
        ("principal", "key_7", "gente"),
        ("gente", "routed", "ligar"),
    ]
    assert (step.destination, step.reason) == ("gente", "open")


def test_equal_turns_give_equal_steps_and_change_nothing_they_were_given(engine: Engine) -> None:
    start, facts = engine.start(), Facts(TUESDAY)
    asked = engine.step(start, events.Started(), facts, 0).position
    before = asked.as_json()
    facts = replace(facts, entry=KeyEntry("8"))
    steps = [engine.step(asked, events.Keys("8"), facts, 1) for _ in range(3)]
    assert steps[0] == steps[1] == steps[2]
    assert asked.as_json() == before


def test_two_engines_of_one_line_are_alike(small_line: Line) -> None:
    first, second = EngineCall(Engine(small_line)), EngineCall(Engine(small_line))
    for digits in ("9", "2", "11222333000181"):
        assert first.keys(digits) == second.keys(digits)


def test_calls_that_share_an_engine_know_nothing_of_each_other(engine: Engine) -> None:
    one, other = EngineCall(engine), EngineCall(engine)
    one.keys("2")
    other.keys("7")
    assert (one.state, other.state) == ("documento", "ligar")


def test_whoever_keys_for_ever_is_handed_to_a_human(call: EngineCall) -> None:
    while call.steps[-1].destination is None:
        assert len(call.steps) < 20
        call.keys("9")
    assert len(call.steps) - 1 == call.engine.line.header.max_turns
    assert (call.steps[-1].reason, call.steps[-1].destination) == ("too many turns; open", "gente")


def test_a_caller_just_served_by_people_is_not_handed_to_them_again(call: EngineCall) -> None:
    call.keys("7")
    assert call.hear(events.DialEnded("completed", 60), turn=500).ended


def test_after_the_last_turn_the_call_goes_on_with_people_only(call: EngineCall) -> None:
    call.hear(events.Keys("9"), turn=12)
    assert call.position.over_limit
    call.hear(events.DialEnded("busy", 0), turn=13)
    assert call.state == "recado"
    assert call.hear(events.Keys("1"), turn=14).ended


def test_a_circle_that_no_check_found_is_cut(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    moves: list[str] = []

    def stay(_machine: object, call: TurnState, trigger: str) -> None:
        moves.append(trigger)

    monkeypatch.setattr(type(engine._machine), "move", stay)
    with pytest.raises(RuntimeError, match="'chegada'"):
        engine.step(engine.start(), events.Started(), Facts(TUESDAY), 0)
    assert len(moves) == MAX_MOVES


def test_events_never_show_what_was_keyed_or_said() -> None:
    shown = repr((events.Keys("11222333000181"), events.Speech("um dois três", 0.9)))
    assert "11222333000181" not in shown
    assert "dois" not in shown
    assert "•" * 14 in shown


@pytest.mark.parametrize(
    ("state", "needs"),
    [
        ("senha", {"identity", "customer", "context", "protocol"}),
        ("principal", {"customer", "context", "protocol"}),
        ("documento", {"context", "protocol"}),
        ("areas", {"context", "protocol"}),
        ("ligar", {"context", "protocol"}),
        ("tchau", set()),
    ],
)
def test_a_turn_asks_only_for_what_is_needed_up_to_the_next_question(
    engine: Engine, state: str, needs: set[str]
) -> None:
    assert engine.needs.of(state) == needs
    assert engine.needs.of(state) == needs


def test_a_state_that_passes_a_call_on_at_once_needs_what_follows_it(tmp_path: Path) -> None:
    line = load_line(changed(tmp_path, "no_number: texto", "no_number: financeiro"))
    assert "customer" in Needs(line).of("codigo")


def test_several_sentences_before_a_question_keep_their_order(tmp_path: Path) -> None:
    line = make_line(
        tmp_path,
        ("  chegada: {say: {prompt: bem-vindo, next: principal}}",
         "  chegada: {say: {prompt: bem-vindo, next: outra}}\n  outra: {say: {prompt: aviso, next: principal}}"),
    )  # fmt: skip
    assert prompts_of(EngineCall(Engine(line)).steps[0]) == ["bem-vindo", "aviso", "principal"]


def test_what_the_customer_is_allowed_is_asked_in_the_turn_of_the_password(call: EngineCall) -> None:
    call.identity = ANA
    call.at("senha", document_digest=SEALED, choices={"principal": "4"}).keys("1234")
    assert call.state == "areas"


def test_each_sentence_of_a_question_is_built_once(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Engine(engine.line)
    built: list[str] = []

    def counted(line: Line, say: verbs.Say, now: datetime) -> str:
        if say.text is None:
            built.append(say.prompt)
        return sentence(line, say, now)

    for module in ("ivr.call.telling", "ivr.channels.twilio.speaker"):
        monkeypatch.setattr(f"{module}.sentence", counted)
    for number in range(2):
        step = engine.step(engine.start(), events.Started(), Facts(TUESDAY), number)
        written = TwilioVoice().render(engine.line, step.verbs, number + 1, TUESDAY)
    assert built == prompts_of(step)
    assert [sentence(engine.line, verbs.Say(prompt), TUESDAY) in written for prompt in built] == [True] * len(built)
