"""Calls/*/Transcriptions: the application begins and ends a real-time transcription of a live call.

Source: Twilio, RealtimeTranscription resource.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException

from tests.simulator.rest.account import Account
from tests.webapps import CALL_SID, WebApp

TOLD = "http://app.test/told"


def account(first: str = "", second: str = "<Say>três</Say>") -> Account:
    app = WebApp().page("/voice", f"<Say>um</Say>{first}<Redirect>/next</Redirect>").page("/told", "")
    return Account(app.page("/next", "<Say>dois</Say><Redirect>/last</Redirect>").page("/last", second))


def words(played: Account) -> list[str]:
    told = [one.form for one in played.app.to("/told")]
    return [
        json.loads(form["TranscriptionData"])["transcript"]
        if "TranscriptionData" in form
        else form["TranscriptionEvent"]
        for form in told
    ]


def transcriptions(played: Account, *sid: str) -> Any:
    return played.client.calls(CALL_SID).transcriptions(*sid) if sid else played.client.calls(CALL_SID).transcriptions


def test_a_live_call_is_transcribed_from_then_on_and_until_it_is_stopped() -> None:
    played = account()
    begun: list[Any] = []
    played.when("/next", lambda: begun.append(transcriptions(played).create(status_callback_url=TOLD, name="texto")))
    played.when("/last", lambda: begun.append(transcriptions(played, "texto").update(status="stopped")))
    played.incoming()
    assert words(played) == ["transcription-started", "dois", "transcription-stopped"]
    assert (begun[0].status, begun[1].status, begun[0].name) == ("in-progress", "stopped", "texto")
    assert begun[0].sid == begun[1].sid == played.app.to("/told")[0].form["TranscriptionSid"]


def test_it_is_stopped_by_its_identifier_too() -> None:
    played = account()
    played.when("/next", lambda: transcriptions(played).create(status_callback_url=TOLD, track="outbound_track"))

    def stop() -> None:
        transcriptions(played, played.app.to("/told")[0].form["TranscriptionSid"]).update(status="stopped")

    played.when("/last", stop)
    played.incoming()
    assert words(played)[-1] == "transcription-stopped"


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"track": "all_tracks"}, "track, not 'all_tracks'"),
        ({"transcription_engine": "x"}, "transcriptionEngine, not 'x'"),
        ({"status_callback_url": "/told"}, "statusCallbackUrl, not '/told'"),
    ],
)
def test_what_cannot_be_is_refused(options: dict[str, str], why: str) -> None:
    played = account()

    def begin() -> None:
        with pytest.raises(TwilioRestException, match=why):
            transcriptions(played).create(**options)

    played.when("/next", begin)
    assert played.incoming().status == "completed"


def test_a_second_one_of_that_name_and_the_end_of_none_are_refused() -> None:
    played = account()

    def begin() -> None:
        transcriptions(played).create(name="texto")
        with pytest.raises(TwilioRestException, match="runs already"):
            transcriptions(played).create(name="texto")
        with pytest.raises(TwilioRestException) as absent:
            transcriptions(played, "outro").update(status="stopped")
        assert absent.value.code == 20404

    played.when("/next", begin)
    played.incoming()
    with pytest.raises(TwilioRestException) as over:
        transcriptions(played).create(name="depois")
    assert over.value.code == 21220
