"""<Record>, attribute by attribute: how a recording ends and who is told.

Source: Twilio, "TwiML Voice: <Record>" (twilio.com/docs/voice/twiml/record).
"""

from __future__ import annotations

import pytest

from ivr.simulator.phones import steps
from ivr.simulator.verbs.record import TRANSCRIBING
from tests.webapps import WebApp, call, codes, ended_by, events, said


def recording(attributes: str = "") -> WebApp:
    app = WebApp().page("/voice", f'<Record action="/after" {attributes}/><Say>nada gravado</Say>')
    return app.page("/after", "<Say>obrigado</Say>").page("/status", "")


def test_a_key_ends_the_recording_and_is_told() -> None:
    app = recording()
    transcript = call(app, steps.Record(12), steps.Press("#"))
    form = app.last.form
    assert (form["RecordingDuration"], form["Digits"]) == ("12", "#")
    assert form["RecordingUrl"].endswith(form["RecordingSid"])
    assert events(transcript, "record")[0].as_dict() == {
        "t": 0.0,
        "kind": "record",
        "seconds": 12.0,
        "url": form["RecordingUrl"],
    }
    assert said(transcript) == ["obrigado"]


def test_silence_ends_the_recording_after_five_seconds() -> None:
    app = recording()
    transcript = call(app, steps.Record(12), steps.Silent())
    assert app.last.form["Digits"] == ""
    assert events(transcript, "request")[1].t == 17


def test_the_longest_length_ends_the_recording() -> None:
    app = recording('maxLength="10"')
    call(app, steps.Record(12))
    assert app.last.form["RecordingDuration"] == "10"


def test_a_recording_that_holds_nothing_falls_through() -> None:
    app = recording()
    assert said(call(app)) == ["nada gravado"]
    assert app.to("/after") == []


def test_only_the_finish_keys_end_it() -> None:
    app = recording('finishOnKey="*"')
    transcript = call(app, steps.Record(3), steps.Press("1"), steps.Press("*"))
    assert app.last.form["Digits"] == "*"
    assert [(press["digits"], press.get("lost")) for press in events(transcript, "press")] == [
        ("1", True),
        ("*", None),
    ]


def test_a_caller_who_hangs_up_leaves_the_recording_to_the_action() -> None:
    app = recording()
    transcript = call(app, steps.Record(8), steps.HangUp())
    assert app.last.form["Digits"] == "hangup"
    assert app.last.form["CallStatus"] == "completed"
    assert ended_by(transcript) == "caller"
    assert said(transcript) == []


def test_the_status_callback_is_told_and_is_no_webhook_request() -> None:
    app = recording('recordingStatusCallback="/status"')
    transcript = call(app, steps.Record(8), steps.Press("#"))
    form = app.to("/status")[0].form
    assert (form["RecordingStatus"], form["RecordingDuration"]) == ("completed", "8")
    assert transcript.requests == 2
    assert [bool(request.get("callback")) for request in events(transcript, "request")] == [False, True, False]


@pytest.mark.parametrize(
    ("attributes", "code"),
    [
        ('method="PUT"', 13610),
        ('timeout="x"', 13611),
        ('maxLength="0"', 13612),
        ('finishOnKey="a"', 13613),
        ('playBeep="loud"', 13616),
        ('transcribe="maybe"', 13614),
        ('trim="edges"', 13699),
        ('recordingTrack="left"', 13622),
        ('recordingStatusCallbackEvent="begun"', 13621),
        ('shape="round"', 12200),
    ],
)
def test_a_wrong_attribute_is_a_warning(attributes: str, code: int) -> None:
    assert codes(call(recording(attributes))) == [code]


def test_trim_leaves_the_silence_out_by_default() -> None:
    app = recording()
    call(app, steps.Record(12), steps.Silent())
    assert app.last.form["RecordingDuration"] == "12"


def test_without_trim_the_silence_counts() -> None:
    app = recording('trim="do-not-trim"')
    call(app, steps.Record(12), steps.Silent())
    assert app.last.form["RecordingDuration"] == "17"


def test_the_status_callback_hears_of_the_chosen_events() -> None:
    events_ = "in-progress completed absent"
    app = recording(f'recordingStatusCallback="/status" recordingStatusCallbackEvent="{events_}"')
    call(app, steps.Record(8), steps.Press("#"))
    first, second = (one.form for one in app.to("/status"))
    assert (first["RecordingStatus"], second["RecordingStatus"]) == ("in-progress", "completed")
    assert first["RecordingSid"] == second["RecordingSid"]
    assert second["RecordingStartTime"] == "Tue, 10 Mar 2026 13:00:00 +0000"
    assert "RecordingDuration" not in first


def test_a_recording_that_holds_nothing_is_absent() -> None:
    app = recording('recordingStatusCallback="/status" recordingStatusCallbackEvent="completed absent"')
    call(app)
    assert [one.form["RecordingStatus"] for one in app.to("/status")] == ["absent"]


def test_a_recording_callback_is_told_no_more_than_the_vendor_tells() -> None:
    app = recording('recordingStatusCallback="/status"')
    call(app, steps.Record(8), steps.Press("#"))
    assert set(app.to("/status")[0].form) == {
        "AccountSid", "CallSid", "RecordingChannels", "RecordingDuration", "RecordingSid", "RecordingSource",
        "RecordingStartTime", "RecordingStatus", "RecordingTrack", "RecordingUrl",
    }  # fmt: skip


TRANSCRIBED = 'transcribe="true" transcribeCallback="/text"'


def test_a_transcription_comes_after_the_action_with_what_the_script_says() -> None:
    app = recording(TRANSCRIBED).page("/text", "").page("/after", "<Pause length='60'/>")
    transcript = call(app, steps.Record(8, transcript="quero falar com a Ana"), steps.Press("#"))
    assert [one.path for one in app.received] == ["/voice", "/after", "/text"]
    action, form = app.received[1].form, app.last.form
    assert (form["TranscriptionStatus"], form["TranscriptionText"]) == ("completed", "quero falar com a Ana")
    assert form["RecordingSid"] == action["RecordingSid"]
    at = {request["url"].rpartition("/")[2]: request.t for request in events(transcript, "request")}
    assert at["text"] == at["after"] + TRANSCRIBING
    assert codes(transcript) == []


def test_a_transcription_comes_even_when_the_call_is_over() -> None:
    app = recording(TRANSCRIBED).page("/text", "")
    transcript = call(app, steps.Record(8, transcript="oi"), steps.HangUp())
    assert [one.path for one in app.received] == ["/voice", "/after", "/text"]
    assert (app.last.form["TranscriptionText"], app.last.form["CallStatus"]) == ("oi", "completed")
    assert transcript.duration < TRANSCRIBING


def test_a_transcribe_callback_alone_transcribes_nothing() -> None:
    app = recording('transcribeCallback="/text"').page("/text", "")
    transcript = call(app, steps.Record(8, transcript="oi"), steps.Press("#"))
    assert app.to("/text") == []
    assert codes(transcript) == []


def test_a_transcription_of_which_the_script_says_nothing_has_failed() -> None:
    app = recording(TRANSCRIBED).page("/text", "")
    transcript = call(app, steps.Record(8), steps.Press("#"))
    assert (app.last.form["TranscriptionStatus"], app.last.form["TranscriptionText"]) == ("failed", "")
    assert codes(transcript) == [0]


@pytest.mark.parametrize("seconds", [1, 121])
def test_only_two_seconds_to_two_minutes_are_transcribed(seconds: int) -> None:
    assert codes(call(recording('transcribe="true" maxLength="121"'))) == [13615]
    app = recording(TRANSCRIBED).page("/text", "")
    transcript = call(app, steps.Record(seconds, transcript="oi"), steps.Press("#"))
    assert (app.last.form["TranscriptionStatus"], codes(transcript)) == ("failed", [13617])


def test_what_a_secret_recording_says_is_shown_nowhere() -> None:
    app = recording(TRANSCRIBED).page("/text", "")
    steps_ = (steps.Record(8, transcript="segredo"), steps.Press("#"))
    transcript = call(app, *steps_, conceals=lambda _: True)
    assert app.last.form["TranscriptionText"] == "segredo"
    assert "segredo" not in str(transcript.as_dict()) + repr(steps_)
