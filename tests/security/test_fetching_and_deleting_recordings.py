"""The server fetches a recording from its carrier's host only, within bounds, and deletes it there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from twilio.rest import Client as TwilioClient

from data.retention import RecordingNotDeletedError
from data.vault import Vault
from ivr.channels.twilio import audio
from ivr.channels.twilio.audio import Audio
from ivr.channels.twilio.recordings import deleter
from ivr.settings import Settings
from tests.conftest import Now
from tests.line_server import ACCOUNT, KEY, LineServer
from tests.security.carrier_of_recordings import AT_TWILIO, HERE, SOUND, TOKEN, RecordingsCarrier, link_for, told
from tests.security.old_calls import RECORDING

ELSEWHERE = [
    "https://evil.example.com/Recordings/RE1",
    f"https://api.twilio.com.evil.example.com{urlsplit(AT_TWILIO).path}",
    f"https://api.twilio.com:443@evil.example.com{urlsplit(AT_TWILIO).path}",
    f"https://api.twilio.com@evil.example.com{urlsplit(AT_TWILIO).path}",
    f"https://evil.example.com{urlsplit(AT_TWILIO).path}",
    f"https://api.twilio.com:8443{urlsplit(AT_TWILIO).path}",
    AT_TWILIO.replace("https", "http"),
    AT_TWILIO + "?x=1",
    f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Messages.json",
    f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Recordings/../Messages.json",
    "https://169.254.169.254/latest/meta-data",
    "http://10.0.0.1/x",
    "http://localhost.evil.example.com/x",
    "http://ivr:password@127.0.0.1:1/x",
    "file:///etc/passwd",
    "ftp://127.0.0.1/x",
    "http://[::1/x",
    "http://127.0.0.1:99999/x",
    "//127.0.0.1/x",
]


@pytest.mark.parametrize("url", ELSEWHERE)
def test_no_other_host_is_ever_asked(
    url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("requests.Session.get", lambda *_, **__: pytest.fail("it was asked"))
    assert _audio().fetch(url) is None
    assert url not in caplog.text


def test_outside_of_a_rehearsal_not_even_this_machine_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("requests.Session.get", lambda *_, **__: pytest.fail("it was asked"))
    for url in ("http://127.0.0.1:5000/x", "http://localhost/x", "http://[::1]/x"):
        assert _audio(public_url="https://line.example.com").fetch(url) is None


def test_without_credentials_twilio_is_not_asked(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("requests.Session.get", lambda *_, **__: pytest.fail("it was asked"))
    assert _audio(auth_token=None).fetch(AT_TWILIO) is None
    assert vars(caplog.records[0])["why"] == "TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN are not set"


def _audio(
    public_url: str | None = HERE, auth_token: str | None = TOKEN, clock: Callable[[], datetime] | None = None
) -> Audio:
    server = Settings("sqlite://", KEY, Path("flows"), public_url, ACCOUNT, auth_token)
    return Audio(server, clock or Now())


@pytest.mark.network
@pytest.mark.parametrize(
    ("status", "headers", "why"),
    [
        (302, {"Location": "http://127.0.0.1:1/elsewhere", "Content-Type": "audio/x-wav"}, "answered HTTP 302"),
        (404, {"Content-Type": "audio/x-wav"}, "answered HTTP 404"),
        (401, {"Content-Type": "text/xml"}, "answered HTTP 401"),
        (200, {"Content-Type": "text/html"}, "is no sound"),
        (200, {}, "is no sound"),
        (200, {"Content-Type": "audio/x-wav", "Content-Length": str(audio.MAX_BYTES + 1)}, "too long"),
    ],
)
def test_what_is_no_recording_is_not_passed_on(
    status: int,
    headers: dict[str, str],
    why: str,
    rehearsal: LineServer,
    carrier: RecordingsCarrier,
    clock: Now,
    server_vault: Vault,
    caplog: pytest.LogCaptureFixture,
) -> None:
    carrier.status, carrier.headers = status, headers
    code, line = told(rehearsal.client.get(link_for(clock, server_vault)))
    assert code == 502
    assert line.startswith("The telephone company does not give this recording")
    assert why in vars(caplog.records[-1])["why"]
    assert len(carrier.asked) == 1


@pytest.mark.network
def test_a_recording_without_an_end_is_cut_off(carrier: RecordingsCarrier, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audio, "MAX_BYTES", len(SOUND) - 1)
    assert _audio().fetch(f"{carrier.url}/x") is None
    monkeypatch.setattr(audio, "MAX_BYTES", len(SOUND))
    assert _audio().fetch(f"{carrier.url}/x") == ("audio/x-wav", SOUND)


@pytest.mark.network
def test_a_recording_that_comes_too_slowly_is_given_up(
    carrier: RecordingsCarrier, caplog: pytest.LogCaptureFixture
) -> None:
    clock = Now()

    def ticking() -> datetime:
        clock.moment += timedelta(seconds=audio.MAX_SECONDS)
        return clock.moment

    carrier.body = SOUND * 50
    assert _audio(clock=ticking).fetch(f"{carrier.url}/x") is None
    assert vars(caplog.records[-1])["why"] == "it comes too slowly"


def test_a_company_that_is_gone_is_told_without_its_address(caplog: pytest.LogCaptureFixture) -> None:
    assert _audio().fetch("http://127.0.0.1:1/Recordings/x") is None
    assert vars(caplog.records[-1])["error"] == "ConnectionError"


def _client(carrier: RecordingsCarrier) -> TwilioClient:
    client = TwilioClient(ACCOUNT, TOKEN)
    client.api.base_url = carrier.url
    return client


@pytest.mark.network
@pytest.mark.parametrize("status", [204, 404])
def test_a_recording_is_deleted_by_the_vendors_client_or_already_gone(status: int, carrier: RecordingsCarrier) -> None:
    carrier.status, carrier.headers, carrier.body = status, {"Content-Type": "application/json"}, b""
    deleter(_client(carrier))(RECORDING)
    ((method, path, _),) = carrier.asked
    assert (method, path) == ("DELETE", f"/2010-04-01/Accounts/{ACCOUNT}/Recordings/{RECORDING}.json")


@pytest.mark.network
@pytest.mark.parametrize("status", [401, 403, 500])
def test_a_company_that_does_not_delete_it_is_told(status: int, carrier: RecordingsCarrier) -> None:
    carrier.status, carrier.body = status, b"{}"
    with pytest.raises(RecordingNotDeletedError) as raised:
        deleter(_client(carrier))(RECORDING)
    assert str(raised.value) == f"Twilio refuses to delete it (HTTP {status})"


def test_a_company_that_cannot_be_reached_is_told_without_the_account() -> None:
    client = TwilioClient(ACCOUNT, TOKEN)
    client.api.base_url = "http://127.0.0.1:1"
    with pytest.raises(RecordingNotDeletedError) as raised:
        deleter(client)(RECORDING)
    assert str(raised.value) == "Twilio cannot be reached (ConnectionError)"
