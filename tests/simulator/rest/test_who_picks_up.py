"""Parameters of a call that the application makes: each has its effect, or is refused with Twilio's number.

Source: Twilio, Call resource, and its page on answering machine detection.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest
from twilio.base.exceptions import TwilioRestException

from ivr.simulator import acts
from ivr.simulator.rest.callees import CalleeBehaviour
from tests.simulator.rest.account import AGENT, Account
from tests.webapps import CALL_SID, CALLED, WebApp, codes, events


def app() -> WebApp:
    return WebApp().page("/agent", "<Pause length='30'/>").page("/amd", "").page("/tape", "").page("/voice", "")


def machine(**options: object) -> Account:
    account = Account(app(), {AGENT: CalleeBehaviour(by="machine")})
    sid = account.dial(**options)
    account.switchboard.run()
    assert codes(account.transcript(sid)) == []
    return account


def test_machine_detection_tells_the_document_and_the_resource() -> None:
    account = machine(machine_detection="DetectMessageEnd")
    assert account.app.to("/agent")[0].form["AnsweredBy"] == "machine_end_beep"
    assert account.client.calls.list()[0].answered_by == "machine_end_beep"


def test_asynchronous_detection_tells_its_callback() -> None:
    options = {"async_amd": "true", "async_amd_status_callback": "http://app.test/amd"}
    account = machine(machine_detection="Enable", machine_detection_timeout=20, **options)
    assert [one.path for one in account.app.received] == ["/agent", "/amd"]
    assert account.app.last.form["AnsweredBy"] == "machine_start"


def test_send_digits_are_keyed_before_the_document_is_asked_for() -> None:
    account = machine(send_digits="ww12#")
    transcript = account.transcript(account.client.calls.list()[0].sid)
    assert events(transcript, "play")[0]["digits"] == "ww12#"
    assert [event.kind for event in transcript.events[:2]] == ["play", "request"]


def test_record_records_the_whole_call_and_tells_the_callback() -> None:
    account = machine(record=True, recording_channels="dual", recording_status_callback="http://app.test/tape")
    form = account.app.to("/tape")[0].form
    assert (form["RecordingSource"], form["RecordingChannels"], form["RecordingDuration"]) == ("OutboundAPI", "2", "30")
    assert [one.sid for one in account.client.recordings.list()] == [form["RecordingSid"]]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"machine_detection": "Maybe"}, 20001),
        ({"send_digits": "12a"}, 20001),
        ({"send_digits": "1" * 33}, 20001),
        ({"machine_detection": "Enable", "machine_detection_timeout": 60}, 20001),
        ({"machine_detection": "Enable", "machine_detection_speech_threshold": 999}, 20001),
        ({"machine_detection": "Enable", "machine_detection_speech_end_threshold": 5001}, 20001),
        ({"machine_detection": "Enable", "machine_detection_silence_timeout": 1999}, 20001),
        ({"record": True, "trim": "yes"}, 20001),
        ({"record": True, "recording_track": "left"}, 20001),
        ({"record": True, "recording_channels": "three"}, 20001),
        ({"timeout": 601}, 21208),
        ({"time_limit": "soon"}, 20001),
        ({"call_reason": "x" * 51}, 20001),
        ({"caller_id": "ana"}, 20001),
        ({"machine_detection": "Enable", "async_amd_status_callback": "amd"}, 21609),
    ],
)
def test_what_cannot_be_is_refused(options: dict[str, str], code: int) -> None:
    with pytest.raises(TwilioRestException) as raised:
        Account(app()).dial(**options)
    assert raised.value.code == code


def test_a_number_that_is_not_the_accounts_may_not_call() -> None:
    account = Account(app())
    refused: list[int] = []

    def act() -> None:
        with pytest.raises(TwilioRestException) as raised:
            account.dial(from_="+5511900009999")
        refused.append(raised.value.code)
        account.dial(from_=CALLED)

    account.when("/voice", act)
    account.incoming()
    assert refused == [21210]


def test_other_numbers_of_the_account_may_call() -> None:
    account = Account(app())
    account.switchboard.numbers |= {"+5511900009999"}
    account.dial(from_="+5511900009999")
    account.switchboard.run()
    assert account.app.last.form["From"] == "+5511900009999"


def test_a_call_that_the_app_makes_has_none_of_the_callers_fields() -> None:
    account = Account(app())
    account.switchboard.carrier = replace(account.switchboard.carrier, fields=(("CallerName", "ANA"),))
    account.dial()
    account.switchboard.run()
    assert "CallerName" not in account.app.last.form


def recorded_live(*acts: str) -> Account:
    """The application records its caller from the start, and every 10 seconds does one of ``acts``."""
    account = Account(WebApp().page("/voice", "<Pause length='10'/><Redirect>/act0</Redirect>").page("/tape", ""))
    for number, act in enumerate(acts):
        account.app.page(f"/act{number}", f"<Pause length='10'/><Redirect>/act{number + 1}</Redirect>")
        account.when(f"/act{number}", partial(recording_step, account, act))
    account.app.page(f"/act{len(acts)}", "")
    account.incoming()
    return account


def recording_step(account: Account, act: str) -> None:
    tapes = account.client.calls(CALL_SID).recordings
    if act == "start":
        events_ = ["in-progress", "completed"]
        created = tapes.create(
            recording_status_callback="http://app.test/tape", recording_status_callback_event=events_
        )
        assert (created.status, created.source) == ("in-progress", "StartCallRecordingAPI")
    elif act == "skip":
        assert tapes("Twilio.CURRENT").update(status="paused", pause_behavior="skip").status == "paused"
    else:
        assert tapes("Twilio.CURRENT").update(status=act).status == act


@pytest.mark.parametrize(
    ("acts", "seconds"),
    [
        (["start"], "10"),
        (["start", "stopped", "start"], "10"),
        (["start", "paused", "in-progress"], "30"),
        (["start", "skip", "in-progress"], "20"),
        (["start", "skip", "stopped"], "10"),
    ],
)
def test_a_live_call_is_recorded_paused_resumed_and_stopped(acts: list[str], seconds: str) -> None:
    account = recorded_live(*acts)
    told = [one.form for one in account.app.to("/tape")]
    assert [form["RecordingStatus"] for form in told] == ["in-progress", "completed"] * acts.count("start")
    assert told[1]["RecordingDuration"] == seconds
    assert len(account.client.calls(CALL_SID).recordings.list()) == acts.count("start")


def test_a_call_that_is_over_cannot_be_recorded() -> None:
    account = recorded_live("start")
    with pytest.raises(TwilioRestException) as raised:
        account.client.calls(CALL_SID).recordings.create()
    assert raised.value.code == 21220


def test_what_the_api_refused_stands_in_the_transcript() -> None:
    account = Account(app())

    def act() -> None:
        with pytest.raises(TwilioRestException):
            account.dial(to="nobody")
        account.client.calls.list(status="ringing")

    account.when("/voice", act)
    assert [(one.code, one.failure) for one in account.incoming().warnings] == [(21211, True)]


@pytest.mark.parametrize(
    ("greeting", "options", "answered_by", "milliseconds"),
    [
        (acts.MachineGreeting(10.4, "no"), {"machine_detection": "DetectMessageEnd"}, "machine_end_silence", "13200"),
        (
            acts.MachineGreeting(3.0),
            {"machine_detection": "Enable", "machine_detection_speech_threshold": 3500},
            "human",
            "5800",
        ),
        (
            acts.MachineGreeting(3.0),
            {"machine_detection": "Enable", "machine_detection_speech_threshold": 1000},
            "machine_start",
            "2600",
        ),
    ],
)
def test_the_thresholds_mean_what_they_mean_at_the_vendor(
    greeting: acts.MachineGreeting, options: dict[str, object], answered_by: str, milliseconds: str
) -> None:
    account = Account(app(), {AGENT: CalleeBehaviour(by="machine", greeting=greeting)})
    account.dial(async_amd="true", async_amd_status_callback="http://app.test/amd", **options)
    account.switchboard.run()
    form = account.app.last.form
    assert (form["AnsweredBy"], form["MachineDetectionDuration"]) == (answered_by, milliseconds)


def test_who_says_nothing_is_unknown_after_the_silence() -> None:
    account = Account(app(), {AGENT: CalleeBehaviour(by="silent")})
    amd = {"async_amd": "true", "async_amd_status_callback": "http://app.test/amd"}
    account.dial(machine_detection="Enable", machine_detection_silence_timeout=3000, **amd)
    account.switchboard.run()
    form = account.app.last.form
    assert (form["AnsweredBy"], form["MachineDetectionDuration"]) == ("unknown", "3000")


def test_machine_detection_is_ignored_beside_send_digits() -> None:
    account = machine(machine_detection="Enable", send_digits="1")
    assert "AnsweredBy" not in account.app.to("/agent")[0].form


def test_a_call_ends_at_its_limit_of_time_whatever_it_is_at() -> None:
    account = machine(time_limit=12, caller_id="+551130030015", call_reason="sua entrega")
    (made,) = account.client.calls.list()
    assert (made.status, made.duration) == ("completed", "12")
    assert account.transcript(made.sid).events[-1]["by"] == "carrier"


def test_a_limit_leaves_no_trace_in_a_call_that_ends_before() -> None:
    account = machine(time_limit=3000)
    (made,) = account.client.calls.list()
    assert (made.duration, account.clock.elapsed() < 60) == ("30", True)


def test_the_limit_of_a_live_call_may_be_set_later() -> None:
    account = Account(
        app().page("/voice", "<Pause length='5'/><Redirect>/more</Redirect>").page("/more", "<Pause length='60'/>")
    )
    account.when("/more", lambda: account.client.calls(CALL_SID).update(time_limit=20))
    transcript = account.incoming()
    # It rings for five seconds: a pause picks nothing up.
    assert (transcript.status, transcript.duration, codes(transcript)) == ("completed", 25.0, [])
