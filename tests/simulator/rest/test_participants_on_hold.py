"""What a participant on hold hears: the document at HoldUrl, asked for with requests of its own.

Source: Twilio, Participant resource, HoldUrl and HoldMethod; AnnounceUrl.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeAlias

import pytest
from twilio.request_validator import RequestValidator

from ivr.simulator.carrier import DEMO_TOKEN
from ivr.simulator.phones import steps
from ivr.simulator.phones.base import Phone
from ivr.simulator.rest.callees import CalleeBehaviour, CalleePhone
from tests.simulator.rest.account import AGENT, Account
from tests.webapps import CALL_SID, Page, WebApp, codes, ended_by, events, said

ROOM = (
    "<Dial action='/after'><Conference statusCallback='/events' statusCallbackEvent='hold' "
    "endConferenceOnExit='{}'>sala</Conference></Dial>"
)
HOLD = "<Say>aguarde na linha</Say><Pause length='4'/>"

Act: TypeAlias = Callable[[Account], object]
"""What the application does."""


def talk(acts: Mapping[int, Act], *, hold: str = HOLD, seconds: float = 60) -> Account:
    """Caller and agent talk from 5 s on, for ``seconds``; at those of ``acts`` the application does something."""
    app = WebApp().page("/voice", ROOM.format("false")).page("/agent", ROOM.format("true")).page("/hold", hold)
    app.page("/after", "").page("/events", "").page("/news", "<Say>novidade</Say>").page("/other", "<Say>outra</Say>")
    timers = {second: f"+55119000010{second}" for second in acts}
    rings = {number: CalleeBehaviour(ring=second) for second, number in timers.items()}
    account = Account(app, {AGENT: CalleeBehaviour(talk=seconds), **rings})

    def begin() -> None:
        account.dial()
        for second, number in timers.items():
            account.dial(to=number, url=f"http://app.test/at{second}")

    account.when("/voice", begin)
    for second, act in acts.items():
        app.page(f"/at{second}", "")
        account.when(f"/at{second}", partial(act, account))
    return account


def participant(account: Account) -> Any:
    return account.client.conferences("sala").participants(CALL_SID)


def held(account: Account, path: str = "/hold", **options: str) -> None:
    participant(account).update(hold=True, hold_url=f"http://app.test{path}", **options)


def unheld(account: Account) -> None:
    participant(account).update(hold=False)


def test_a_hold_document_is_asked_for_with_a_signed_request_of_its_own() -> None:
    account = talk({20: partial(held, hold_method="POST"), 40: unheld})
    transcript = account.incoming()
    asked = account.app.to("/hold")[0]
    assert (asked.method, asked.form["CallSid"], asked.form["FriendlyName"]) == ("POST", CALL_SID, "sala")
    assert RequestValidator(DEMO_TOKEN).validate(asked.url, asked.form, asked.headers["X-Twilio-Signature"])
    assert [event.t for event in events(transcript, "say")] == [20]


def test_a_hold_document_is_got_where_no_method_is_said() -> None:
    account = talk({20: held, 40: unheld})
    account.incoming()
    assert account.app.to("/hold")[0].method == "GET"


@pytest.mark.parametrize(("behind", "times"), [("", 1), ("<Redirect>/hold</Redirect>", 4)])
def test_a_hold_document_is_performed_once_unless_it_redirects(behind: str, times: int) -> None:
    account = talk({20: held, 40: unheld}, hold=HOLD + behind)
    account.incoming()
    assert len(account.app.to("/hold")) == times


def test_who_is_off_hold_talks_on_at_once_and_as_long_as_before() -> None:
    account = talk({20: held, 22: unheld}, hold="<Say>aguarde mais um pouco, por favor, que já voltamos</Say>")
    transcript = account.incoming()
    assert events(transcript, "say")[0]["interrupted"] is True
    assert events(transcript, "dial")[0]["seconds"] == 60
    assert [one.form["StatusCallbackEvent"] for one in account.app.to("/events")] == [
        "participant-hold",
        "participant-unhold",
    ]


def test_another_hold_url_takes_the_place_of_the_first() -> None:
    account = talk({20: held, 22: partial(held, path="/other"), 40: unheld}, hold="<Pause length='600'/>")
    transcript = account.incoming()
    assert [event.t for event in events(transcript, "say")] == [22]
    assert len(account.app.to("/events")) == 2


def test_a_participant_on_hold_is_announced_to() -> None:
    def announce(account: Account) -> None:
        participant(account).update(announce_url="http://app.test/news")

    account = talk({20: held, 22: announce, 40: unheld}, hold="<Say>espere</Say><Pause length='600'/>")
    assert said(account.incoming()) == ["espere", "novidade"]


def test_a_hold_document_that_fails_is_silence_and_the_talk_goes_on() -> None:
    account = talk({20: held, 40: unheld})
    account.app.raw("/hold", Page(b"", "500 Oops"))
    transcript = account.incoming()
    assert (codes(transcript), said(transcript)) == ([11200], [])
    assert events(transcript, "dial")[0]["seconds"] == 60


def test_a_conference_that_ends_lets_go_of_who_is_on_hold() -> None:
    account = talk({20: held}, hold="<Pause length='600'/>", seconds=30)
    transcript = account.incoming()
    assert events(transcript, "dial")[0]["seconds"] == 30
    assert account.app.to("/after")[-1].form["DialCallStatus"] == "answered"


@pytest.mark.parametrize(
    ("end", "seconds"),
    [
        (lambda account: participant(account).delete(), 25),
        (lambda account: account.client.calls(CALL_SID).update(status="completed"), 25),
        (lambda account: account.client.conferences("sala").update(status="completed"), 25),
    ],
    ids=["removed", "call ended", "conference ended"],
)
def test_who_is_on_hold_leaves_when_the_api_says_so(end: Act, seconds: float) -> None:
    account = talk({20: held, 30: end}, hold="<Pause length='600'/>")
    transcript = account.incoming()
    assert events(transcript, "dial")[0]["seconds"] == seconds


@pytest.mark.parametrize("phone", [None, CalleePhone(CalleeBehaviour(talk=30))], ids=["during the music", "planned"])
def test_who_is_on_hold_may_hang_up(phone: Phone | None) -> None:
    account = talk({20: held}, hold="<Pause length='600'/>")
    transcript = account.incoming(steps.HangUp(inside="Pause"), phone=phone)
    assert (ended_by(transcript), round(transcript.duration)) == ("caller", 21 if phone is None else 35)


def test_hold_without_a_url_is_told_and_plays_nothing() -> None:
    account = talk({20: lambda account: participant(account).update(hold=True), 40: unheld})
    transcript = account.incoming()
    assert said(transcript) == []
    assert len(account.app.to("/events")) == 2
