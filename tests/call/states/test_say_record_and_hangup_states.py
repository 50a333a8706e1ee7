"""A sentence on the way, a message after the beep, and the end."""

from __future__ import annotations

from ivr.call import events, verbs
from tests.lines import EngineCall, prompts_of

SID = "RE" + "0" * 32


def test_a_sentence_before_a_question_is_spoken_while_the_question_listens(call: EngineCall) -> None:
    (gather,) = call.steps[0].verbs
    assert isinstance(gather, verbs.Gather)
    assert [say.prompt for say in gather.prompts] == ["bem-vindo", "principal"]


def test_a_sentence_that_must_be_heard_and_those_before_it_are_not_cut(call: EngineCall) -> None:
    important, gather = call.keys("5").verbs
    assert important == verbs.Say("aviso", barge_in=False)
    assert isinstance(gather, verbs.Gather)
    assert [say.prompt for say in gather.prompts] == ["aviso-dois", "areas"]


def test_a_recording_is_invited_and_bounded(call: EngineCall) -> None:
    call.keys("7")
    step = call.hear(events.DialEnded("no-answer", 0))
    assert step.verbs[-2:] == (verbs.Say("recado"), verbs.Record(60, 5))


def test_a_message_is_thanked_for_and_the_call_ends(call: EngineCall) -> None:
    step = call.at("recado").hear(events.Recorded(SID, "https://x.test/r", 1))
    assert (prompts_of(step), step.ended) == (["guardado"], True)


def test_a_message_of_no_length_is_none(call: EngineCall) -> None:
    assert call.at("recado").hear(events.Recorded(SID, "https://x.test/r", 0)).outcome == "no_input"
    assert call.state == "tchau"


def test_whoever_says_nothing_is_said_goodbye(call: EngineCall) -> None:
    assert prompts_of(call.at("recado").hear(events.Silence())) == ["tchau"]


def test_the_end_may_be_silent(call: EngineCall) -> None:
    call.at("recado").hear(events.Recorded(SID, "https://x.test/r", 9))
    assert call.steps[-1].verbs == (verbs.Say("guardado"), verbs.Hangup())


def test_whatever_comes_after_the_end_finds_the_line_dead(call: EngineCall) -> None:
    call.keys("0")
    step = call.keys("2")
    assert (step.verbs, step.ended, step.outcome, step.edges) == ((verbs.Hangup(),), True, "waits", ())
