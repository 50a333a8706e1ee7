"""Conferences.json and their Participants.json.

Sources: Twilio, Conference resource and Participant resource; <Conference>.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from twilio.base.exceptions import TwilioRestException

from ivr.simulator.rest.callees import CalleeBehaviour
from tests.simulator.rest.account import AGENT, Account
from tests.webapps import CALL_SID, WebApp, events, said

LATER = "+5511900000009"
"""Answers after half a minute: its webhook is a moment at which the application can look and act."""


def room(attributes: str = "") -> str:
    return f"<Dial action='/after'><Conference {attributes}>sala</Conference></Dial><Say>sem ação</Say>"


def meeting(agent: str = "", caller: str = "", *, talk: float = 120) -> Account:
    """A caller and, 5 seconds later, an agent in one conference; at 30 seconds the application may act."""
    app = WebApp().page("/voice", room(caller)).page("/agent", room(agent)).page("/after", "<Say>acabou</Say>")
    app.page("/later", "").page("/elsewhere", "<Say>em outro lugar</Say>")
    account = Account(app, callees={AGENT: CalleeBehaviour(talk=talk), LATER: CalleeBehaviour(ring=30)})
    account.when("/voice", lambda: (account.dial(), account.dial(to=LATER, url="http://app.test/later")))
    return account


def at_half_a_minute(account: Account, act: Callable[[], object]) -> None:
    account.when("/later", act)


def test_two_calls_in_one_room_are_a_conference_in_progress() -> None:
    account = meeting()
    seen: list[object] = []

    def look() -> None:
        for one in account.client.conferences.list(status="in-progress"):
            calls = [each.call_sid for each in account.client.conferences(one.sid).participants.list()]
            seen.append((one.friendly_name, one.status, len(calls), calls[0]))
        assert account.client.conferences.list(friendly_name="outra") == []

    at_half_a_minute(account, look)
    account.incoming()
    assert seen == [("sala", "in-progress", 2, CALL_SID)]
    ended = account.client.conferences.list()[0]
    assert (ended.status, ended.reason_conference_ended) == ("completed", "last-participant-left")
    assert account.client.conferences(ended.sid).participants.list() == []


def test_a_participant_alone_waits_for_the_conference_to_start() -> None:
    account = meeting()
    seen: list[str] = []
    account.when("/agent", lambda: seen.append(account.client.conferences("sala").fetch().status))
    transcript = account.incoming()
    assert seen == ["init"]
    assert events(transcript, "dial")[0]["outcome"] == "answered"


def test_the_conference_ends_with_one_whose_leaving_ends_it() -> None:
    account = meeting(agent='endConferenceOnExit="true"', talk=60)
    transcript = account.incoming()
    assert said(transcript) == ["acabou"]
    assert events(transcript, "dial")[0]["seconds"] == 60
    ended = account.client.conferences.list()[0].fetch()
    assert ended.reason_conference_ended == "participant-with-end-conference-on-exit-left"
    assert ended.call_sid_ending_conference == account.client.calls.list(to=AGENT)[0].sid


def test_a_participant_is_held_and_muted_and_the_call_hears_of_it() -> None:
    account = meeting(caller='participantLabel="cliente"')
    seen: list[tuple[bool, bool]] = []

    def hold() -> None:
        participants = account.client.conferences("sala").participants
        for change in ({"hold": True}, {"muted": True}, {"hold": False}):
            changed = participants(CALL_SID).update(**change)
            seen.append((changed.hold, changed.muted))
        assert [one.call_sid for one in participants.list(muted=True)] == [CALL_SID]
        assert participants.list(hold=True) == []
        assert participants("cliente").fetch().call_sid == CALL_SID

    at_half_a_minute(account, hold)
    transcript = account.incoming()
    assert seen == [(True, False), (True, True), (False, True)]
    told = [(event.t, event["hold"], event["muted"]) for event in events(transcript, "conference")]
    assert told == [(30, True, False), (30, True, True), (30, False, True)]


def test_the_document_says_who_is_muted_and_whose_leaving_ends_it() -> None:
    account = meeting(caller='muted="true" endConferenceOnExit="true" startConferenceOnEnter="false"')
    seen: list[tuple[bool, bool, bool]] = []

    def look() -> None:
        one = account.client.conferences("sala").participants(CALL_SID).fetch()
        seen.append((one.muted, one.end_conference_on_exit, one.start_conference_on_enter))

    at_half_a_minute(account, look)
    account.incoming()
    assert seen == [(True, True, False)]


def test_a_participant_who_is_removed_goes_on_after_the_dial() -> None:
    account = meeting()
    at_half_a_minute(account, lambda: account.client.conferences("sala").participants(CALL_SID).delete())
    transcript = account.incoming()
    assert said(transcript) == ["acabou"]
    assert events(transcript, "dial")[0]["seconds"] == 25
    assert events(transcript, "say")[0].t == 30


def test_a_participant_who_is_sent_elsewhere_leaves_the_conference() -> None:
    account = meeting()
    at_half_a_minute(account, lambda: account.client.calls(CALL_SID).update(url="http://app.test/elsewhere"))
    assert said(account.incoming()) == ["em outro lugar"]
    assert account.app.to("/after")[0].form["CallStatus"] == "in-progress"


def test_a_conference_that_is_completed_by_the_app_sends_everybody_on() -> None:
    account = meeting()
    at_half_a_minute(account, lambda: account.client.conferences("sala").update(status="completed"))
    transcript = account.incoming()
    assert said(transcript) == ["acabou"]
    assert [one.form["CallSid"] for one in account.app.to("/after")].count(CALL_SID) == 1
    assert len(account.app.to("/after")) == 2
    assert account.client.conferences.list()[0].reason_conference_ended == "conference-ended-via-api"


def test_somebody_is_added_by_being_called() -> None:
    account = meeting()
    added: list[str] = []

    def add() -> None:
        made = account.client.conferences("sala").participants.create(
            from_="+551140030015", to="+5511900000003", label="chefe", end_conference_on_exit=True
        )
        assert (made.status, made.label) == ("queued", "chefe")
        added.append(made.call_sid)

    at_half_a_minute(account, add)
    transcript = account.incoming()
    assert said(account.transcript(added[0])) == []
    ended = account.client.conferences.list()[0]
    assert ended.call_sid_ending_conference == added[0]
    assert events(transcript, "say")[0].t == 30 + 5 + 60


def test_somebody_who_is_added_is_shown_while_the_telephone_rings() -> None:
    account = meeting()
    seen: list[tuple[str, str, int]] = []

    def add() -> None:
        participants = account.client.conferences("sala").participants
        participants.create(from_="+551140030015", to="+5511900000003", label="chefe")
        seen.append(
            (participants("chefe").fetch().status, participants("chefe").fetch().label, len(participants.list()))
        )
        participants("chefe").delete()

    at_half_a_minute(account, add)
    account.incoming()
    assert seen == [("queued", "chefe", 3)]
    assert account.client.calls.list(to="+5511900000003")[0].status == "canceled"


def test_what_is_not_there_is_not_found() -> None:
    account = meeting()
    requests: tuple[Callable[[], object], ...] = (
        lambda: account.client.conferences("CF" + "0" * 32).fetch(),
        lambda: account.client.conferences("sala").update(status="completed"),
        lambda: account.client.conferences("CF" + "0" * 32).participants.create(from_="+551140030015", to=AGENT),
    )
    for fetch in requests:
        with pytest.raises(TwilioRestException) as refused:
            fetch()
        assert refused.value.code == 20404
    codes: list[int] = []

    def look() -> None:
        with pytest.raises(TwilioRestException) as nobody:
            account.client.conferences("sala").participants("CA" + "0" * 32).fetch()
        codes.append(nobody.value.code)

    at_half_a_minute(account, look)
    account.incoming()
    assert codes == [20404]
