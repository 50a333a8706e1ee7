"""Recordings.json, and the sound itself.

Source: Twilio, Recording resource.
"""

from __future__ import annotations

import io
import wave

import pytest
import requests
from twilio.base.exceptions import TwilioRestException

from ivr.simulator.phones import steps
from ivr.simulator.rest.server import rest_server
from tests.simulator.rest.account import Account
from tests.webapps import CALL_SID, WebApp


def recorded(seconds: float = 7.5) -> Account:
    app = WebApp().page("/voice", "<Record action='/recorded' playBeep='false'/>").page("/recorded", "")
    account = Account(app)
    account.incoming(steps.Record(seconds))
    return account


def test_a_recording_can_be_fetched_by_the_id_that_the_webhook_was_told() -> None:
    account = recorded()
    form = account.app.last.form
    recording = account.client.recordings(form["RecordingSid"]).fetch()
    assert (recording.call_sid, recording.duration, recording.status) == (CALL_SID, "8", "completed")
    assert (recording.source, recording.channels, recording.media_url) == ("RecordVerb", 1, form["RecordingUrl"])


def test_recordings_are_listed_of_the_account_and_of_a_call() -> None:
    account = recorded()
    sid = account.app.last.form["RecordingSid"]
    assert [one.sid for one in account.client.recordings.list()] == [sid]
    assert [one.sid for one in account.client.calls(CALL_SID).recordings.list()] == [sid]
    assert [one.sid for one in account.client.recordings.list(call_sid=CALL_SID)] == [sid]
    assert account.client.recordings.list(call_sid="CA" + "0" * 32) == []


@pytest.mark.network
@pytest.mark.parametrize("suffix", ["", ".wav"])
def test_the_address_told_to_the_webhook_serves_a_sound_of_that_length(suffix: str) -> None:
    app = WebApp().page("/voice", "<Record action='/recorded' playBeep='false'/>").page("/recorded", "")
    account = Account(app)
    with rest_server(account.switchboard) as api:
        account.incoming(steps.Record(7.5))
        url = app.last.form["RecordingUrl"]
        assert url.startswith(api)
        answer = requests.get(url + suffix, timeout=5)
    assert answer.headers["Content-Type"] == "audio/x-wav"
    with wave.open(io.BytesIO(answer.content)) as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (8000, 1, 2)
        assert sound.getnframes() == 7.5 * 8000


def test_a_deleted_recording_is_gone_with_its_sound() -> None:
    account = recorded()
    sid = account.app.last.form["RecordingSid"]
    assert account.client.recordings(sid).delete()
    assert account.client.recordings.list() == []
    with pytest.raises(TwilioRestException) as refused:
        account.client.recordings(sid).fetch()
    assert refused.value.code == 20404
    with pytest.raises(TwilioRestException):
        account.client.recordings(sid).delete()


def test_another_format_than_wav_and_mp3_is_not_served() -> None:
    account = recorded()
    url = f"http://rest.test{account.client.recordings.list()[0].uri.removesuffix('.json')}"
    session = account.client.http_client.session
    assert session.get(url + ".ogg").status_code == 404
    assert session.get(url + ".wav").status_code == 200
