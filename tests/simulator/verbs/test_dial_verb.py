"""<Dial>, attribute by attribute: who rings, who answers, and what the application hears of it.

Source: Twilio, "TwiML Voice: <Dial>" (twilio.com/docs/voice/twiml/dial). Its nouns have files of their own.
"""

from __future__ import annotations

import pytest

from ivr.simulator.phones import steps
from tests.webapps import CALLER, WebApp, call, codes, ended_by, events, said

DIALLED = "+551140030015"


def dialling(inside: str = DIALLED, attributes: str = 'action="/after"') -> WebApp:
    app = WebApp().page("/voice", f"<Dial {attributes}>{inside}</Dial><Say>depois</Say>")
    return app.page("/after", "<Say>como foi</Say>")


@pytest.mark.parametrize("outcome", ["busy", "no-answer", "failed", "canceled"])
def test_an_unanswered_dial_tells_the_action_how_it_ended(outcome: steps.Outcome) -> None:
    app = dialling()
    transcript = call(app, steps.Callee(outcome))
    assert app.last.form["DialCallStatus"] == outcome
    assert "DialCallDuration" not in app.last.form
    assert app.last.form["DialBridged"] == "false"
    assert events(transcript, "dial")[0]["outcome"] == outcome
    assert said(transcript) == ["como foi"]


def test_an_answered_dial_tells_its_length_when_the_callee_hangs_up() -> None:
    app = dialling()
    transcript = call(app, steps.Callee("answered", seconds=60))
    assert app.last.form["DialCallStatus"] == "completed"
    assert app.last.form["DialCallDuration"] == "60"
    assert app.last.form["DialCallSid"].startswith("CA")
    assert app.last.form["CallStatus"] == "in-progress"
    assert said(transcript) == ["como foi"]


def test_the_event_tells_the_whole_dial() -> None:
    transcript = call(dialling(attributes='callerId="+551133334444" timeout="12"'), steps.Callee("answered", 60))
    assert events(transcript, "dial")[0].as_dict() == {
        "t": 0.0,
        "kind": "dial",
        "noun": "Number",
        "to": DIALLED,
        "caller_id": "+551133334444",
        "timeout": 12,
        "outcome": "answered",
        "seconds": 60.0,
    }


def test_the_caller_id_is_the_callers_own_by_default() -> None:
    assert events(call(dialling()), "dial")[0]["caller_id"] == CALLER


@pytest.mark.parametrize(("attributes", "seconds"), [("", 30), ('timeout="12"', 12)])
def test_nobody_answers_until_the_timeout(attributes: str, seconds: int) -> None:
    transcript = call(dialling(attributes=f'action="/after" {attributes}'))
    dial, request = events(transcript, "dial")[0], events(transcript, "request")[1]
    assert dial["outcome"] == "no-answer"
    assert request.t - dial.t == pytest.approx(seconds)


def test_without_action_the_document_goes_on() -> None:
    assert said(call(dialling(attributes=""), steps.Callee("busy"))) == ["depois"]


def test_the_time_limit_ends_the_talk() -> None:
    app = dialling(attributes='action="/after" timeLimit="20"')
    call(app, steps.Callee("answered", seconds=60))
    assert app.last.form["DialCallDuration"] == "20"


def test_hangup_on_star_gives_the_caller_back_to_the_application() -> None:
    app = dialling(attributes='action="/after" hangupOnStar="true"')
    transcript = call(app, steps.Callee("answered", until_caller=True), steps.Press("*"))
    assert app.last.form["DialCallStatus"] == "completed"
    assert said(transcript) == ["como foi"]


def test_without_hangup_on_star_keys_reach_the_callee() -> None:
    app = dialling()
    transcript = call(app, steps.Callee("answered", until_caller=True), steps.Press("*1"), steps.HangUp())
    assert [(press["digits"], press.get("lost")) for press in events(transcript, "press")] == [("*1", None)]
    assert ended_by(transcript) == "caller"


def test_the_action_hears_of_a_hangup_and_its_answer_is_lost() -> None:
    app = dialling()
    transcript = call(app, steps.Callee("answered", until_caller=True), steps.HangUp())
    assert app.last.form["DialCallStatus"] == "completed"
    assert app.last.form["CallStatus"] == "completed"
    assert said(transcript) == []
    assert transcript.status == "completed"


def test_a_caller_who_hangs_up_while_it_rings_cancels_the_dial() -> None:
    app = dialling()
    transcript = call(app, steps.HangUp())
    assert app.last.form["DialCallStatus"] == "canceled"
    assert events(transcript, "dial")[0]["outcome"] == "canceled"


def test_of_several_that_ring_at_once_the_first_to_answer_gets_the_call() -> None:
    app = dialling("<Number>+551111111111</Number><Client>ana</Client><Sip>sip:b@x.test</Sip>")
    transcript = call(app, steps.Callee("busy", leg=1), steps.Callee("answered", 10, leg=3))
    assert [(dial["noun"], dial["to"], dial["outcome"], dial["seconds"]) for dial in events(transcript, "dial")] == [
        ("Number", "+551111111111", "busy", 0),
        ("Client", "ana", "canceled", 0),
        ("Sip", "sip:b@x.test", "answered", 10),
    ]
    assert app.last.form["DialCallStatus"] == "completed"


def test_when_all_of_several_are_busy_the_dial_is_busy() -> None:
    app = dialling("<Number>+551111111111</Number><Number>+551122222222</Number>")
    call(app, steps.Callee("busy"), steps.Callee("busy"))
    assert app.last.form["DialCallStatus"] == "busy"


def test_one_that_does_not_answer_and_one_that_is_busy_are_no_answer() -> None:
    app = dialling("<Number>+551111111111</Number><Number>+551122222222</Number>")
    transcript = call(app, steps.Callee("no-answer", leg=1), steps.Callee("busy", leg=2))
    assert [dial["outcome"] for dial in events(transcript, "dial")] == ["no-answer", "busy"]
    assert app.last.form["DialCallStatus"] == "no-answer"


def test_answer_on_bridge_lets_the_caller_hear_ringing_until_answered() -> None:
    app = dialling(attributes='action="/after" answerOnBridge="true"')
    call(app, steps.Callee("busy"))
    assert app.last.form["CallStatus"] == "ringing"
    call(app, steps.Callee("answered", 5))
    assert app.last.form["CallStatus"] == "in-progress"


def test_a_number_that_is_none_fails_at_once_with_a_warning() -> None:
    app = dialling("<Number>ramal dois</Number>")
    transcript = call(app)
    assert codes(transcript) == [13223]
    assert app.last.form["DialCallStatus"] == "failed"
    assert events(transcript, "dial")[0]["outcome"] == "failed"


def test_a_national_number_is_dialled_with_a_warning() -> None:
    transcript = call(dialling("4003-0015"), steps.Callee("answered", 1))
    assert codes(transcript) == [13223]
    assert events(transcript, "dial")[0]["to"] == "40030015"


@pytest.mark.parametrize(
    ("attributes", "code"),
    [
        ('timeout="0"', 13212),
        ('timeLimit="-5"', 13216),
        ('hangupOnStar="maybe"', 13213),
        ('method="PUT"', 13210),
        ('callerId="&lt;&gt;"', 13214),
        ('record="always"', 13217),
        ('sequential="maybe"', 13218),
        ('answerOnBridge="maybe"', 13219),
        ('ringTone="mars"', 13220),
        ('recordingTrack="left"', 13622),
        ('recordingStatusCallbackEvent="begun"', 13621),
        ('trim="edges"', 13699),
        ('referUrl="/refer"', 0),
        ('loudness="9"', 12200),
    ],
)
def test_a_wrong_attribute_is_a_warning(attributes: str, code: int) -> None:
    assert codes(call(dialling(attributes=attributes), steps.Callee("busy"))) == [code]


def test_other_elements_inside_are_left_out_with_a_warning() -> None:
    assert codes(call(dialling(f"<Say>a</Say><Number>{DIALLED}</Number>"), steps.Callee("busy"))) == [13215]


def test_a_press_after_a_talk_with_a_length_waits_for_the_next_gather() -> None:
    app = dialling().page("/after", '<Gather numDigits="1" action="/vote"/>').page("/vote", "")
    transcript = call(app, steps.Callee("answered", 60), steps.Press("5"))
    assert app.last.form["Digits"] == "5"
    assert transcript.passed


def test_sequential_rings_one_after_the_other_each_with_the_whole_timeout() -> None:
    inside = "<Number>+551111111111</Number><Number>+551122222222</Number>"
    app = dialling(inside, 'action="/after" sequential="true" timeout="10"')
    transcript = call(app, steps.Callee("no-answer"), steps.Callee("answered", 20))
    first, second = events(transcript, "dial")
    assert (first["outcome"], second["outcome"]) == ("no-answer", "answered")
    assert second.t - first.t == 10
    assert app.last.form["DialCallDuration"] == "20"


def test_without_sequential_they_ring_at_once() -> None:
    transcript = call(dialling("<Number>+551111111111</Number><Number>+551122222222</Number>"))
    assert {dial.t for dial in events(transcript, "dial")} == {0}


def test_the_action_hears_the_identifier_of_the_leg_that_answered() -> None:
    status = "".join(f'<Number statusCallback="/{name}">+55114003001{name}</Number>' for name in "12")
    app = dialling(status).page("/1", "").page("/2", "")
    call(app, steps.Callee("answered", 20, leg=2))
    assert app.last.form["DialCallSid"] == app.to("/2")[0].form["CallSid"]


def recorded(record: str, attributes: str = "") -> WebApp:
    written = f'action="/after" record="{record}" recordingStatusCallback="/tape" {attributes}'
    return dialling(attributes=written).page("/tape", "")


@pytest.mark.parametrize(
    ("record", "seconds", "channels"),
    [
        ("record-from-answer", "20", "1"),
        ("true", "20", "1"),
        ("record-from-ringing", "25", "1"),
        ("record-from-answer-dual", "20", "2"),
        ("record-from-ringing-dual", "25", "2"),
    ],
)
def test_record_tells_where_the_talk_can_be_heard(record: str, seconds: str, channels: str) -> None:
    app = recorded(record)
    transcript = call(app, steps.Callee("answered", 20))
    tape = app.to("/tape")[0].form
    assert (tape["RecordingDuration"], tape["RecordingChannels"]) == (seconds, channels)
    assert (tape["RecordingStatus"], tape["RecordingSource"]) == ("completed", "DialVerb")
    assert app.last.form["RecordingUrl"] == tape["RecordingUrl"]
    assert [one.sid for one in transcript.recordings] == [tape["RecordingSid"]]


@pytest.mark.parametrize("record", ["do-not-record", "false"])
def test_nothing_is_recorded_by_default(record: str) -> None:
    app = recorded(record)
    call(app, steps.Callee("answered", 20))
    assert app.to("/tape") == []
    assert "RecordingUrl" not in app.last.form


def test_a_talk_that_never_began_is_not_recorded_from_its_answer() -> None:
    app = recorded("record-from-answer", 'recordingStatusCallbackEvent="in-progress completed absent"')
    call(app, steps.Callee("busy"))
    assert app.to("/tape") == []


def test_the_recording_is_told_of_even_where_the_caller_hung_up() -> None:
    app = recorded("record-from-answer", 'recordingStatusCallbackEvent="in-progress completed"')
    call(app, steps.Callee("answered", until_caller=True), steps.HangUp())
    assert [one.form["RecordingStatus"] for one in app.to("/tape")] == ["in-progress", "completed"]
