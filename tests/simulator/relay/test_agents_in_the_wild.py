"""Agents as they are found: each of these does what the vendor's page does not say, and lives."""

from __future__ import annotations

import time

import pytest

from ivr.simulator.phones import steps
from ivr.simulator.phones.steps import Hear
from ivr.simulator.relay_settings import RelaySettings
from ivr.simulator.transcript import Transcript
from tests.simulator.relay.agents import HANGS_UP, AgentServer, Session, app_with, converse, says

pytestmark = pytest.mark.network


def said(transcript: Transcript) -> list[str]:
    return [event["text"] for event in transcript.events if event.kind == "say"]


def test_an_answer_whose_last_never_comes_ends_with_a_pause(agents: AgentServer) -> None:
    def never_ends(session: Session) -> None:
        for message in session.messages():
            if message["type"] == "prompt":
                session.say("You ", "said ", message["voicePrompt"], last=False)

    agents.behave(never_ends)
    transcript = converse(app_with(agents), says("one"), Hear("said one"), says("two"), Hear("said two"), HANGS_UP)
    assert transcript.passed
    assert said(transcript) == ["You said one", "You said two"]


def test_what_an_agent_talks_on_after_an_interrupt_is_in_its_next_answer(agents: AgentServer) -> None:
    def talks_on(session: Session) -> None:
        session.wait_for("prompt")
        session.say("I could go on about this for a very long time,", last=False)
        session.wait_for("interrupt")
        session.say(" as I said, for hours.", last=False)
        session.wait_for("prompt")
        session.say(" What now?")

    agents.behave(talks_on)
    steps = (says("go"), says("stop", during=1, after=1.0), Hear("for hours. What now?"), HANGS_UP)
    transcript = converse(app_with(agents), *steps)
    assert transcript.passed
    assert said(transcript)[1:] == ["as I said, for hours. What now?"]


def test_an_agent_that_answers_partial_prompts_answers_several_times(agents: AgentServer) -> None:
    def eager(session: Session) -> None:
        for message in session.messages():
            if message["type"] == "prompt":
                session.say(f"Heard {message['voicePrompt']}.")

    agents.behave(eager)
    app = app_with(agents, "partialPrompts='true'")
    transcript = converse(app, says("red green blue"), Hear("Heard red green blue."), HANGS_UP)
    assert transcript.passed
    assert said(transcript) == ["Heard red.", "Heard red green.", "Heard red green blue."]


def test_an_agent_that_sends_text_without_a_token_after_each_answer_lives(agents: AgentServer) -> None:
    def sloppy(session: Session) -> None:
        for message in session.messages():
            if message["type"] == "prompt":
                session.say(f"Yes, {message['voicePrompt']}.")
                session.send(type="text", last=True)

    agents.behave(sloppy)
    asked = [step for number in range(12) for step in (says(f"number {number}"), Hear(f"yes, number {number}"))]
    transcript = converse(app_with(agents), *asked, HANGS_UP)
    assert transcript.failures == []
    assert transcript.events[-1]["by"] == "caller"
    assert {one.code for one in transcript.warnings if one.failure} == {64107}


def test_an_agent_that_closes_its_answer_with_an_empty_token_says_it_once(agents: AgentServer) -> None:
    def usual(session: Session) -> None:
        session.wait_for("prompt")
        session.say("Of ", "course", ".", "")

    agents.behave(usual)
    transcript = converse(app_with(agents), says("please"), Hear("of course."), HANGS_UP)
    assert said(transcript) == ["Of course."]


def test_an_agent_that_thinks_for_long_is_waited_for(agents: AgentServer) -> None:
    def ponders(session: Session) -> None:
        session.wait_for("prompt")
        time.sleep(0.25)
        session.say("Forty-two.")

    agents.behave(ponders)
    transcript = converse(app_with(agents), says("why?"), Hear("forty-two", within=3), HANGS_UP)
    assert transcript.passed


def test_an_agent_that_never_stops_lets_its_caller_act_all_the_same(agents: AgentServer) -> None:
    def never_stops(session: Session) -> None:
        session.wait_for("prompt")
        while not session.connection.close_code:
            session.say("and so on ", last=False)

    agents.behave(never_stops)
    transcript = converse(app_with(agents), says("go"), Hear("and so on"), HANGS_UP)
    assert transcript.failures == []


def test_a_caller_may_be_silent_until_the_agent_asks_again(agents: AgentServer) -> None:
    def asks_again(session: Session) -> None:
        session.wait_for("prompt")
        session.say("What is your name?")
        time.sleep(0.2)
        session.say("Are you still there?")

    agents.behave(asks_again)
    transcript = converse(
        app_with(agents), says("hi"), Hear("your name"), steps.Silent(), Hear("still there"), HANGS_UP
    )
    assert transcript.failures == []
    assert said(transcript) == ["What is your name?", "Are you still there?"]


def test_an_agent_that_says_goodbye_and_closes_is_told_as_lost(agents: AgentServer) -> None:
    def vanishes(session: Session) -> None:
        session.wait_for("prompt")
        session.say("Bye.")
        session.connection.close()

    agents.behave(vanishes)
    transcript = converse(app_with(agents), says("bye"), Hear("Bye."), Hear("After"))
    assert [one.code for one in transcript.warnings if one.failure] == [64105]


def test_what_came_before_a_lost_socket_is_heard_also_without_last(agents: AgentServer) -> None:
    def vanishes(session: Session) -> None:
        session.wait_for("prompt")
        session.say("Let me ", "look ", last=False)
        session.connection.close(1011)

    agents.behave(vanishes)
    transcript = converse(app_with(agents), says("hi"), Hear("Let me look"))
    assert said(transcript)[0] == "Let me look"
    assert [warning.code for warning in transcript.warnings if warning.code == 64105] == [64105]


def test_an_agent_that_never_stops_ends_a_script_that_waits_for_more(agents: AgentServer) -> None:
    def never_stops(session: Session) -> None:
        session.wait_for("prompt")
        while session.connection.close_code is None:
            session.say("and so on ", last=False)

    agents.behave(never_stops)
    began = time.monotonic()
    transcript = converse(app_with(agents), says("go"), Hear("something else"), HANGS_UP)
    (failure,) = transcript.failures
    assert "'something else' was not heard" in failure
    assert "talks on and on without a pause" in failure
    assert transcript.duration < 3600
    assert time.monotonic() - began < 30


def test_patience_is_waited_once_for_an_answer_that_does_not_come(agents: AgentServer) -> None:
    agents.behave(lambda session: session.wait_for("prompt"))
    began = time.monotonic()
    transcript = converse(app_with(agents), says("hi"), Hear("anything"), HANGS_UP, settings=RelaySettings(2.0, 0.05))
    assert "the agent sent nothing within 2 s" in transcript.failures[0]
    assert 2.0 <= time.monotonic() - began < 4.0
