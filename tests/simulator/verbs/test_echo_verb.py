"""<Echo> gives back what the caller says and keys, and lasts as long as the call.

Source: Twilio's <Echo> page.
"""

from __future__ import annotations

import pytest

from ivr.simulator.phones import steps
from ivr.simulator.phones.dialogue import dialogue
from ivr.simulator.testing import Telephone
from tests.webapps import WebApp, call, codes, events, said

APP = "<Say>fale</Say><Echo/><Say>nunca</Say>"


def test_words_come_back_and_only_the_caller_ends_it() -> None:
    transcript = call(WebApp().page("/voice", APP), steps.Speak("um dois"), steps.Hear("um dois"), steps.HangUp())
    assert (transcript.status, transcript.failures, codes(transcript)) == ("completed", [], [])
    assert said(transcript) == ["fale"]
    assert [event.get("text") for event in events(transcript, "echo")] == [None, "um dois"]
    assert "line     gives back “um dois”" in "\n".join(dialogue(transcript.as_dict()["events"]))


def test_keys_come_back_and_end_nothing() -> None:
    transcript = call(WebApp().page("/voice", APP), steps.Press("1*#"), steps.HangUp())
    assert [event["digits"] for event in events(transcript, "press")] == ["1*#"]
    assert (transcript.events[-1]["by"], transcript.failures) == ("caller", [])


def test_an_echo_that_nobody_ends_is_ended_by_the_limit_of_a_call() -> None:
    transcript = call(WebApp().page("/voice", APP))
    assert (transcript.events[-1]["by"], transcript.duration) == ("carrier", 4 * 3600)


@pytest.mark.parametrize("inside", ['<Echo length="2"/>', "<Echo>oi</Echo>", "<Echo><Say>oi</Say></Echo>"])
def test_an_echo_has_nothing_of_its_own(inside: str) -> None:
    assert codes(call(WebApp().page("/voice", inside), steps.HangUp())) == [12200]


def test_a_step_that_waits_for_something_else_fails_with_what_was_heard() -> None:
    transcript = call(WebApp().page("/voice", APP), steps.Speak("alo"), steps.Hear("adeus"), steps.HangUp())
    assert transcript.failures == [": 'adeus' was not heard; heard instead: \"alo\""]


def test_what_is_said_into_a_secret_echo_is_not_shown() -> None:
    app = WebApp().page("/voice", APP)
    transcript = call(app, steps.Speak("senha"), steps.Press("7777"), steps.HangUp(), conceals=lambda _: True)
    assert "senha" not in str(transcript.as_dict())
    assert "7777" not in str(transcript.as_dict())


def test_a_test_speaks_into_an_echo_and_hears_it(phone: Telephone) -> None:
    heard = phone.dial(WebApp().page("/voice", APP)).hears("fale").speak("alo").hears("alo")
    assert heard.hang_up().status == "completed"
