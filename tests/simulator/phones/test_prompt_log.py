"""What a script expects to hear and to be played: by words, by pattern, at all, and in time."""

from __future__ import annotations

import re

import pytest

from ivr.simulator.phones import steps
from ivr.simulator.phones.prompt_log import PromptLog
from ivr.simulator.phones.steps import Sound
from ivr.simulator.transcript import Event
from tests.webapps import WebApp, call, ended_by

WHERE = "a.call.yaml:7"


def heard(*events: tuple[float, str, str]) -> PromptLog:
    """What a caller has heard: seconds, ``say`` or ``play``, and the text or the address."""
    memory = PromptLog()
    for t, kind, what in events:
        memory.notice(Event(t, kind, {"text" if kind == "say" else "url": what}))
    return memory


def missing(memory: PromptLog, *expected: Sound) -> str | None:
    found = memory.missing(expected)
    return found[1] if found else None


TICKET = heard((2.0, "say", "Sua ligação gerou o"), (3.5, "say", "chamado 4711."))


@pytest.mark.parametrize("pattern", ["chamado [0-9]+", "LIGAÇÃO", "ligacao", r"o chamado \d{4}\."])
def test_a_pattern_is_found_in_what_was_spoken_whatever_case_and_accents(pattern: str) -> None:
    assert missing(TICKET, steps.Hear(re.compile(pattern))) is None


def test_a_pattern_that_is_not_found_is_named() -> None:
    assert missing(TICKET, steps.Hear(re.compile("chamado [a-z]+"))) == (
        '/chamado [a-z]+/ was not heard; heard instead: "Sua ligação gerou o chamado 4711."'
    )


def test_a_pattern_must_not_be_heard_either() -> None:
    assert missing(TICKET, steps.NotHear(re.compile(r"\d{5}"))) is None
    assert str(missing(TICKET, steps.NotHear(re.compile(r"\d{4}")))).startswith(r"/\d{4}/ was heard")


def test_anything_is_heard_where_something_is_spoken() -> None:
    assert missing(TICKET, steps.Hear(None)) is None
    assert missing(heard(), steps.Hear(None)) == (
        "anything was not heard; nothing was spoken since the caller's last act"
    )


def test_words_and_patterns_keep_one_order() -> None:
    assert missing(TICKET, steps.Hear(re.compile("gerou")), steps.Hear("4711")) is None
    assert missing(TICKET, steps.Hear("4711"), steps.Hear(re.compile("gerou"))) is not None


SOUNDS = heard((0.0, "play", "https://cdn.test/ola.mp3"), (1.0, "play", "https://cdn.test/menu.mp3"))


@pytest.mark.parametrize("url", ["menu.mp3", "https://cdn.test/", re.compile(r"/m\w+\.mp3$"), None])
def test_a_sound_is_known_by_a_part_of_its_address_or_a_pattern(url: str | re.Pattern[str] | None) -> None:
    assert missing(SOUNDS, steps.Play(url)) is None


def test_a_sound_that_was_not_played_is_told_with_those_that_were() -> None:
    assert missing(SOUNDS, steps.Play("adeus.mp3")) == (
        "'adeus.mp3' was not played; played instead: https://cdn.test/ola.mp3, https://cdn.test/menu.mp3"
    )
    assert (
        missing(heard(), steps.Play(None)) == "a sound was not played; nothing was played since the caller's last act"
    )


def test_sounds_keep_their_order() -> None:
    assert missing(SOUNDS, steps.Play("ola"), steps.Play("menu")) is None
    assert missing(SOUNDS, steps.Play("menu"), steps.Play("ola")) is not None


def test_within_counts_from_the_callers_last_act_to_the_prompt() -> None:
    assert missing(TICKET, steps.Hear("4711", within=3.5)) is None
    assert missing(TICKET, steps.Hear("4711", within=3)) == (
        "'4711' was heard only 3.5 s after the caller's last act, not within 3 s"
    )
    assert missing(SOUNDS, steps.Play("menu", within=0.5)) == (
        "'menu' was played only 1.0 s after the caller's last act, not within 0.5 s"
    )


def two_menus() -> WebApp:
    app = WebApp().page(
        "/voice", "<Say>Um momento.</Say><Gather numDigits='1' action='/next'><Say>Tecle 2.</Say></Gather>"
    )
    return app.page("/next", "<Pause length='4'/><Say>Recebido.</Say><Dial>+5511900000000</Dial>")


def test_a_script_fails_where_something_is_heard_too_late() -> None:
    in_time = call(two_menus(), steps.Press("2"), steps.Hear("recebido", within=4), steps.Callee("busy"))
    assert in_time.failures == []
    transcript = call(two_menus(), steps.Press("2"), steps.Hear("recebido", WHERE, within=3), steps.Callee("busy"))
    assert transcript.failures == [
        f"{WHERE}: 'recebido' was heard only 4.0 s after the caller's last act, not within 3 s"
    ]
    assert ended_by(transcript) == "caller"


def test_a_script_fails_where_a_callee_rings_too_late() -> None:
    assert call(two_menus(), steps.Press("2"), steps.Callee("busy", within=5)).passed
    late = call(two_menus(), steps.Press("2"), steps.Callee("busy", where=WHERE, within=4))
    assert late.failures == [
        f"{WHERE}: the callee's telephone rang only 4.6 s after the caller's last act, not within 4 s"
    ]


def test_a_script_fails_where_a_queue_is_entered_too_late() -> None:
    app = WebApp().page("/voice", "<Pause length='9'/><Enqueue>fila</Enqueue>")
    late = call(app, steps.InQueue("bridged", where=WHERE, within=5))
    assert late.failures == [
        f"{WHERE}: the caller stood in the queue only 9.0 s after the caller's last act, not within 5 s"
    ]


def test_silence_is_an_act_from_whose_end_time_is_counted() -> None:
    app = WebApp().page("/voice", "<Gather timeout='7'/><Say>Não ouvi nada.</Say><Gather/>")
    assert call(app, steps.Silent(), steps.Hear("ouvi", within=0), steps.Silent()).passed


def test_what_a_whisper_tells_the_callee_is_not_heard_by_the_caller() -> None:
    memory = PromptLog()
    memory.notice(Event(1.0, "say", {"text": "Aceita a ligação?", "leg": 1}))
    assert missing(memory, steps.NotHear("aceita")) is None


def test_speech_may_fall_into_a_prompt() -> None:
    prompts = "<Say>Diga o que deseja.</Say><Say>Por exemplo: suporte.</Say>"
    app = WebApp().page("/voice", f"<Gather input='speech' action='/next'>{prompts}</Gather>").page("/next", "")
    assert call(app, steps.Speak("suporte", during=1)).passed
    assert app.last.form["SpeechResult"] == "suporte"


def test_the_caller_may_end_the_talk_with_an_agent() -> None:
    app = WebApp().page("/voice", "<Enqueue action='/after'>fila</Enqueue>").page("/after", "")
    transcript = call(app, steps.InQueue("bridged", until_caller=True), steps.HangUp())
    assert transcript.failures == []
    assert ended_by(transcript) == "caller"
