"""API keys in place of the account's token, and recordings in both of the formats that Twilio serves."""

from __future__ import annotations

import struct

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from ivr.simulator.carrier import DEMO_ACCOUNT
from ivr.simulator.phones import steps
from ivr.simulator.rest import mp3
from ivr.simulator.rest.account import AccountSeed, ApiKey
from ivr.simulator.rest.app import rest_app
from ivr.simulator.rest.in_process import InProcess
from tests.simulator.rest.account import API, Account
from tests.webapps import WebApp, call, events

KEY = "SK" + "a" * 32


def by_key(account: Account, key: str, secret: str) -> Client:
    client = Client(key, secret, DEMO_ACCOUNT)
    client.http_client.session.mount(API, InProcess(rest_app(account.switchboard)))
    client.api.base_url = API
    return client


def test_an_api_key_stands_for_the_account() -> None:
    account = Account(WebApp().page("/agent", ""))
    account.dial()
    assert len(by_key(account, KEY, "secret").calls.list()) == 1


@pytest.mark.parametrize("key", ["SK1", "AC" + "b" * 32])
def test_what_is_no_key_is_refused(key: str) -> None:
    with pytest.raises(TwilioRestException) as raised:
        by_key(Account(), key, "secret").calls("CA1").fetch()
    assert raised.value.code == 20003


def test_only_the_keys_of_the_seed_stand_for_the_account() -> None:
    account = Account(seed=AccountSeed(keys=(ApiKey(KEY, "segredo"),)))
    assert by_key(account, KEY, "segredo").calls.list() == []
    for key, secret in ((KEY, "outro"), ("SK" + "b" * 32, "segredo")):
        with pytest.raises(TwilioRestException) as raised:
            by_key(account, key, secret).calls("CA1").fetch()
        assert (raised.value.status, raised.value.code) == (401, 20003)
        assert secret not in str(raised.value.msg)


@pytest.mark.parametrize(("ending", "kind"), [("", "audio/x-wav"), (".wav", "audio/x-wav"), (".mp3", "audio/mpeg")])
def test_a_recording_is_served_in_both_formats(ending: str, kind: str) -> None:
    account = Account(WebApp().page("/voice", "<Record action='/after'/>").page("/after", ""))
    account.incoming(steps.Record(12), steps.Press("#"))
    path = account.client.recordings.list()[0].uri.removesuffix(".json") + ending
    answer = account.client.http_client.session.get(API + path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, kind)
    assert int(answer.headers["Content-Length"]) == len(answer.content)


@pytest.mark.parametrize("seconds", [0.01, 1, 12, 90])
def test_an_mp3_is_whole_frames_of_the_right_length(seconds: float) -> None:
    sound = b"".join(mp3.mp3(seconds))
    assert len(sound) == mp3.size(seconds)
    frames = [sound[at : at + 96] for at in range(0, len(sound), 96)]
    # The header's bits: sync, MPEG-2, Layer III, no checksum; 32 kbit/s, 24 kHz, no padding; mono.
    assert {struct.unpack(">I", frame[:4])[0] for frame in frames} == {0xFFF344C4}
    assert seconds <= len(frames) * 0.024 < seconds + 0.024


def test_without_the_api_a_recordings_address_leads_to_nobody() -> None:
    transcript = call(WebApp().page("/voice", "<Record/>"), steps.Record(3), steps.HangUp())
    assert events(transcript, "record")[0]["url"].startswith("https://api.twilio.test/")
