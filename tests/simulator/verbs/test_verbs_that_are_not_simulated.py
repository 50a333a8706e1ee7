"""Verbs that Twilio knows and this simulator passes over: each is named, checked, and the call goes on.

Sources: Twilio's pages on <Connect>, <Start>, <Stop>, <Pay>, <Refer>, <Sms>, <Echo>.
"""

from __future__ import annotations

import pytest

from tests.webapps import WebApp, call, codes, said

VERBS = ["Connect", "Echo", "Pay", "Prompt", "Refer", "Sms", "Start", "Stop"]


@pytest.mark.parametrize("verb", VERBS)
def test_it_is_named_and_the_call_goes_on_with_the_next_verb(verb: str) -> None:
    transcript = call(WebApp().page("/voice", f"<{verb}/><Say>segue</Say>"))
    assert said(transcript) == ["segue"]
    assert [warning.as_dict() for warning in transcript.warnings] == [
        {
            "code": 0,
            "message": f"http://app.test/voice, line 1: <{verb}> is not simulated (the call goes on)."
            " Try this part against the vendor itself.",
            "url": "http://app.test/voice",
            "line": 1,
        }
    ]


def test_what_stands_inside_is_named_with_it() -> None:
    transcript = call(WebApp().page("/voice", '<Connect><Stream url="wss://a.test"/></Connect>'))
    assert codes(transcript) == [0]
    assert "<Connect> is not simulated, nor is <Stream> in it" in transcript.warnings[0].message


@pytest.mark.parametrize(
    "verb",
    [
        '<Start><Stream loudness="9"/></Start>',
        "<Start><Conversation/></Start>",
        '<Connect><ConversationRelay><Language lang="pt"/></ConversationRelay></Connect>',
        '<Pay><Prompt colour="red"/></Pay>',
        '<Echo length="2"/>',
    ],
)
def test_what_is_wrong_in_it_is_a_warning_all_the_same(verb: str) -> None:
    assert codes(call(WebApp().page("/voice", verb))) == [0, 12200]


def test_a_name_with_wrong_capitals_is_told_the_right_one() -> None:
    transcript = call(WebApp().page("/voice", "<connect/>"))
    assert codes(transcript) == [12200]
    assert "did you mean <Connect>?" in transcript.warnings[0].message
