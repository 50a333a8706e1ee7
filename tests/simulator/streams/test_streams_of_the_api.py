"""Media streams over the API: begun and stopped while the call goes on, by the vendor's own client."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException

from ivr.simulator.clock import VirtualClock
from ivr.simulator.phones import steps
from ivr.simulator.rest.account import AccountSeed
from ivr.simulator.tunnel import Tunnel
from tests.simulator.rest.account import Account
from tests.simulator.streams.calls import PACE
from tests.simulator.streams.strict_app import StreamApp, check_messages, served
from tests.webapps import CALL_SID, WebApp, said

pytestmark = pytest.mark.network

PAUSES = "<Pause/><Redirect>/later</Redirect>"


@pytest.fixture(scope="module")
def app() -> Iterator[StreamApp]:
    with served({}) as app:
        yield app


Made = Callable[..., Account]


@pytest.fixture
def made(app: StreamApp, monkeypatch: pytest.MonkeyPatch) -> Made:
    """An account whose calls reach the application of streams, on a hurried clock."""

    def account(**pages: str) -> Account:
        webhooks = WebApp().page("/told", "").page("/later", "<Pause/>").page("/end", "<Say>ended</Say>")
        for name, body in pages.items():
            webhooks.page(f"/{name}", body)
        monkeypatch.setattr("tests.simulator.rest.account.VirtualClock", lambda at: VirtualClock(at, PACE))
        seed = AccountSeed()
        found = Account(webhooks, seed=seed)
        found.switchboard.carrier = replace(found.carrier, tunnel=Tunnel.of(app.tunnel.items()))
        found.carrier = found.switchboard.carrier
        return found

    return account


def streams(account: Account) -> Any:
    return account.client.calls(CALL_SID).streams


def test_the_api_begins_and_stops_a_stream_of_a_live_call(made: Made, app: StreamApp) -> None:
    account = made(voice=PAUSES, later="<Pause/><Redirect>/last</Redirect>", last="<Pause length='30'/>")
    shown: list[Any] = []

    def begin() -> None:
        told = {"status_callback": "https://app.test/told", "parameter1_name": "guest", "parameter1_value": "Ana"}
        shown.append(streams(account).create(url=app.url("api"), name="copy", track="both_tracks", **told))

    def stop() -> None:
        shown.append(streams(account)("copy").update(status="stopped"))

    account.when("/later", begin)
    account.when("/last", stop)
    transcript = account.incoming()
    (session,) = app.at("api")
    check_messages(session, CALL_SID, ["inbound", "outbound"], {"guest": "Ana"})
    assert [one.status for one in shown] == ["in-progress", "stopped"]
    assert shown[0].sid == shown[1].sid == session.stream_sid
    assert session.messages[-1]["event"] == "stop"
    assert 0.5 < len(session.of("media")) / 100 < 2
    assert [one.form["StreamEvent"] for one in account.app.to("/told")] == ["stream-started", "stream-stopped"]
    assert (transcript.error, transcript.warnings) == (None, [])


def test_a_stream_that_a_document_began_is_stopped_by_its_sid(made: Made, app: StreamApp) -> None:
    account = made(voice=f'<Start><Stream url="{app.url("document")}"/></Start>{PAUSES}', later="<Pause length='30'/>")
    account.when("/later", lambda: streams(account)(app.sessions[-1].stream_sid).update(status="stopped"))
    account.incoming()
    assert app.at("document")[0].messages[-1]["event"] == "stop"


def test_an_update_of_the_call_ends_a_connected_stream(made: Made, app: StreamApp) -> None:
    account = made(
        voice=f'<Connect><Stream url="{app.url("moved")}" statusCallback="/told"/></Connect><Say>never</Say>'
    )

    def move() -> None:
        account.client.calls(CALL_SID).update(url="https://app.test/end")

    account.when("/told", move)
    transcript = account.incoming()
    assert said(transcript) == ["ended"]
    (session,) = app.at("moved")
    assert (session.messages[-1]["event"], session.code) == ("stop", 1000)
    assert [one.form["StreamEvent"] for one in account.app.to("/told")] == ["stream-started", "stream-stopped"]


def test_a_stream_holds_no_other_call_of_the_account_up(made: Made, app: StreamApp) -> None:
    account = made(
        voice=f'<Connect><Stream url="{app.url("beside")}" statusCallback="/told"/></Connect>', agent="<Pause/>"
    )
    account.when("/told", lambda: account.dial())
    transcript = account.incoming(steps.HangUp(after=2))
    (other,) = transcript.calls
    assert (other.status, other.error) == ("completed", None)
    times = [at for at, one in app.at("beside")[0].came if one["event"] == "media"]
    assert max(later - sooner for sooner, later in itertools.pairwise(times)) < 0.2


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"url": "https://app.test/media"}, 21205),
        ({"url": "wss://app.test/media?a=1"}, 21205),
        ({"url": "wss://app.test/media", "track": "all"}, 20001),
        ({"url": "wss://app.test/media", "status_callback": "told"}, 21609),
        ({"url": "wss://app.test/media", "parameter1_name": "a", "parameter1_value": "b" * 500}, 20001),
    ],
)
def test_what_cannot_be_a_stream_is_refused(made: Made, options: dict[str, str], code: int) -> None:
    account = made(voice=PAUSES)
    refused: list[int] = []

    def begin() -> None:
        with pytest.raises(TwilioRestException) as raised:
            streams(account).create(**options)
        refused.append(raised.value.code)

    account.when("/later", begin)
    account.incoming()
    assert refused == [code]


def test_streams_that_are_not_there_or_go_both_ways_are_not_stopped(made: Made, app: StreamApp) -> None:
    account = made(voice=f'<Connect><Stream url="{app.url("both")}" name="both" statusCallback="/told"/></Connect>')
    refused: list[int] = []

    def stop() -> None:
        for name in ("nobody", "both"):
            with pytest.raises(TwilioRestException) as raised:
                streams(account)(name).update(status="stopped")
            refused.append(raised.value.code)

    account.when("/told", stop)
    account.incoming(steps.HangUp(after=0.2))
    assert refused == [20404, 20001]
    with pytest.raises(TwilioRestException) as raised:
        streams(account).create(url=app.url("both"))
    assert raised.value.code == 21220
