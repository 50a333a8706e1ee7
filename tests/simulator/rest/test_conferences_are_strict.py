"""What a conference refuses, ignores or tells otherwise than one would wish, row by row of the guide's table.

Sources: Twilio's <Conference> page and error dictionary (16025, 16027, 16028, 13240); its staff, in public, on flags of
participants on hold.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException

from ivr.simulator.carrier import Carrier
from ivr.simulator.carrier_faults import CarrierFaults
from ivr.simulator.rest.callees import CalleeBehaviour
from tests.simulator.rest.account import AGENT, Account
from tests.webapps import CALL_SID, WebApp, codes, events, said

TIMER = "+5511900000008"
EVENTS = "statusCallback='/{}' statusCallbackEvent='start end join leave mute hold modify'"


def room(attributes: str, after: str, name: str = "sala") -> str:
    return f"<Dial action='/after-{after}'><Conference {attributes}>{name}</Conference></Dial><Say>fora</Say>"


def meeting(
    caller: str = "",
    agent: str = "",
    *,
    talk: float = 60,
    faults: CarrierFaults | None = None,
    act: Callable[[Account], object] | None = None,
) -> Account:
    """A caller and, 5 seconds later, an agent who talks; at 30 seconds the application does ``act``."""
    app = WebApp().page("/voice", room(caller, "caller")).page("/agent", room(agent, "agent"))
    app.page("/after-caller", "<Say>acabou</Say>").page("/after-agent", "").page("/timer", "")
    app.page("/events", "").page("/others", "")
    callees = {AGENT: CalleeBehaviour(talk=talk), TIMER: CalleeBehaviour(ring=30)}
    account = Account(app, callees, carrier=Carrier(calls_per_second=math.inf, faults=faults or CarrierFaults()))
    account.when("/voice", lambda: (account.dial(), account.dial(to=TIMER, url="http://app.test/timer")))
    if act:
        account.when("/timer", lambda: act(account))
    return account


def participant(account: Account, sid: str = CALL_SID) -> Any:
    return account.client.conferences("sala").participants(sid)


def agents_sid(account: Account) -> str:
    sid: str = account.client.calls.list(to=AGENT)[0].sid
    return sid


def told(account: Account, path: str = "/events") -> list[str]:
    return [one.form["StatusCallbackEvent"] for one in account.app.to(path)]


def test_a_second_participant_of_one_label_goes_on_with_the_next_verb() -> None:
    account = meeting("participantLabel='um'", "participantLabel='um'")
    account.incoming()
    agent = account.transcript(agents_sid(account))
    assert (codes(agent), said(agent)) == ([16025], ["fora"])
    assert events(agent, "dial")[0]["outcome"] == "failed"
    assert account.app.to("/after-agent") == []


def test_a_label_is_free_again_when_its_participant_has_left() -> None:
    account = meeting("participantLabel='um'", "participantLabel='dois'", talk=10)
    account.when("/after-agent", lambda: account.dial(to="+5511900000003"))
    account.incoming()
    again = account.transcript(account.client.calls.list(to="+5511900000003")[0].sid)
    assert codes(again) == []


def test_the_first_participants_callback_and_events_are_the_conferences() -> None:
    first = "statusCallback='/events' statusCallbackEvent='join'"
    account = meeting(first, EVENTS.format("others"))
    account.incoming()
    assert told(account) == ["participant-join", "participant-join"]
    assert account.app.to("/others") == []


def test_a_first_participant_without_a_callback_leaves_the_others_unheard() -> None:
    account = meeting("", EVENTS.format("events"))
    account.incoming()
    assert told(account) == []


def test_the_region_is_that_of_the_first_who_names_one() -> None:
    seen: list[tuple[str, int]] = []

    def look(account: Account) -> None:
        seen.extend(
            (one.region, len(account.client.conferences(one.sid).participants.list()))
            for one in account.client.conferences.list()
        )

    meeting("", "region='br1'", act=look).incoming()
    meeting("region='br1'", "region='us1'", act=look).incoming()
    assert seen == [("br1", 2), ("br1", 2)]


def test_two_regions_of_one_name_can_be_two_conferences() -> None:
    seen: list[tuple[str, str, str]] = []

    def look(account: Account) -> None:
        seen.extend((one.region, one.status, one.sid) for one in account.client.conferences.list(friendly_name="sala"))

    account = meeting("region='br1'", "", faults=CarrierFaults(regions_apart=True), act=look)
    account.when("/timer", lambda: account.client.calls(CALL_SID).update(status="completed"))
    account.incoming()
    assert [one[:2] for one in seen] == [("us1", "init"), ("br1", "init")]
    assert seen[0][2] != seen[1][2]


def test_who_leaves_without_the_flag_leaves_the_last_one_alone() -> None:
    account = meeting(talk=60, agent="endConferenceOnExit='false'")
    account.when("/after-agent", lambda: account.dial(to="+5511900000003", url="http://app.test/timer"))
    seen: list[str] = []
    account.when("/timer", lambda: seen.append("at 30 s"))
    account.when("/timer", lambda: seen.append(account.client.conferences("sala").fetch().status))
    account.when("/after-caller", lambda: seen.append("after"))
    account.when("/timer", lambda: account.client.calls(CALL_SID).update(status="completed"))
    account.incoming()
    assert seen[:2] == ["at 30 s", "in-progress"]


def test_a_name_whose_conference_is_over_begins_a_new_one() -> None:
    account = meeting(agent="endConferenceOnExit='true'", talk=10)
    account.when("/after-caller", lambda: account.dial(to="+5511900000003"))
    account.incoming()
    sids = [one.sid for one in account.client.conferences.list(friendly_name="sala")]
    assert len(set(sids)) == len(sids) == 2


def test_the_end_flag_of_a_participant_on_hold_is_answered_and_not_applied() -> None:
    seen: list[tuple[bool, bool]] = []

    def flag(account: Account) -> None:
        participant(account).update(hold=True)
        for change in ({"end_conference_on_exit": True}, {"hold": False}, {"end_conference_on_exit": True}):
            answer = participant(account).update(**change)
            seen.append((answer.hold, answer.end_conference_on_exit))

    account = meeting(EVENTS.format("events"), act=flag)
    account.incoming()
    assert seen == [(True, False), (False, False), (False, True)]
    assert told(account)[3:6] == ["participant-hold", "participant-unhold", "participant-modify"]


def test_nobody_can_whisper_to_who_is_on_hold_or_absent() -> None:
    refused: list[int] = []

    def coach(account: Account) -> None:
        agent = agents_sid(account)
        for sid in (CALL_SID, agent, CALL_SID):
            participant(account, agent).update(hold=sid == CALL_SID)
            try:
                participant(account).update(coaching=True, call_sid_to_coach=agent)
            except TwilioRestException as error:
                refused.append(error.code)
        with pytest.raises(TwilioRestException) as absent:
            participant(account).update(coaching=True, call_sid_to_coach="CA" + "9" * 32)
        refused.append(absent.value.code)

    meeting(act=coach).incoming()
    assert refused == [16027, 16027, 16028]


def test_a_document_that_coaches_somebody_absent_goes_to_the_action_13240() -> None:
    account = meeting(agent=f"coach='CA{'9' * 32}'")
    account.incoming()
    agent = account.transcript(agents_sid(account))
    assert codes(agent) == [13240]
    assert account.app.to("/after-agent")[0].form["DialCallStatus"] == "failed"


def test_a_document_that_coaches_somebody_who_talks_lets_the_coach_in() -> None:
    account = meeting()
    account.app.page("/timer", room(f"coach='{CALL_SID}'", "coach"))
    account.app.page("/after-coach", "")
    seen: list[tuple[bool, str]] = []

    def look() -> None:
        coach = participant(account, account.client.calls.list(to=TIMER)[0].sid).fetch()
        seen.append((coach.coaching, coach.call_sid_to_coach))

    account.when("/after-agent", look)
    account.incoming()
    assert seen == [(True, CALL_SID)]


def hold_for_a_while(account: Account) -> None:
    participant(account).update(hold=True)
    participant(account).update(hold=False)


def test_an_event_that_is_lost_keeps_its_number() -> None:
    faults = CarrierFaults(lost=frozenset({"participant-hold"}))
    account = meeting(EVENTS.format("events"), faults=faults, act=hold_for_a_while)
    account.incoming()
    numbers = [one.form["SequenceNumber"] for one in account.app.to("/events")]
    assert told(account)[3] == "participant-unhold"
    assert numbers == ["0", "1", "2", "4", "5", "6", "7"]


def test_an_event_that_is_late_comes_after_the_one_that_follows() -> None:
    faults = CarrierFaults(late=frozenset({"participant-hold"}))
    account = meeting(EVENTS.format("events"), faults=faults, act=hold_for_a_while)
    account.incoming()
    assert told(account)[3:5] == ["participant-unhold", "participant-hold"]
    assert [one.form["SequenceNumber"] for one in account.app.to("/events")][3:5] == ["4", "3"]


def test_a_late_event_with_none_behind_it_comes_at_the_end() -> None:
    faults = CarrierFaults(late=frozenset({"conference-end"}))
    account = meeting(EVENTS.format("events"), faults=faults)
    account.incoming()
    assert told(account)[-1] == "conference-end"
