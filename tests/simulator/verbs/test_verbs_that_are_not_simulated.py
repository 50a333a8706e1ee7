"""Verbs that Twilio knows and this simulator does not play: each is named and checked.

At one that Twilio waits for the call is stopped, since what would come after it is not known; the others are passed
over. Sources: Twilio's pages on <Connect>, <Start>, <Stop>, <Pay>, <Refer>, <Sms>, <Echo>.
"""

from __future__ import annotations

import pytest

from ivr.simulator.phones.steps import Callee
from tests.webapps import WebApp, call, codes, said

BLOCKING = ["Connect", "Echo", "Pay", "Prompt", "Refer"]
PASSED_OVER = ["Sms", "Start", "Stop"]


@pytest.mark.parametrize("verb", PASSED_OVER)
def test_a_verb_that_twilio_does_not_wait_for_is_passed_over(verb: str) -> None:
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
    assert transcript.warnings[0].failure


@pytest.mark.parametrize("verb", BLOCKING)
def test_at_a_verb_that_twilio_waits_for_the_call_is_stopped(verb: str) -> None:
    transcript = call(WebApp().page("/voice", f"<Say>antes</Say><{verb} action='/next'/><Say>depois</Say>"))
    assert said(transcript) == ["antes"]
    assert [(event.kind, event.get("verb"), event.get("by")) for event in transcript.events[-2:]] == [
        ("unperformed", verb, None),
        ("hangup", None, "simulator"),
    ]
    warning = transcript.warnings[-1]
    assert (warning.code, warning.failure, warning.unperformed) == (0, True, verb)
    assert f"<{verb}> is not simulated (the call is stopped)." in warning.message
    assert transcript.requests == 1


def test_a_verb_that_is_never_reached_is_not_told() -> None:
    transcript = call(WebApp().page("/voice", "<Say>oi</Say><Hangup/><Pay/>"))
    assert (codes(transcript), said(transcript)) == ([], ["oi"])


def test_a_whisper_with_such_a_verb_stops_the_call_too() -> None:
    app = WebApp().page("/voice", "<Dial><Number url='/whisper'>+551140030015</Number></Dial><Say>depois</Say>")
    transcript = call(app.page("/whisper", "<Pay/>"), Callee("answered"))
    assert (transcript.warnings[-1].unperformed, said(transcript)) == ("Pay", [])


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
    assert sorted(codes(call(WebApp().page("/voice", verb)))) == [0, 12200]


def test_a_name_with_wrong_capitals_is_told_the_right_one() -> None:
    transcript = call(WebApp().page("/voice", "<connect/>"))
    assert codes(transcript) == [12200]
    assert "did you mean <Connect>?" in transcript.warnings[0].message
