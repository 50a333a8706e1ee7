"""A caller cuts in while an AI agent speaks, by speech or by keys, as far as the agent lets that happen."""

from __future__ import annotations

import pytest

from ivr.simulator import voice
from ivr.simulator.phones.dialogue import dialogue
from ivr.simulator.phones.steps import Hear
from ivr.simulator.transcript import Transcript
from tests.simulator.relay.agents import HANGS_UP, AgentServer, Session, app_with, converse, presses, says

pytestmark = pytest.mark.network

LONG = "This is a long sentence that somebody may well want to cut short before it is over."


def recites(session: Session) -> None:
    """Say something long, and whatever comes after it on the next prompt or key."""
    session.wait_for("prompt")
    session.say(LONG)
    for message in session.messages():
        if message["type"] in {"prompt", "dtmf"}:
            session.say("Fine.")


def interrupts(agents: AgentServer) -> list[dict[str, object]]:
    return agents.last.of_type("interrupt")


def said(transcript: Transcript) -> list[tuple[str, bool]]:
    return [(event["text"], event["interrupted"]) for event in transcript.events if event.kind == "say"]


def test_speech_cuts_the_agent_short_and_then_becomes_a_prompt(agents: AgentServer) -> None:
    agents.behave(recites)
    steps = (says("go"), says("stop please", during=1, after=2.0), Hear("fine"), HANGS_UP)
    transcript = converse(app_with(agents), *steps)
    assert transcript.failures == []
    kinds = [message["type"] for message in agents.last.heard]
    assert kinds == ["setup", "prompt", "interrupt", "prompt"]
    (interrupt,) = interrupts(agents)
    heard = str(interrupt["utteranceUntilInterrupt"])
    assert LONG.startswith(heard)
    assert 20 < len(heard) <= 2 * voice.PACES["en"]
    assert interrupt == {"type": "interrupt", "utteranceUntilInterrupt": heard, "durationUntilInterruptMs": 2000}
    assert type(interrupt["durationUntilInterruptMs"]) is int


def test_the_dialogue_shows_what_was_cut(agents: AgentServer) -> None:
    agents.behave(recites)
    transcript = converse(app_with(agents), says("go"), says("stop", during=1, after=2.0), Hear("fine"), HANGS_UP)
    shown = list(dialogue([event.as_dict() for event in transcript.events]))
    heard = interrupts(agents)[0]["utteranceUntilInterrupt"]
    assert any(line.endswith(f"agent    “{LONG}” (cut off after “{heard}”)") for line in shown)


def test_a_key_cuts_the_agent_short_and_is_told(agents: AgentServer) -> None:
    agents.behave(recites)
    transcript = converse(
        app_with(agents, "dtmfDetection='true'"),
        says("go"),
        presses("5", during=1, after=1.0),
        Hear("fine"),
        HANGS_UP,
    )
    assert transcript.passed
    assert [message["type"] for message in agents.last.heard] == ["setup", "prompt", "interrupt", "dtmf"]


@pytest.mark.parametrize(
    ("interruptible", "speech", "key"),
    [
        ("any", True, True),
        ("true", True, True),
        ("speech", True, False),
        ("dtmf", False, True),
        ("none", False, False),
        ("false", False, False),
    ],
)
def test_only_what_is_interruptible_cuts_the_agent_short(
    agents: AgentServer, interruptible: str, speech: bool, key: bool
) -> None:
    agents.behave(recites)
    app = app_with(agents, f"interruptible='{interruptible}' dtmfDetection='true'")
    spoken = converse(app, says("go"), says("stop", during=1, after=1.0), says("bye"), HANGS_UP)
    assert (len(interrupts(agents)), said(spoken)[0]) == (int(speech), (LONG, speech))
    assert [each["voicePrompt"] for each in agents.last.of_type("prompt")] == (
        ["go", "stop", "bye"] if speech else ["go", "bye"]
    )
    pressed = converse(app, says("go"), presses("1", during=1, after=1.0), says("bye"), HANGS_UP)
    assert (len(interrupts(agents)), said(pressed)[0]) == (int(key), (LONG, key))
    assert len(agents.last.of_type("dtmf")) == int(key)


def test_a_message_decides_for_itself_what_may_cut_it_short(agents: AgentServer) -> None:
    def insists(session: Session) -> None:
        session.wait_for("prompt")
        session.say(LONG, interruptible=False)
        session.wait_for("prompt")
        session.say(LONG, interruptible=True)
        session.wait_for("prompt")

    agents.behave(insists)
    cut = says("stop", during=1, after=1.0)
    transcript = converse(app_with(agents), says("a"), cut, says("b"), cut, HANGS_UP)
    assert said(transcript) == [(LONG, False), (LONG, True)]


def test_the_greeting_has_a_rule_of_its_own(agents: AgentServer) -> None:
    greeting = f"welcomeGreeting='{LONG}'"
    early = says("stop", during=1, after=1.0)
    converse(app_with(agents, f"{greeting} interruptible='none'"), early, HANGS_UP)
    assert LONG.startswith(str(interrupts(agents)[0]["utteranceUntilInterrupt"]))
    converse(app_with(agents, f"{greeting} welcomeGreetingInterruptible='none'"), early, HANGS_UP)
    assert interrupts(agents) == []


@pytest.mark.parametrize(
    ("reported", "prompts", "keys"), [("none", 0, 0), ("speech", 1, 0), ("dtmf", 0, 1), ("any", 1, 1)]
)
def test_what_does_not_cut_in_is_told_where_it_is_to_be_reported(
    agents: AgentServer, reported: str, prompts: int, keys: int
) -> None:
    def listens(session: Session) -> None:
        session.wait_for("prompt")
        session.say(LONG)

    agents.behave(listens)
    report = "" if reported == "none" else f"reportInputDuringAgentSpeech='{reported}'"
    app = app_with(agents, f"interruptible='none' dtmfDetection='true' {report}")
    transcript = converse(app, says("go"), says("hm", during=1, after=1.0), HANGS_UP)
    assert len(agents.last.of_type("prompt")) == 1 + prompts
    lost = [event.get("lost", False) for event in transcript.events if event.kind == "speak"]
    assert lost == [False, not prompts]
    converse(app, says("go"), presses("7", during=1, after=1.0), HANGS_UP)
    assert len(agents.last.of_type("dtmf")) == keys
    assert interrupts(agents) == []


def test_low_sensitivity_needs_more_than_a_short_word(agents: AgentServer) -> None:
    agents.behave(recites)
    app = app_with(agents, "interruptSensitivity='low'")
    converse(app, says("go"), says("no", during=1, after=1.0), HANGS_UP)
    assert interrupts(agents) == []
    converse(app, says("go"), says("no, I want something else", during=1, after=1.0), HANGS_UP)
    assert [each["durationUntilInterruptMs"] for each in interrupts(agents)] == [2000]


def test_backchannel_does_not_cut_in_where_it_is_ignored(agents: AgentServer) -> None:
    agents.behave(recites)
    listening = says("Uh-huh.", during=1, after=1.0)
    converse(app_with(agents, "ignoreBackchannel='true'"), says("go"), listening, HANGS_UP)
    assert interrupts(agents) == []
    converse(app_with(agents), says("go"), listening, HANGS_UP)
    assert len(interrupts(agents)) == 1


def test_the_next_answer_takes_the_place_of_a_preemptible_one(agents: AgentServer) -> None:
    def hurries(session: Session) -> None:
        session.wait_for("prompt")
        session.say("Let me look that up for you.", preemptible=True)
        session.say("It is twelve.")

    agents.behave(hurries)
    transcript = converse(app_with(agents), says("go"), Hear("it is twelve"), HANGS_UP)
    assert [text for text, _ in said(transcript)] == ["It is twelve."]


def test_without_preemptible_one_answer_follows_the_other(agents: AgentServer) -> None:
    def hurries(session: Session) -> None:
        session.wait_for("prompt")
        session.say("Let me look that up for you.")
        session.say("It is twelve.")

    agents.behave(hurries)
    transcript = converse(app_with(agents), says("go"), Hear("it is twelve"), HANGS_UP)
    assert said(transcript) == [("Let me look that up for you.", False), ("It is twelve.", False)]


def test_what_was_not_said_yet_of_an_answer_is_dropped(agents: AgentServer) -> None:
    def sings(session: Session) -> None:
        session.wait_for("prompt")
        session.send(type="play", source="https://sounds.test/long.mp3")
        session.say("And now the news.")
        session.wait_for("interrupt")
        session.wait_for("prompt")
        session.say("Sorry.")

    agents.behave(sings)
    steps = (says("sing"), says("stop", during=1, after=1.0), Hear("Sorry"), HANGS_UP)
    transcript = converse(app_with(agents), *steps)
    assert transcript.passed


def test_what_was_played_is_told_before_the_interruption_and_once(agents: AgentServer) -> None:
    app = app_with(agents, "welcomeGreeting='One two three four five six.' events='tokens-played'")
    converse(app, says("stop", during=1, after=1), HANGS_UP)
    told = [message.get("name", message["type"]) for message in agents.last.of_type("info", "interrupt", "prompt")]
    assert told[:3] == ["tokensPlayed", "interrupt", "prompt"]
    greeting = [one["value"] for one in agents.last.of_type("info") if one["value"].startswith("One")]
    assert greeting == [agents.last.of_type("interrupt")[0]["utteranceUntilInterrupt"]]
