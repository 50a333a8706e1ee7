"""<Start><Transcription>: what is said in a call is told while it is said, by track, until it is stopped.

Source: Twilio's <Transcription> page.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from ivr.simulator.phones import steps
from tests.webapps import CALL_SID, WebApp, call, codes, said

TOLD = "http://app.test/told"
BOTH = f'<Start><Transcription statusCallbackUrl="{TOLD}" languageCode="pt-BR"/></Start>'
ASKS = "<Gather input='speech' action='/next'><Say language='pt-BR'>Diga o assunto, por favor.</Say></Gather>"


def app(document: str, following: str = "<Say>Até logo.</Say>") -> WebApp:
    return WebApp().page("/voice", document).page("/next", following).page("/told", "")


def heard(played: WebApp) -> list[tuple[str, str]]:
    """Each final result: the track and its words."""
    told = [one.form for one in played.to("/told") if one.form["TranscriptionEvent"] == "transcription-content"]
    final = [form for form in told if form["Final"] == "true"]
    return [(form["Track"], json.loads(form["TranscriptionData"])["transcript"]) for form in final]


def told(played: WebApp) -> list[dict[str, str]]:
    return [one.form for one in played.to("/told")]


def test_what_both_sides_say_is_told_in_its_order() -> None:
    played = app(BOTH + ASKS)
    transcript = call(played, steps.Speak("quero comprar", confidence=0.87))
    assert (transcript.failures, codes(transcript)) == ([], [])
    assert heard(played) == [
        ("outbound_track", "Diga o assunto, por favor."),
        ("inbound_track", "quero comprar"),
        ("outbound_track", "Até logo."),
    ]
    events = [form["TranscriptionEvent"] for form in told(played)]
    assert (events[0], events[-1]) == ("transcription-started", "transcription-stopped")
    assert [form["SequenceId"] for form in told(played)] == ["1", "2", "3", "4", "5"]
    assert len({form["TranscriptionSid"] for form in told(played)}) == 1
    assert told(played)[0]["TranscriptionSid"].startswith("GT")


def test_the_start_tells_how_the_call_is_transcribed() -> None:
    start = (
        f'<Start><Transcription name="texto" statusCallbackUrl="{TOLD}" track="inbound_track" languageCode="pt-BR"'
        ' inboundTrackLabel="cliente" outboundTrackLabel="linha" hints="CPF, nota" profanityFilter="false"/></Start>'
    )
    played = app(start)
    call(played)
    form = told(played)[0]
    timestamp = form.pop("Timestamp")
    assert timestamp == "2026-03-10T13:00:00.000000Z"
    assert json.loads(form.pop("ProviderConfiguration")) == {
        "profanityFilter": "false", "speechModel": "telephony", "enableAutomaticPunctuation": "true",
        "hints": "CPF, nota",
    }  # fmt: skip
    form.pop("TranscriptionSid")
    assert form == {
        "AccountSid": "AC" + "0" * 32, "CallSid": CALL_SID, "SequenceId": "1",
        "TranscriptionEvent": "transcription-started", "TranscriptionEngine": "google", "Name": "texto",
        "Track": "inbound_track", "InboundTrackLabel": "cliente", "OutboundTrackLabel": "linha",
        "PartialResults": "false", "LanguageCode": "pt-BR",
    }  # fmt: skip


def test_a_result_has_its_words_and_how_sure_they_are() -> None:
    played = app(BOTH + ASKS)
    call(played, steps.Speak("quero comprar", confidence=0.87))
    form = told(played)[2]
    assert json.loads(form["TranscriptionData"]) == {"transcript": "quero comprar", "confidence": 0.87}
    assert (form["LanguageCode"], form["Final"], "Stability" in form) == ("pt-BR", "true", False)


@pytest.mark.parametrize("track", ["inbound_track", "outbound_track"])
def test_one_track_alone_is_told(track: str) -> None:
    played = app(f'<Start><Transcription statusCallbackUrl="{TOLD}" track="{track}"/></Start>{ASKS}')
    call(played, steps.Speak("quero comprar"))
    assert {each for each, _ in heard(played)} == {track}


def test_partial_results_come_each_second_and_grow() -> None:
    played = app(f'<Start><Transcription statusCallbackUrl="{TOLD}" partialResults="true"/></Start>{ASKS}')
    words = "uma frase que é longa o bastante para durar alguns segundos de conversa"
    call(played, steps.Speak(words))
    partial = [form for form in told(played) if form.get("Final") == "false" and form["Track"] == "inbound_track"]
    texts = [json.loads(form["TranscriptionData"]) for form in partial]
    assert len(texts) == 4
    assert all(words.startswith(text["transcript"]) and list(text) == ["transcript"] for text in texts)
    assert [len(text["transcript"]) for text in texts] == sorted(len(text["transcript"]) for text in texts)
    assert {form["Stability"] for form in partial} == {"0.9"}
    assert ("inbound_track", words) in heard(played)


def test_of_a_prompt_that_is_cut_short_only_what_was_said_is_told() -> None:
    played = app(BOTH + "<Gather><Say>um dois três quatro cinco seis sete oito nove dez</Say></Gather>")
    call(played, steps.Press("1", during=1, after=1.6), steps.HangUp())
    ((track, words),) = heard(played)
    assert (track, words.split()[:2], 3 < len(words.split()) < 8) == ("outbound_track", ["um", "dois"], True)


def test_who_hangs_up_in_the_middle_is_told_before_it_stops() -> None:
    played = app(BOTH + "<Say>um dois três quatro cinco seis sete oito nove dez</Say>")
    call(played, steps.HangUp(inside="Say", after=2.0))
    events = [form["TranscriptionEvent"] for form in told(played)]
    assert events == ["transcription-started", "transcription-content", "transcription-stopped"]
    assert told(played)[0]["CallSid"] == CALL_SID


def test_it_is_stopped_by_its_name_and_nothing_is_told_after_that() -> None:
    named = BOTH.replace("<Transcription", '<Transcription name="texto"')
    stop = '<Say>antes</Say><Stop><Transcription name="outro"/><Transcription name="texto"/></Stop><Say>depois</Say>'
    played = app(named + stop)
    assert (said(call(played)), heard(played)) == (["antes", "depois"], [("outbound_track", "antes")])
    assert [form["TranscriptionEvent"] for form in told(played)][-1] == "transcription-stopped"
    assert len(told(played)) == 3


def test_words_of_a_recording_and_of_an_echo_are_told() -> None:
    played = app(BOTH + "<Record action='/next' timeout='2'/>", "<Echo/>")
    call(played, steps.Record(3, transcript="liguem para mim"), steps.Silent(), steps.Speak("alo"), steps.HangUp())
    assert heard(played) == [
        ("inbound_track", "liguem para mim"), ("inbound_track", "alo"), ("outbound_track", "alo"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("attribute", "what"),
    [
        ('transcriptionEngine="whisper"', "takes google or deepgram as transcriptionEngine, not 'whisper'"),
        ('speechModel="nova-2"', "takes a model of google's for real-time transcription as speechModel, not 'nova-2'"),
        ('track="all"', "takes inbound_track, outbound_track, both_tracks as track, not 'all'"),
        ('languageCode="português"', "takes a language with its country, such as pt-BR, as languageCode"),
        ('partialResults="maybe"', "takes true or false as partialResults, not 'maybe'"),
        ('inboundTrackLabel="a/b"', "takes letters and digits as inboundTrackLabel, not 'a/b'"),
    ],
)
def test_wrong_settings_are_told_as_an_error_and_nothing_is_transcribed(attribute: str, what: str) -> None:
    played = app(f'<Start><Transcription statusCallbackUrl="{TOLD}" {attribute}/></Start><Say>segue</Say>')
    transcript = call(played)
    assert (codes(transcript), transcript.warnings[0].failure, said(transcript)) == ([32650], True, ["segue"])
    assert what in transcript.warnings[0].message
    (form,) = told(played)
    assert (form["TranscriptionEvent"], form["TranscriptionErrorCode"]) == ("transcription-error", "32650")
    assert what in form["TranscriptionError"]


def test_an_address_that_is_not_whole_is_asked_nothing() -> None:
    played = app('<Start><Transcription statusCallbackUrl="/told"/></Start><Say>segue</Say>')
    assert (codes(call(played)), told(played)) == ([32650], [])


def test_a_name_that_runs_already_is_an_error() -> None:
    named = BOTH.replace("<Transcription", '<Transcription name="texto"')
    played = app(named + named)
    call(played)
    events = [form["TranscriptionEvent"] for form in told(played)]
    assert events == ["transcription-started", "transcription-error", "transcription-stopped"]


def test_an_unknown_attribute_and_another_element_are_warnings() -> None:
    for inside in ('<Transcription model="x"/>', "<Transcription><Say>oi</Say></Transcription>"):
        assert codes(call(app(f"<Start>{inside}</Start>"))) == [12200]


def test_a_callback_that_is_away_is_a_warning_and_the_call_goes_on() -> None:
    played = WebApp().page("/voice", BOTH + "<Say>segue</Say>")
    transcript = call(played)
    assert (set(codes(transcript)), said(transcript)) == ({15003}, ["segue"])


def test_what_is_said_in_secret_is_told_and_shown_as_marks() -> None:
    played = app(BOTH + ASKS)
    transcript = call(played, steps.Speak("minha senha"), conceals=lambda _: True, conceals_speech=lambda _: True)
    assert ("inbound_track", "minha senha") in heard(played)
    shown: Any = transcript.as_dict()
    assert "minha senha" not in json.dumps(shown, ensure_ascii=False)
    assert "assunto" not in json.dumps(shown, ensure_ascii=False)
