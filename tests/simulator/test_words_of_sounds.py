"""A sound whose words stand in a comment behind it is heard as words: by testers, in transcripts, on screens."""

from __future__ import annotations

import pytest

from ivr.replay.call_target import says_secret
from ivr.simulator import voice
from ivr.simulator.phones import steps
from ivr.simulator.phones.dialogue import Narrator, dialogue
from ivr.simulator.transcript import Event
from ivr.wav import mu_law
from tests.sounds import wav
from tests.webapps import Page, WebApp, call, codes, events

WAV = (("Content-Type", "audio/wav"),)
SECRET = (("Content-Type", "text/xml"), ("X-IVR-Secret-Speech", "1"))


def playing(document: str) -> WebApp:
    app = WebApp().page("/voice", document)
    return app.raw("/a.wav", Page(wav(2.5), headers=WAV)).raw("/b.wav", Page(wav(1), headers=WAV))


def words(document: str) -> list[str | None]:
    """The words of each sound that is played, None where it has none."""
    return [event.get("text") for event in events(call(playing(document)), "play")]


def test_the_words_stand_in_the_transcript_beside_the_address() -> None:
    transcript = call(playing("<Play>/a.wav</Play><!-- says: Bem-vindo à linha. -->"))
    assert events(transcript, "play")[0].as_dict() == {
        "t": 0.0,
        "kind": "play",
        "url": "http://app.test/a.wav",
        "text": "Bem-vindo à linha.",
        "loop": 1,
        "interrupted": False,
    }
    assert transcript.duration == pytest.approx(2.5)
    assert codes(transcript) == []


@pytest.mark.parametrize(
    ("document", "found"),
    [
        ("<Play>/a.wav</Play><!-- says: Olá. --><Play>/b.wav</Play>", ["Olá.", None]),
        ("<Play>/a.wav</Play>\n  <!-- says: Olá. -->", ["Olá."]),
        ("<Play>/a.wav</Play><!-- Olá. -->", [None]),
        ("<!-- says: Olá. --><Play>/a.wav</Play>", [None]),
        ("<Play>/a.wav</Play><Pause/><!-- says: Olá. -->", [None]),
        ('<Play says="Olá.">/a.wav</Play>', [None]),
    ],
)
def test_only_a_comment_right_behind_tells_words(document: str, found: list[str | None]) -> None:
    assert words(document) == found


def test_a_comment_elsewhere_is_still_nothing() -> None:
    app = WebApp().page("/voice", "<Say>um <!-- says: dois -->três</Say>")
    assert events(call(app), "say")[0]["text"] == "um três"


def test_testers_hear_the_words_in_one_with_those_that_are_said() -> None:
    document = "<Play>/a.wav</Play><!-- says: O protocolo é: --><Play>/b.wav</Play><!-- says: um, --><Say>dois.</Say>"
    assert call(playing(document), steps.Hear("o protocolo e: um, dois.")).failures == []
    assert call(playing("<Play>/a.wav</Play>"), steps.Hear("a")).failures != []


def test_a_sound_with_words_is_a_say_to_who_hangs_up_in_one() -> None:
    transcript = call(playing("<Play>/a.wav</Play><!-- says: Olá. --><Say>nunca</Say>"), steps.HangUp(inside="Say"))
    assert [event["interrupted"] for event in events(transcript, "play")] == [True]
    assert events(transcript, "say") == []


def test_a_key_stops_a_sound_within_a_gather() -> None:
    document = '<Gather numDigits="1" action="/next"><Play>/a.wav</Play><!-- says: Tecle 1. --></Gather>'
    transcript = call(playing(document).page("/next", ""), steps.Press("1", during=1))
    assert events(transcript, "play")[0]["interrupted"] is True


def test_what_must_not_be_shown_is_neither_in_words_nor_in_addresses() -> None:
    body = b"<Response><Play>/a.wav</Play><!-- says: A de amor --></Response>"
    app = WebApp().raw("/voice", Page(body, headers=SECRET)).raw("/a.wav", Page(wav(1), headers=WAV))
    event = events(call(app, steps.Hear("a de amor"), conceals_speech=says_secret), "play")[0]
    assert set(event["text"]) == set(event["url"]) == {"•"}
    assert event.words == "A de amor"


def test_a_dialogue_shows_the_words_and_not_the_address() -> None:
    told = {"url": "http://app.test/a.wav", "text": "Olá.", "loop": 1, "interrupted": True}
    (line,) = dialogue([Event(0.0, "play", told).as_dict()])
    assert line.endswith("“Olá.” (cut off)")


SENTENCE = "".join(
    f"<Play>/{sound}.wav</Play><!-- says: {words} -->"
    for sound, words in (("a", "O protocolo é:"), ("b", "um,"), ("b", "dois."))
)


def test_a_sentence_in_several_sounds_is_one_line_of_a_dialogue() -> None:
    told = [event.as_dict() for event in call(playing(f"{SENTENCE}<Say>Até logo</Say>")).events]
    lines = [line.split("  ")[-1].strip() for line in dialogue(told)]
    assert lines[:2] == ["“O protocolo é: um, dois.”", "“Até logo”"]
    assert sum("um," in line for line in dialogue(told, technical=True)) == 1


def test_a_sentence_that_is_cut_off_is_told_as_far_as_it_was_said() -> None:
    app = playing(f'<Gather numDigits="1" action="/next">{SENTENCE}</Gather>').page("/next", "<Say>Obrigado.</Say>")
    told = [event.as_dict() for event in call(app, steps.Press("1", during=2)).events]
    lines = [line.split("  ")[-1].strip() for line in dialogue(told)]
    assert lines[:3] == ["“O protocolo é: um,” (cut off)", "presses 1", "“Obrigado.”"]


def test_a_sentence_in_several_sounds_is_told_when_it_is_whole() -> None:
    narrator = Narrator()
    told = [list(narrator.told(event)) for event in call(playing(f"{SENTENCE}<Pause/>")).events if event.kind == "play"]
    assert told == [[], [], ["line: “O protocolo é: um, dois.”"]]
    list(narrator.told(Event(0.0, "play", {"url": "u", "text": "O protocolo é:"})))
    assert list(narrator.ended()) == ["line: “O protocolo é:”"]


def test_a_sound_in_mu_law_lasts_as_long_as_it_is() -> None:
    assert voice.length(mu_law(b"\xff" * 12000).written()) == 1.5
    assert voice.length(mu_law(b"").written()) is None
