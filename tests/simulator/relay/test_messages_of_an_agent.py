"""What an AI agent sends: text is spoken, sounds and keys are played, languages change, and ``end`` hands over."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ivr.simulator import voice
from ivr.simulator.phones import steps
from ivr.simulator.phones.steps import Hear
from ivr.simulator.verbs.relay_messages import InvalidMessageError, read_message
from tests.simulator.relay.agents import HANGS_UP, AgentServer, Session, app_with, converse, presses, says

pytestmark = pytest.mark.network


def test_tokens_of_one_answer_are_heard_as_one_sentence(agents: AgentServer) -> None:
    def streams(session: Session) -> None:
        session.wait_for("prompt")
        session.say("Your ", "bal", "ance is ", "twelve", " dollars.")

    agents.behave(streams)
    transcript = converse(app_with(agents), says("balance"), Hear("your balance is twelve dollars"), HANGS_UP)
    assert transcript.passed
    (said,) = [event for event in transcript.events if event.kind == "say"]
    assert said["text"] == "Your balance is twelve dollars."
    assert said["agent"] is True


def test_speech_takes_the_time_that_a_say_takes(agents: AgentServer) -> None:
    transcript = converse(app_with(agents, "welcomeGreeting='One two three four five.'"), says("hi"), HANGS_UP)
    (greeting, *_), (speak,) = (
        [event for event in transcript.events if event.kind == kind] for kind in ("say", "speak")
    )
    assert greeting.t == 0.0
    assert speak.t == pytest.approx(voice.spoken("One two three four five.", "en-US") + 1.0)


def test_text_of_another_language_is_spoken_at_its_pace(agents: AgentServer) -> None:
    def changes(session: Session) -> None:
        session.wait_for("prompt")
        session.say("Hello there")
        session.wait_for("prompt")
        session.say("你好你好你好", lang="zh-CN")
        session.wait_for("prompt")
        session.send(type="language", ttsLanguage="es-ES", transcriptionLanguage="es-MX")
        session.say("Hola hola")
        session.wait_for("prompt", lang="es-MX")
        session.send(type="end")

    agents.behave(changes)
    transcript = converse(app_with(agents), says("a"), says("b"), says("c"), Hear("hola"), says("d"))
    said = [event["language"] for event in transcript.events if event.kind == "say"]
    assert said == ["en-US", "zh-CN", "es-ES", None]
    assert transcript.passed


def test_a_sound_is_played_in_its_place_as_often_as_it_says(agents: AgentServer) -> None:
    def plays(session: Session) -> None:
        session.wait_for("prompt")
        session.send(type="text", token="Listen: ", last=False)
        session.send(type="play", source="https://sounds.test/a.mp3", loop=2)
        session.say("Nice?")

    agents.behave(plays)
    transcript = converse(app_with(agents), says("hi"), steps.Play("a.mp3"), Hear("nice"), says("x"), HANGS_UP)
    heard = [event for event in transcript.events if event.kind in {"say", "play"}]
    assert [event.get("url") or event.get("text") for event in heard] == [
        "Listen:",
        "https://sounds.test/a.mp3",
        "Nice?",
    ]
    assert heard[2].t - heard[1].t == pytest.approx(2 * voice.RECORDING_SECONDS)


def test_keys_are_played_as_tones(agents: AgentServer) -> None:
    def sends(session: Session) -> None:
        session.wait_for("prompt")
        session.send(type="sendDigits", digits="1w2#")
        session.say("Sent.")

    agents.behave(sends)
    transcript = converse(app_with(agents), says("hi"), Hear("sent"), HANGS_UP)
    (played,) = [event for event in transcript.events if event.kind == "play"]
    assert played["digits"] == "1w2#"


def test_the_greeting_is_said_first_and_then_what_the_agent_said_meanwhile(agents: AgentServer) -> None:
    def greets(session: Session) -> None:
        session.wait_for("setup")
        session.say("I am the agent.")

    agents.behave(greets)
    app = app_with(agents, "welcomeGreeting='Welcome.'")
    transcript = converse(app, Hear("Welcome. I am the agent."), HANGS_UP)
    assert transcript.passed


def test_an_agent_may_speak_before_anybody_else(agents: AgentServer) -> None:
    def greets(session: Session) -> None:
        session.wait_for("setup")
        session.say("Hello, I am a machine.")

    agents.behave(greets)
    assert converse(app_with(agents), Hear("I am a machine"), HANGS_UP).passed


@pytest.mark.parametrize(
    "message",
    [
        {"type": "text", "token": "", "last": True},
        {"type": "text", "token": "a", "lang": "pt-BR", "interruptible": False, "preemptible": True},
        {"type": "text", "token": "a", "interruptible": "dtmf"},
        {"type": "play", "source": "https://a.test/b.mp3", "loop": 0, "interruptible": "none", "preemptible": False},
        {"type": "sendDigits", "digits": "0123456789w#*"},
        {"type": "language", "ttsLanguage": "pt-BR"},
        {"type": "language", "transcriptionLanguage": "pt-BR"},
        {"type": "end"},
        {"type": "end", "handoffData": "anything, as it stands"},
    ],
)
def test_every_documented_message_is_valid(message: dict[str, Any]) -> None:
    read_message(json.dumps(message))


@pytest.mark.parametrize(
    ("message", "why"),
    [
        ("{", "it is no JSON"),
        ("[" * 100_000, "it is no JSON"),
        ("[]", "it is no JSON object"),
        (b"{}", "it is bytes"),
        ({}, "it has no 'type'"),
        ({"type": "mark"}, "it has an unknown 'type'"),
        ({"type": ["text"]}, "it has an unknown 'type'"),
        ({"type": "text"}, "'text' has no 'token'"),
        ({"type": "text", "token": 1}, "'token' of 'text' is no string"),
        ({"type": "text", "token": "a", "last": "yes"}, "'last' of 'text' is neither true nor false"),
        ({"type": "text", "token": "a", "interruptible": "maybe"}, "'interruptible' of 'text' is none of true, false"),
        ({"type": "text", "token": "a", "interruptible": 1}, "'interruptible' of 'text' is none of true, false"),
        ({"type": "text", "token": "a", "preemptible": "no"}, "'preemptible' of 'text' is neither true nor false"),
        ({"type": "play"}, "'play' has no 'source'"),
        ({"type": "play", "source": "music.mp3"}, "'source' of 'play' is no http:// or https:// address"),
        ({"type": "play", "source": "http://["}, "'source' of 'play' is no http:// or https:// address"),
        ({"type": "play", "source": "a", "loop": -1}, "'loop' of 'play' is no whole number from 0"),
        ({"type": "play", "source": "a", "loop": "2"}, "'loop' of 'play' is no whole number from 0"),
        ({"type": "sendDigits"}, "'sendDigits' has no 'digits'"),
        ({"type": "sendDigits", "digits": "12a"}, "other than 0-9 w # *"),
        ({"type": "sendDigits", "digits": ""}, "other than 0-9 w # *"),
        ({"type": "language"}, "neither 'ttsLanguage' nor 'transcriptionLanguage'"),
        ({"type": "end", "handoffData": {"a": 1}}, "'handoffData' of 'end' is no string"),
    ],
)
def test_every_other_message_is_invalid_and_says_why(message: object, why: str) -> None:
    written = message if isinstance(message, str | bytes) else json.dumps(message)
    with pytest.raises(InvalidMessageError) as raised:
        read_message(written)
    assert why in str(raised.value)


def test_an_invalid_message_is_named_by_its_number_and_the_session_goes_on(agents: AgentServer) -> None:
    def stumbles(session: Session) -> None:
        session.wait_for("prompt")
        session.say("One moment.")
        session.send(type="clear")
        session.wait_for("prompt")
        session.send(type="end", handoffData="{}")

    agents.behave(stumbles)
    transcript = converse(app_with(agents), says("hi"), Hear("moment"), says("well?"), Hear("After"))
    assert transcript.failures == []
    notice = next(one for one in transcript.warnings if one.code == 64107)
    assert notice.failure
    assert "message 2 of the agent is invalid: it has an unknown 'type' (known: text, play, " in notice.message
    assert '{"type": "clear"}' in notice.message


def test_ten_invalid_messages_in_a_row_end_the_session(agents: AgentServer) -> None:
    def raves(session: Session) -> None:
        session.wait_for("setup")
        for _ in range(12):
            session.raw("no json")

    agents.behave(raves)
    app = app_with(agents)
    transcript = converse(app, Hear("After"))
    assert agents.last.close_code == 1007
    assert len(agents.last.of_type("error")) == 10
    assert [one.code for one in transcript.warnings][1:] == [64107] * 10 + [64105]
    form = app.to("/after")[0].form
    assert (form["SessionStatus"], form["ErrorCode"], form["CallStatus"]) == ("failed", "64105", "in-progress")


def test_a_valid_message_between_invalid_ones_resets_their_count(agents: AgentServer) -> None:
    def mumbles(session: Session) -> None:
        session.wait_for("setup")
        for _ in range(15):
            session.say("Well.")
            session.send(type="text", last=True)
        session.wait_for("prompt")
        session.send(type="end")

    agents.behave(mumbles)
    transcript = converse(app_with(agents), Hear("Well. Well. Well."), says("bye"), Hear("After"))
    assert transcript.failures == []
    assert agents.last.close_code == 1000


def test_keys_before_the_agent_has_answered_are_told_in_their_order(agents: AgentServer) -> None:
    def collects(session: Session) -> None:
        for key in "12#":
            session.wait_for("dtmf", digit=key)
        session.say("Thank you.")

    agents.behave(collects)
    transcript = converse(app_with(agents, "dtmfDetection='true'"), presses("12#"), Hear("thank you"), HANGS_UP)
    assert transcript.passed
