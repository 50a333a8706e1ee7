"""The recording of a caller's leg over the API: in two channels, through every place that the call is sent to.

Source: Twilio, Recording resource of a call.
"""

from __future__ import annotations

import io
import math
import wave
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeAlias

import pytest
from twilio.base.exceptions import TwilioRestException

from ivr.simulator.carrier import Carrier
from ivr.simulator.carrier_faults import CarrierFaults
from ivr.simulator.rest.callees import CalleeBehaviour
from tests.simulator.rest.account import AGENT, Account
from tests.webapps import CALL_SID, WebApp

Act: TypeAlias = Callable[[Account], object]
"""What the application does."""

WAITS = "<Enqueue waitUrl='/wait' action='/left'>suporte</Enqueue>"
MEETS = "<Dial><Conference endConferenceOnExit='true'>sala</Conference></Dial>"
TAPE = {
    "recording_channels": "dual",
    "trim": "do-not-trim",
    "recording_status_callback": "http://app.test/tape",
    "recording_status_callback_event": ["in-progress", "completed"],
}


def tapes(account: Account) -> Any:
    return account.client.calls(CALL_SID).recordings


def recorded(
    faults: CarrierFaults | None = None, acts: Mapping[int, Callable[[Account], object]] | None = None
) -> Account:
    """A caller is recorded from the queue on, taken into a conference at 5 s, and talks for a minute.

    At the seconds of ``acts`` the application does something.
    """
    app = WebApp().page("/voice", WAITS).page("/wait", "<Pause length='60'/>").page("/agent", MEETS).page("/tape", "")
    app.page("/join", MEETS).page("/left", "").page("/survey", "<Pause length='10'/>")
    timers = {second: f"+55119000010{second}" for second in acts or ()}
    callees = {AGENT: CalleeBehaviour(talk=60)} | {
        number: CalleeBehaviour(ring=second) for second, number in timers.items()
    }
    account = Account(app, callees, carrier=Carrier(calls_per_second=math.inf, faults=faults or CarrierFaults()))

    def begin() -> None:
        tapes(account).create(**TAPE)
        account.dial()
        for second, number in timers.items():
            account.dial(to=number, url=f"http://app.test/at{second}")

    def take_out() -> None:
        queue = account.client.queues.list()[0]
        account.client.queues(queue.sid).members(CALL_SID).update(url="http://app.test/join")

    account.when("/wait", begin)
    account.when("/agent", take_out)
    for second, act in (acts or {}).items():
        account.app.page(f"/at{second}", "")
        account.when(f"/at{second}", partial(act, account))
    return account


def test_a_recording_goes_on_wherever_the_call_is_sent() -> None:
    account = recorded()
    account.app.page("/join", f"{MEETS}<Redirect>/survey</Redirect>")
    account.incoming()
    told = [one.form for one in account.app.to("/tape")]
    assert [form["RecordingStatus"] for form in told] == ["in-progress", "completed"]
    assert (told[1]["RecordingDuration"], told[1]["RecordingChannels"]) == ("75", "2")
    assert told[1]["RecordingSource"] == "StartCallRecordingAPI"


def test_a_recording_can_end_where_the_call_is_sent_elsewhere() -> None:
    account = recorded(CarrierFaults(redirect_ends_recording=True))
    account.incoming()
    assert [one.form["RecordingDuration"] for one in account.app.to("/tape")[1:]] == ["5"]


def test_a_recording_is_found_by_its_call_while_it_runs_and_after() -> None:
    seen: list[tuple[str, int, str | None]] = []

    def look(account: Account) -> None:
        for one in account.client.recordings.list(call_sid=CALL_SID):
            again = account.client.recordings(one.sid).fetch()
            seen.append((again.status, again.channels, again.duration))

    account = recorded(acts={30: look})
    account.incoming()
    look(account)
    assert seen == [("in-progress", 2, None), ("completed", 2, "65")]


@pytest.mark.parametrize(("behavior", "seconds"), [({"pause_behavior": "skip"}, "45"), ({}, "65")])
def test_a_pause_is_skipped_or_silent(behavior: dict[str, str], seconds: str) -> None:
    def pause(account: Account) -> None:
        tapes(account)("Twilio.CURRENT").update(status="paused", **behavior)
        assert account.client.recordings.list(call_sid=CALL_SID)[0].status == "paused"

    def resume(account: Account) -> None:
        tapes(account)("Twilio.CURRENT").update(status="in-progress")

    account = recorded(acts={20: pause, 40: resume})
    account.incoming()
    assert account.app.to("/tape")[-1].form["RecordingDuration"] == seconds


def test_a_stopped_recording_is_current_no_more() -> None:
    refused: list[int] = []

    def stop(account: Account) -> None:
        tapes(account)("Twilio.CURRENT").update(status="stopped")
        with pytest.raises(TwilioRestException) as error:
            tapes(account)("Twilio.CURRENT").update(status="paused")
        refused.append(error.value.status)

    account = recorded(acts={20: stop})
    account.incoming()
    assert refused == [404]
    assert account.app.to("/tape")[-1].form["RecordingDuration"] == "20"


def test_a_pause_behaves_in_two_ways_only() -> None:
    refused: list[int] = []

    def pause(account: Account) -> None:
        with pytest.raises(TwilioRestException) as error:
            tapes(account)("Twilio.CURRENT").update(status="paused", pause_behavior="mute")
        refused.append(error.value.code)

    recorded(acts={20: pause}).incoming()
    assert refused == [20001]


def test_the_sound_of_a_dual_recording_has_two_channels() -> None:
    account = recorded()
    account.incoming()
    path = account.client.recordings.list()[0].uri.removesuffix(".json") + ".wav"
    answer = account.client.http_client.session.get(f"http://rest.test{path}")
    with wave.open(io.BytesIO(answer.content)) as sound:
        assert (sound.getnchannels(), sound.getnframes()) == (2, 65 * 8000)
