"""A state ``survey`` asks after a talk with a desk that ops named, one key a question, and takes a spoken comment."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ivr.call import events, verbs
from ivr.call.effects import SurveyAnswered, TalkRecorded, of_a_draft
from ivr.call.engine import Engine, FactsNeededError, Step
from ivr.call.facts import Facts
from ivr.flow.line import Line
from tests.call.surveyed_line import surveyed_line
from tests.lines import TUESDAY, EngineCall, gather_of, prompts_of

TALKED = events.DialEnded("completed", 60)
SPOKEN = events.Recorded("RE0", "https://x.test/r", 9)


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Line:
    """The small line, which asks two questions after talks with ``mesa.*``."""
    return surveyed_line(tmp_path_factory.mktemp("flows"))


@pytest.fixture
def call(line: Line) -> EngineCall:
    """A call that has just talked with the desk of RH, and hears the first question."""
    call = EngineCall(Engine(line)).at("areas")
    call.keys("2")
    call.hear(TALKED)
    return call


def answered(step: Step) -> list[SurveyAnswered]:
    return [each for each in step.effects if isinstance(each, SurveyAnswered)]


def figures(step: Step) -> dict[str, int]:
    (effect,) = answered(step)
    return dict(effect.answers)


def test_a_talk_with_a_desk_of_ops_is_asked_about(call: EngineCall) -> None:
    assert (call.state, prompts_of(call.steps[-1])) == ("pesquisa", ["nota-atendimento"])
    assert answered(call.steps[-1]) == [SurveyAnswered("mesa.rh", None, None, None)]
    assert (gather_of(call.steps[-1]).num_digits, gather_of(call.steps[-1]).seconds) == (1, 7)


def test_each_answer_is_kept_in_its_own_turn(call: EngineCall) -> None:
    first = call.keys("5")
    assert (figures(first), prompts_of(first)) == ({"atendimento": 5}, ["nota-solucao"])
    second = call.keys("1")
    assert figures(second) == {"atendimento": 5, "solucao": 1}
    assert prompts_of(second) == ["comentario"]
    assert second.verbs[-1] == verbs.Record(30, 4)


def test_a_comment_is_recorded_and_the_call_goes_on(call: EngineCall) -> None:
    call.keys("5")
    call.keys("1")
    step = call.hear(SPOKEN)
    assert answered(step)[0].recording == "RE0"
    assert figures(step) == {"atendimento": 5, "solucao": 1}
    assert TalkRecorded("mesa.rh", "RE0", "https://x.test/r", 9) in step.effects
    assert call.state == "tchau"


@pytest.mark.parametrize("event", [events.Recorded("RE0", "https://x.test/r", 0), events.Silence()])
def test_a_comment_without_a_word_leaves_nothing(call: EngineCall, event: events.Event) -> None:
    call.keys("5")
    call.keys("1")
    step = call.hear(event)
    assert (step.effects, call.state) == ((), "tchau")


@pytest.mark.parametrize("skipping", [events.Silence(), events.Keys("#")])
def test_silence_and_the_hash_skip_a_question(call: EngineCall, skipping: events.Event) -> None:
    step = call.hear(skipping)
    assert (answered(step), prompts_of(step)) == ([], ["nota-solucao"])
    assert figures(call.keys("3")) == {"solucao": 3}


def test_a_hash_of_habit_behind_a_figure_skips_nothing(call: EngineCall) -> None:
    call.keys("5")
    assert prompts_of(call.keys("#")) == ["nota-solucao"]
    assert prompts_of(call.keys("#")) == ["comentario"]


@pytest.mark.parametrize("wrong", ["0", "6", "7", "8", "9", "*"])
def test_a_key_that_is_no_figure_is_asked_once_more(call: EngineCall, wrong: str) -> None:
    step = call.keys(wrong)
    assert (answered(step), prompts_of(step)) == ([], ["de-1-a-5", "nota-atendimento"])
    assert prompts_of(call.keys(wrong)) == ["nota-solucao"]
    assert prompts_of(call.keys(wrong)) == ["de-1-a-5", "nota-solucao"]
    assert figures(call.keys("4")) == {"solucao": 4}


def test_a_caller_who_answers_nothing_is_not_invited_to_speak(call: EngineCall) -> None:
    call.silence()
    call.silence()
    assert call.state == "tchau"


def test_without_a_comment_the_last_answer_leads_on(line: Line) -> None:
    node = replace(line.states["pesquisa"], comment=None)  # type: ignore[call-arg]
    call = EngineCall(Engine(replace(line, states={**line.states, "pesquisa": node}))).at("areas")
    call.keys("2")
    call.hear(TALKED)
    call.keys("5")
    assert figures(call.keys("5")) == {"atendimento": 5, "solucao": 5}
    assert call.state == "tchau"


def test_a_talk_with_another_desk_is_not_asked_about(line: Line) -> None:
    call = EngineCall(Engine(line))
    call.keys("7")
    step = call.hear(TALKED)
    assert (call.state, answered(step)) == ("tchau", [])


def test_a_call_that_talked_with_no_person_is_asked_nothing(line: Line) -> None:
    call = EngineCall(Engine(line)).at("areas")
    call.keys("2")
    call.hear(events.DialEnded("no-answer", 0))
    assert call.state == "recado"
    # Even where the menu leads there.
    call.at("chegada-da-pesquisa", destination="mesa.rh")
    assert not answered(call.keys("1"))
    assert call.state == "tchau"


def test_a_call_is_asked_once(call: EngineCall) -> None:
    call.keys("5")
    call.keys("5")
    call.hear(SPOKEN)
    call.at("areas")
    call.keys("1")
    step = call.hear(TALKED)
    assert (call.state, answered(step)) == ("tchau", [])


@pytest.mark.parametrize("facts", [Facts(TUESDAY, survey_refused=True), Facts(TUESDAY, database_down=True)])
def test_a_refusal_or_no_database_leads_on_at_once(line: Line, facts: Facts) -> None:
    call = EngineCall(Engine(line)).at("areas")
    call.keys("2")
    step = call.engine.step(call.position, TALKED, facts, 2)
    assert (step.position.state, answered(step), step.position.survey) == ("tchau", [], {})


def test_a_database_that_went_away_ends_the_questions(call: EngineCall) -> None:
    step = call.engine.step(call.position, events.Keys("5"), Facts(TUESDAY, database_down=True), 5)
    assert (step.position.state, answered(step)) == ("tchau", [])


def test_the_wish_of_the_contact_is_asked_for_in_that_state_alone(line: Line) -> None:
    engine = Engine(line)
    needing = {name for name, node in line.states.items() if "survey" in engine.needs.here(node)}
    assert needing == {"pesquisa"}
    call = EngineCall(engine).at("areas")
    call.keys("2")
    with pytest.raises(FactsNeededError):
        engine.step(call.position, TALKED, Facts(TUESDAY, asked=frozenset({"protocol", "context", "customer"})), 2)


def test_a_draft_counts_no_answer_and_keeps_the_recording(call: EngineCall) -> None:
    assert of_a_draft(call.keys("5").effects) == ()
    call.keys("5")
    assert [type(each) for each in of_a_draft(call.hear(SPOKEN).effects)] == [TalkRecorded]
