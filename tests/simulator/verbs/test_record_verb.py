"""<Record>: how a recording ends and who is told."""

from __future__ import annotations

import pytest

from ivr.simulator.phones import steps
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
        ('transcribe="true"', 0),
        ('shape="round"', 12200),
    ],
)
def test_a_wrong_attribute_is_a_warning(attributes: str, code: int) -> None:
    assert codes(call(recording(attributes))) == [code]
