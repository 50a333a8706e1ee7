"""Verbs that Twilio knows and this simulator does not play: each is named and checked.

At one that Twilio waits for the call is stopped, since what would come after it is not known; the others are passed
over. Sources: Twilio's pages on <Connect>, <Start>, <Stop>, <Refer>.
"""

from __future__ import annotations

import pytest

from ivr.simulator.phones.steps import Callee
from tests.webapps import WebApp, call, codes, said

BLOCKING = ["Connect", "Refer"]


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
    transcript = call(WebApp().page("/voice", "<Say>oi</Say><Hangup/><Refer/>"))
    assert (codes(transcript), said(transcript)) == ([], ["oi"])


def test_a_whisper_with_such_a_verb_stops_the_call_too() -> None:
    app = WebApp().page("/voice", "<Dial><Number url='/whisper'>+551140030015</Number></Dial><Say>depois</Say>")
    transcript = call(app.page("/whisper", "<Refer/>"), Callee("answered"))
    assert (transcript.warnings[-1].unperformed, said(transcript)) == ("Refer", [])


def test_what_stands_inside_is_named_with_it() -> None:
    transcript = call(WebApp().page("/voice", '<Connect><VirtualAgent connectorName="a"/></Connect>'))
    assert codes(transcript) == [0]
    assert "<Connect> is not simulated, nor is <VirtualAgent> in it" in transcript.warnings[0].message


@pytest.mark.parametrize(
    "verb",
    [
        '<Start><Siprec loudness="9"/></Start>',
        '<Connect><VirtualAgent><Config colour="red"/></VirtualAgent></Connect>',
    ],
)
def test_what_is_wrong_in_it_is_a_warning_all_the_same(verb: str) -> None:
    assert sorted(codes(call(WebApp().page("/voice", verb)))) == [0, 12200]


@pytest.mark.parametrize("verb", ["Start", "Stop"])
def test_siprec_is_told_plainly_wherever_it_stands(verb: str) -> None:
    transcript = call(WebApp().page("/voice", f'<{verb}><Siprec name="copia"/></{verb}><Say>segue</Say>'))
    assert (codes(transcript), said(transcript)) == ([0], ["segue"])
    told = transcript.warnings[0]
    assert told.failure
    assert "<Siprec> is not simulated" in told.message
    assert "the recorder of a SIPREC connector" in told.message


def test_what_a_transfer_by_sip_needs_is_told() -> None:
    transcript = call(WebApp().page("/voice", "<Refer><Sip>sip:ana@pbx.test</Sip></Refer><Say>depois</Say>"))
    assert (transcript.warnings[-1].unperformed, said(transcript)) == ("Refer", [])
    assert "asks the caller's SIP exchange to ring somebody else" in transcript.warnings[-1].message


def test_a_prompt_outside_of_a_payment_is_no_verb() -> None:
    transcript = call(WebApp().page("/voice", '<Prompt for="postal-code"><Say>oi</Say></Prompt><Say>segue</Say>'))
    assert (codes(transcript), said(transcript)) == ([12200], ["segue"])
    assert "<Prompt> is no verb; it is left out" in transcript.warnings[0].message
    assert "Put it into a <Pay>." in transcript.warnings[0].message


@pytest.mark.parametrize("verb", ["Start", "Stop"])
@pytest.mark.parametrize("inside", ["", "<Conversation/>"])
def test_what_begins_or_ends_nothing_is_a_warning(verb: str, inside: str) -> None:
    transcript = call(WebApp().page("/voice", f"<{verb}>{inside}</{verb}><Say>segue</Say>"))
    assert (codes(transcript), said(transcript)) == ([14300], ["segue"])


def test_a_name_with_wrong_capitals_is_told_the_right_one() -> None:
    transcript = call(WebApp().page("/voice", "<connect/>"))
    assert codes(transcript) == [12200]
    assert "did you mean <Connect>?" in transcript.warnings[0].message
