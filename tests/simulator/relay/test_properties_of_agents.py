"""Whatever an AI agent sends, it is read or refused, and what is heard of it is a part of what it sent."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.simulator.phones.steps import Hear
from ivr.simulator.verbs.relay_messages import AgentMessage, InvalidMessageError, TextToken, read_message
from ivr.simulator.verbs.relay_speech import AgentSpeech, AgentUtterance
from tests.simulator.relay.agents import AgentServer, Session, app_with, converse

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=4,
)
KINDS = st.sampled_from(["text", "play", "sendDigits", "language", "end", "mark"])
FIELDS = st.sampled_from(
    ["token", "last", "lang", "interruptible", "preemptible", "source", "loop", "digits", "ttsLanguage", "handoffData"]
)
MESSAGES = st.builds(lambda kind, fields: {"type": kind, **fields}, KINDS, st.dictionaries(FIELDS, VALUES, max_size=4))


@given(st.text(max_size=30) | st.binary(max_size=10) | VALUES.map(json.dumps) | MESSAGES.map(json.dumps))
def test_any_message_is_read_or_refused_with_a_reason(message: str | bytes) -> None:
    with contextlib.suppress(InvalidMessageError):
        assert type(read_message(message)) in AgentMessage.__args__


@given(st.text(max_size=60), st.floats(0, 2))
def test_what_was_heard_begins_the_text_and_ends_with_a_word(text: str, share: float) -> None:
    heard = AgentUtterance(1, text=text).heard_until(share)
    assert text.startswith(heard)
    rest = text[len(heard) :]
    assert not rest or not heard or rest[0].isspace()


@given(st.lists(st.lists(st.text(max_size=6), min_size=1, max_size=5), max_size=4))
def test_tokens_are_joined_to_one_utterance_an_answer(answers: list[list[str]]) -> None:
    speech = AgentSpeech("any", False)
    for tokens in answers:
        for number, token in enumerate(tokens, 1):
            speech.add(TextToken(token, last=number == len(tokens)), "pt-BR")
    said = []
    while (utterance := speech.next()) is not None:
        said.append(utterance.text)
    joined = ["".join(tokens) for tokens in answers]
    assert said == [text for text in joined if text.strip()]


MESSY: list[list[Any]] = [
    [{"type": "text"}, "nonsense", {"type": "text", "token": "Hi", "last": True}],
    [{"type": "language", "ttsLanguage": "x"}, {"type": "sendDigits", "digits": "1"}, {"type": "mark"}],
    [{"type": "play", "source": ""}, {"type": "play", "source": "http://"}, {"type": "text", "token": "\u0000"}],
    [{"type": "text", "token": "a" * 5000, "last": False}, {"type": "text", "token": " ", "last": True}],
    [{"type": "play", "source": "http://[", "loop": 0, "interruptible": True}],
    [{"type": "end"}, {"type": "text", "token": "too late", "last": True}, {"type": "end", "handoffData": "b"}],
]


@pytest.mark.network
@pytest.mark.parametrize("messages", MESSY, ids=range(len(MESSY)))
def test_a_messy_agent_gives_its_caller_back_all_the_same(agents: AgentServer, messages: list[Any]) -> None:
    def messy(session: Session) -> None:
        session.wait_for("setup")
        for message in messages:
            session.raw(message if isinstance(message, str) else json.dumps(message))
        with contextlib.suppress(Exception):
            session.send(type="end", handoffData="a")

    agents.behave(messy)
    app = app_with(agents)
    transcript = converse(app, Hear("After"))
    assert transcript.failures == []
    assert app.to("/after")[0].form["SessionStatus"] == "ended"
