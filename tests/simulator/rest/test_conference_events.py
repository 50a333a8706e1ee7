"""What a conference's status callback is told when the API changes it, and that it starts and ends once.

Source: Twilio, <Conference>, statusCallbackEvent.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException

from ivr.simulator.rest.callees import CalleeBehaviour
from tests.simulator.rest.account import AGENT, Account
from tests.webapps import CALL_SID, Page, WebApp, codes, said

EVENTS = "start end join leave mute hold modify announcement"
TOLD = f"statusCallback='http://app.test/events' statusCallbackEvent='{EVENTS}'"


def meeting(act: Callable[[Account], object], *, attributes: str = "") -> Account:
    """Caller and agent meet for a minute, both with the same callback; at half of it the application does ``act``."""
    room = f"<Dial><Conference {TOLD} {attributes}>sala</Conference></Dial>"
    app = WebApp().page("/voice", room).page("/agent", room).page("/events", "").page("/timer", "")
    app.page("/news", "<Say>atenção</Say>").raw("/broken", Page(b"", "500 Oops"))
    app.page("/late", "<Pause length='25'/><Redirect>/timer</Redirect>")
    account = Account(app, {AGENT: CalleeBehaviour(talk=60)})

    def begin() -> None:
        account.dial()
        account.client.calls.create(to="+5511900000002", from_="+551140030015", url="http://app.test/late")

    account.when("/voice", begin)
    account.when("/timer", lambda: act(account))
    return account


def told(account: Account) -> list[str]:
    return [one.form["StatusCallbackEvent"] for one in account.app.to("/events")]


def participant(account: Account) -> Any:
    return account.client.conferences("sala").participants(CALL_SID)


def nothing(_: Account) -> None:
    """The application leaves the conference alone."""


def test_a_conference_starts_and_ends_once_and_has_one_count() -> None:
    account = meeting(nothing)
    account.incoming()
    names = told(account)
    assert (names.count("conference-start"), names.count("conference-end")) == (1, 1)
    assert (names.count("participant-join"), names.count("participant-leave")) == (2, 2)
    numbers = [one.form["SequenceNumber"] for one in account.app.to("/events")]
    assert numbers == [str(number) for number in range(6)]
    assert account.app.to("/events")[-1].form["ReasonConferenceEnded"] == "last-participant-left"


def test_mute_hold_and_modify_are_told_with_their_opposites() -> None:
    def change(account: Account) -> None:
        for options in (
            {"muted": True},
            {"muted": False},
            {"hold": True},
            {"hold": False},
            {"end_conference_on_exit": True},
        ):
            participant(account).update(**options)

    account = meeting(change)
    account.incoming()
    assert [name for name in told(account) if name.split("-")[1] not in {"join", "leave", "start", "end"}] == [
        "participant-mute",
        "participant-unmute",
        "participant-hold",
        "participant-unhold",
        "participant-modify",
    ]
    modified = next(one.form for one in account.app.to("/events") if one.form["StatusCallbackEvent"].endswith("modify"))
    assert (modified["CallSid"], modified["EndConferenceOnExit"], modified["Muted"]) == (CALL_SID, "true", "false")


def test_what_changes_nothing_is_not_told() -> None:
    account = meeting(lambda account: participant(account).update(muted=False, hold=False))
    account.incoming()
    assert not [name for name in told(account) if "mute" in name or "hold" in name]


@pytest.mark.parametrize("whom", ["participant", "conference"])
def test_an_announcement_is_heard_and_its_end_is_told(whom: str) -> None:
    def announce(account: Account) -> None:
        target = participant(account) if whom == "participant" else account.client.conferences("sala")
        target.update(announce_url="http://app.test/news")

    account = meeting(announce)
    transcript = account.incoming()
    assert said(transcript) == ["atenção"]
    agent = account.transcript(account.client.calls.list(to=AGENT)[0].sid)
    assert said(agent) == (["atenção"] if whom == "conference" else [])
    assert told(account).count("announcement-end") == 1
    assert codes(transcript) == []


def test_an_announcement_that_fails_is_told_and_is_a_failure() -> None:
    account = meeting(lambda account: participant(account).update(announce_url="http://app.test/broken"))
    transcript = account.incoming()
    assert told(account).count("announcement-fail") == 1
    assert [(warning.code, warning.failure) for warning in transcript.warnings] == [(11200, True)]


def test_coaching_is_shown_and_needs_somebody_to_coach() -> None:
    seen: list[tuple[bool, bool]] = []

    def coach(account: Account) -> None:
        with pytest.raises(TwilioRestException, match="CallSidToCoach is required"):
            participant(account).update(coaching=True)
        agent = account.client.calls.list(to=AGENT)[0].sid
        changed = participant(account).update(coaching=True, call_sid_to_coach=agent)
        seen.append((changed.coaching, changed.call_sid_to_coach == agent))

    account = meeting(coach)
    account.incoming()
    assert seen == [(True, True)]
    assert "participant-modify" in told(account)


def test_a_conference_that_the_app_ends_says_so() -> None:
    account = meeting(lambda account: account.client.conferences("sala").update(status="completed"))
    account.incoming()
    last = account.app.to("/events")[-1].form
    assert (last["StatusCallbackEvent"], last["ReasonConferenceEnded"]) == (
        "conference-end",
        "conference-ended-via-api",
    )


def test_what_adding_somebody_says_of_the_conference_has_its_effect() -> None:
    def add(account: Account) -> None:
        added = account.client.conferences("sala").participants.create(
            to="+5511900000003", from_="+551140030015", muted=True, label="chefe", beep="false"
        )
        sids.append(added.call_sid)

    sids: list[str] = []
    account = meeting(add)
    account.incoming()
    assert codes(account.transcript(sids[0])) == []
    joined = [one.form for one in account.app.to("/events") if one.form["CallSid"] == sids[0]]
    assert (joined[0]["Muted"], joined[0]["ParticipantLabel"]) == ("true", "chefe")
