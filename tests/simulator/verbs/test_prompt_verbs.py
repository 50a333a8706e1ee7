"""<Say>, <Play> and <Pause>: what the caller hears, and how long it takes."""

from __future__ import annotations

import pytest

from ivr.simulator import voice
from ivr.simulator.phones import steps
from tests.webapps import WebApp, call, codes, ended_by, events, said


def test_say_tells_text_language_voice_and_loop() -> None:
    app = WebApp().page("/voice", '<Say language="pt-BR" voice="Polly.Camila" loop="2"> Bom\n dia </Say>')
    transcript = call(app)
    assert events(transcript, "say")[0].as_dict() == {
        "t": 0.0,
        "kind": "say",
        "text": "Bom dia",
        "language": "pt-BR",
        "voice": "Polly.Camila",
        "loop": 2,
        "interrupted": False,
    }
    assert transcript.duration == pytest.approx(2 * voice.spoken("Bom dia"))


def test_speech_takes_time_by_its_length() -> None:
    text = "a" * 150
    assert call(WebApp().page("/voice", f"<Say>{text}</Say>")).duration == pytest.approx(10)


def test_markup_inside_say_is_read_for_its_words() -> None:
    app = WebApp().page("/voice", '<Say>Aguarde <break time="1s"/><prosody rate="slow">um momento</prosody></Say>')
    transcript = call(app)
    assert said(transcript) == ["Aguarde um momento"]
    assert codes(transcript) == []


def test_markup_of_the_vendors_voices_needs_no_declared_prefix() -> None:
    app = WebApp().page("/voice", '<Say>Olá <amazon:effect name="whispered">baixinho</amazon:effect></Say>')
    transcript = call(app)
    assert (said(transcript), codes(transcript), transcript.error) == (["Olá baixinho"], [], None)


def test_a_verb_inside_say_is_a_warning() -> None:
    assert codes(call(WebApp().page("/voice", "<Say>a <Play>b</Play></Say>"))) == [12200]


def test_an_empty_say_is_a_warning() -> None:
    assert codes(call(WebApp().page("/voice", "<Say/>"))) == [13520]


def test_say_without_end_lasts_until_the_vendors_limit_of_four_hours() -> None:
    transcript = call(WebApp().page("/voice", '<Say loop="0">olá</Say>'))
    assert transcript.duration == 4 * 3600
    assert ended_by(transcript) == "carrier"


def test_play_tells_an_address_relative_to_the_document() -> None:
    transcript = call(WebApp().page("/voice", "<Play>sons/ola.mp3</Play>"))
    assert events(transcript, "play")[0]["url"] == "http://app.test/sons/ola.mp3"
    assert transcript.duration == voice.RECORDING_SECONDS


def test_play_takes_tones_with_waits() -> None:
    transcript = call(WebApp().page("/voice", '<Play digits="ww12"/>'))
    assert events(transcript, "play")[0].as_dict() == {"t": 0.0, "kind": "play", "digits": "ww12"}
    assert transcript.duration == pytest.approx(1.5)


def test_play_of_other_tones_is_a_warning() -> None:
    transcript = call(WebApp().page("/voice", '<Play digits="1a2"/>'))
    assert codes(transcript) == [12200]
    assert events(transcript, "play")[0]["digits"] == "12"


@pytest.mark.parametrize(("length", "seconds"), [("", 1), ('length="7"', 7), ('length="0"', 0)])
def test_pause_lasts_its_length_and_one_second_by_default(length: str, seconds: int) -> None:
    transcript = call(WebApp().page("/voice", f"<Say>a</Say><Pause {length}/>"))
    assert events(transcript, "pause")[0]["seconds"] == seconds
    assert transcript.duration == pytest.approx(voice.spoken("a") + seconds)


def test_a_wrong_length_is_a_warning() -> None:
    assert codes(call(WebApp().page("/voice", '<Pause length="long"/>'))) == [13910]


def test_a_pause_as_the_first_verb_lets_it_ring_on() -> None:
    app = WebApp().page("/voice", '<Pause length="3"/><Reject reason="busy"/>')
    assert call(app).status == "busy"


def test_a_caller_can_hang_up_in_a_prompt_which_is_then_interrupted() -> None:
    transcript = call(WebApp().page("/voice", "<Say>bem-vindo</Say><Say>adeus</Say>"), steps.HangUp(inside="Say"))
    assert [(say["text"], say["interrupted"]) for say in events(transcript, "say")] == [("bem-vindo", True)]
    assert ended_by(transcript) == "caller"
