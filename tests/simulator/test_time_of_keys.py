"""Every key takes a second of the caller's time, and a step may say how long the caller lets pass before it."""

from __future__ import annotations

import io

import pytest

from ivr.simulator.phones import steps
from ivr.simulator.phones.piped import PipedPhone
from ivr.simulator.phones.steps import Step
from tests.webapps import WebApp, call, events, said


def gather(attributes: str = "", inside: str = "") -> WebApp:
    app = WebApp()
    app.page("/voice", f'<Gather action="/next" {attributes}>{inside}</Gather><Redirect/>')
    return app.page("/next", "<Hangup/>")


@pytest.mark.parametrize("keys", ["1", "12", "1234", "11222333000181"])
def test_a_string_of_keys_takes_a_second_a_key(keys: str) -> None:
    at_once = call(gather(f'numDigits="{len(keys)}"'), steps.Press(keys))
    one_by_one = call(gather(f'numDigits="{len(keys)}"'), *[steps.Press(key) for key in keys])
    assert at_once.duration == one_by_one.duration == len(keys)


def test_keys_over_a_prompt_take_as_long_as_keys_after_it() -> None:
    transcript = call(gather('numDigits="4"', '<Pause length="9"/>'), steps.Press("1234", during=1))
    assert transcript.duration == 4


def test_keys_come_in_time_for_a_timeout_of_one_second() -> None:
    app = gather('timeout="1" finishOnKey="#"')
    call(app, steps.Press("1234#"))
    assert app.to("/next")[0].form["Digits"] == "1234"


@pytest.mark.parametrize(
    "listener", ['<Record maxLength="60" finishOnKey="#"/>', "<Dial><Number>+15005550006</Number></Dial>"]
)
def test_keys_into_a_recording_or_a_talk_take_a_second_each(listener: str) -> None:
    before: list[Step] = [steps.Callee("answered", until_caller=True)] if "Dial" in listener else [steps.Record(3)]
    once, thrice = (
        call(WebApp().page("/voice", listener + "<Hangup/>", "<Hangup/>"), *before, steps.Press(keys), steps.HangUp())
        for keys in ("1", "123")
    )
    assert thrice.duration - once.duration == 2


def test_keys_pressed_too_early_make_no_prompt_longer() -> None:
    app = WebApp().page("/voice", '<Pause length="2"/><Hangup/>')
    assert call(app, steps.Early("12345")).duration == 2


def test_keys_from_a_pipe_take_a_second_each() -> None:
    app = gather('numDigits="3"')
    assert call(app, phone=PipedPhone(io.StringIO("123"), lambda _: None)).duration == 3


@pytest.mark.parametrize(
    ("step", "second"),
    [
        (steps.Press("1#", after=3.5), 4.5),
        (steps.Press("#", after=0), 0),
        (steps.Press("12#", after=3), 5),
        (steps.Speak("sim", after=2), 2),
    ],
)
def test_a_wait_before_a_key_or_a_word_is_written_as_after(step: Step, second: float) -> None:
    transcript = call(gather('input="dtmf speech" actionOnEmptyResult="true"'), step)
    happened = [event.t for event in transcript.events if event.kind in {"press", "speak"}]
    assert happened == [second]


def test_after_counts_from_the_prompt_where_the_key_is_pressed_over_it() -> None:
    app = gather('numDigits="1"', '<Pause length="9"/><Pause length="9"/>')
    assert call(app, steps.Press("1", during=2, after=4)).duration == 13
    app = WebApp().page("/voice", '<Pause length="9"/><Hangup/>')
    assert events(call(app, steps.Early("1", after=6)), "press")[0].t == 6


def test_a_caller_may_wait_before_hanging_up() -> None:
    assert call(gather(), steps.HangUp(after=2.5)).duration == 2.5
    assert call(gather("", '<Pause length="9"/>'), steps.HangUp(during=1, after=7)).duration == 7


def test_a_wait_longer_than_the_timeout_lets_the_gather_time_out() -> None:
    app = gather('numDigits="1" timeout="5"', '<Pause length="4"/>')
    transcript = call(app, steps.Press("1", after=7))
    assert [event.t for event in events(transcript, "silence")] == [9]
    assert events(transcript, "press")[0].t == 4 + 7  # while the prompt is played again
    assert said(transcript) == []


def test_after_a_long_wait_a_key_is_not_lost_on_a_prompt_that_hears_none() -> None:
    app = WebApp().page("/voice", '<Gather numDigits="1" timeout="5" action="/next"/><Pause length="9"/><Redirect/>')
    app.page("/next", "<Hangup/>")
    transcript = call(app, steps.Press("1", after=7))
    assert events(transcript, "press")[0].t == 14
    assert transcript.passed
