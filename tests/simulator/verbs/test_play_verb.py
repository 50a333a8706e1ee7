"""<Play>, attribute by attribute.

Source: Twilio, "TwiML Voice: <Play>" (twilio.com/docs/voice/twiml/play).
"""

from __future__ import annotations

import pytest

from ivr.simulator import voice
from tests.sounds import wav
from tests.webapps import Page, WebApp, call, codes, events

WAV = (("Content-Type", "audio/wav"),)


def playing(document: str, *files: Page) -> WebApp:
    return WebApp().page("/voice", document).raw("/sons/ola.wav", *(files or (Page(wav(2.5), headers=WAV),)))


def test_the_address_is_relative_to_the_document() -> None:
    transcript = call(playing("<Play>sons/ola.wav</Play>"))
    assert events(transcript, "play")[0].as_dict() == {
        "t": 0.0,
        "kind": "play",
        "url": "http://app.test/sons/ola.wav",
        "loop": 1,
        "interrupted": False,
    }


def test_a_wav_file_of_the_applications_own_server_lasts_as_long_as_it_is() -> None:
    app = playing("<Play>/sons/ola.wav</Play>")
    assert call(app).duration == pytest.approx(2.5)
    assert (app.last.method, app.last.form, app.last.query) == ("GET", {}, {})


def test_a_file_is_fetched_once_a_call_and_is_no_webhook_request() -> None:
    app = playing('<Play>/sons/ola.wav</Play><Play loop="3">/sons/ola.wav</Play>')
    transcript = call(app)
    assert transcript.duration == pytest.approx(10)
    assert len(app.to("/sons/ola.wav")) == 1
    assert transcript.requests == 1
    assert [bool(request.get("media")) for request in events(transcript, "request")] == [False, True]


def test_a_file_that_cannot_be_measured_has_a_usual_length() -> None:
    app = playing("<Play>/sons/ola.wav</Play>", Page(b"ID3...", headers=(("Content-Type", "audio/mpeg"),)))
    assert call(app).duration == voice.RECORDING_SECONDS


def test_a_file_of_another_server_is_not_fetched() -> None:
    app = playing("<Play>http://other.test/sons/ola.wav</Play>")
    assert call(app).duration == voice.RECORDING_SECONDS
    assert app.to("/sons/ola.wav") == []


def test_a_file_that_is_away_is_11200_and_the_call_goes_on() -> None:
    transcript = call(playing("<Play>/sons/ola.wav</Play><Say>segue</Say>", Page(b"", "404 Not Found")))
    assert codes(transcript) == [11200]
    assert "http://app.test/sons/ola.wav: no sound: the server answered with status 404" in (
        transcript.warnings[0].message
    )
    assert len(events(transcript, "say")) == 1


def test_what_is_no_sound_is_13420() -> None:
    transcript = call(playing("<Play>/sons/ola.wav</Play>", Page(b"<html/>", headers=(("Content-Type", "text/html"),))))
    assert codes(transcript) == [13420]


def test_a_response_that_is_itself_a_sound_is_not_fetched_again() -> None:
    app = WebApp().raw("/voice", Page(wav(3), headers=WAV))
    assert call(app).duration == pytest.approx(3)
    assert len(app.received) == 1


def test_digits_are_tones_and_waits() -> None:
    transcript = call(playing('<Play digits="ww12"/>'))
    assert events(transcript, "play")[0].as_dict() == {"t": 0.0, "kind": "play", "digits": "ww12"}
    assert transcript.duration == pytest.approx(1.5)


def test_other_tones_are_13430_and_left_out() -> None:
    transcript = call(playing('<Play digits="1a2"/>'))
    assert codes(transcript) == [13430]
    assert events(transcript, "play")[0]["digits"] == "12"


def test_a_wrong_loop_is_13410() -> None:
    assert codes(call(playing('<Play loop="x">/sons/ola.wav</Play>'))) == [13410]


def test_nothing_to_play_is_a_warning() -> None:
    assert codes(call(playing("<Play/>"))) == [12200]


def test_nothing_may_stand_inside() -> None:
    assert codes(call(playing("<Play>http://other.test/a.mp3<Say>b</Say></Play>"))) == [12200]


def test_what_is_no_address_is_played_for_the_usual_time_and_ends_no_call() -> None:
    transcript = call(WebApp().page("/voice", "<Play>http://[</Play><Say>depois</Say>"))
    assert transcript.events[-2]["text"] == "depois"
