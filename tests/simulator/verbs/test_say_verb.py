"""<Say>, attribute by attribute.

Source: Twilio, "TwiML Voice: <Say>" (twilio.com/docs/voice/twiml/say).
"""

from __future__ import annotations

import pytest

from ivr.simulator import voice
from ivr.simulator.phones import steps
from tests.webapps import WebApp, call, codes, ended_by, events, said


def saying(document: str) -> WebApp:
    return WebApp().page("/voice", document)


def test_the_event_tells_text_language_voice_and_loop() -> None:
    transcript = call(saying('<Say language="pt-BR" voice="Polly.Camila" loop="2"> Bom\n dia </Say>'))
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
    assert call(saying(f"<Say>{'a' * 150}</Say>")).duration == pytest.approx(10)


def test_language_sets_the_pace() -> None:
    slow, fast = (call(saying(f'<Say language="{code}">{"a" * 99}</Say>')).duration for code in ("zh-CN", "es-MX"))
    assert slow > fast


def test_loop_0_repeats_until_the_longest_call_is_over() -> None:
    transcript = call(saying('<Say loop="0">olá</Say>'))
    assert transcript.duration == 4 * 3600
    assert ended_by(transcript) == "carrier"


@pytest.mark.parametrize("loop", ["-1", "1.5", "twice", ""])
def test_a_wrong_loop_is_13510_and_it_is_said_once(loop: str) -> None:
    transcript = call(saying(f'<Say loop="{loop}">olá</Say>'))
    assert codes(transcript) == [13510]
    assert events(transcript, "say")[0]["loop"] == 1


def test_markup_is_read_for_its_words() -> None:
    transcript = call(saying('<Say>Aguarde <prosody rate="slow">um <w role="amazon:VB">momento</w></prosody></Say>'))
    assert (said(transcript), codes(transcript)) == (["Aguarde um momento"], [])


@pytest.mark.parametrize(
    ("pause", "seconds"), [('time="2s"', 2), ('time="500ms"', 0.5), ('strength="x-strong"', 1), ("", 0.4)]
)
def test_a_break_is_silence(pause: str, seconds: float) -> None:
    transcript = call(saying(f"<Say>um<break {pause}/></Say>"))
    assert transcript.duration == pytest.approx(voice.spoken("um") + seconds)


def test_the_vendors_own_markup_needs_no_declared_prefix() -> None:
    transcript = call(saying('<Say>Olá <amazon:effect name="whispered">baixinho</amazon:effect></Say>'))
    assert (said(transcript), codes(transcript), transcript.error) == (["Olá baixinho"], [], None)


def test_a_verb_inside_is_a_warning() -> None:
    assert codes(call(saying("<Say>a <Play>b</Play></Say>"))) == [12200]


def test_nothing_to_say_is_13520() -> None:
    assert codes(call(saying("<Say/>"))) == [13520]


def test_more_than_4096_characters_are_13521() -> None:
    assert codes(call(saying(f"<Say>{'a' * 4096}</Say>"))) == []
    assert codes(call(saying(f"<Say>{'a' * 4097}</Say>"))) == [13521]


def test_a_caller_who_hangs_up_interrupts_it() -> None:
    transcript = call(saying("<Say>bem-vindo</Say><Say>adeus</Say>"), steps.HangUp(inside="Say"))
    assert [(say["text"], say["interrupted"]) for say in events(transcript, "say")] == [("bem-vindo", True)]
    assert ended_by(transcript) == "caller"
