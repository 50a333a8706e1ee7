"""Parameters of a call that the application makes: each has its effect, or is refused with Twilio's number.

Source: Twilio, Call resource, and its page on answering machine detection.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest
from twilio.base.exceptions import TwilioRestException

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
