"""Queues.json and their Members.json.

Sources: Twilio, Queue resource and Queue Member resource; <Enqueue>, QueueResult.
"""

from __future__ import annotations

import math

import pytest
from twilio.base.exceptions import TwilioRestException

from ivr.simulator.carrier import Carrier
from ivr.simulator.carrier_faults import CarrierFaults
from ivr.simulator.phones import steps
from ivr.simulator.rest.callees import CalleeBehaviour, CalleePhone
from tests.simulator.rest.account import AGENT, Account
from tests.webapps import CALL_SID, WebApp, ended_by, events, said

THIRD = "+5511900000002"
SERVES = "<Response><Dial action='http://app.test/served'><Queue>suporte</Queue></Dial></Response>"


def queueing_app() -> WebApp:
    app = WebApp().page("/voice", '<Enqueue waitUrl="/wait" action="/left">suporte</Enqueue>')
    app.page("/wait", "<Say>aguarde</Say><Pause length='30'/>").page("/agent", "<Say>oi</Say>").page("/status", "")
    app.page("/left", "<Say>até logo</Say>").page("/served", "").page("/elsewhere", "<Say>em outro lugar</Say>")
    return app


def test_a_queue_exists_from_its_first_caller_on_as_the_webhook_was_told() -> None:
    account = Account(queueing_app())
    seen: list[tuple[str, str, int, int]] = []
    account.when(
        "/wait",
        lambda: seen.extend(
            (one.sid, one.friendly_name, one.current_size, one.max_size) for one in account.client.queues.list()
        ),
    )
    assert account.client.queues.list() == []
    account.incoming(steps.HangUp())
    assert seen == [(account.app.to("/wait")[0].form["QueueSid"], "suporte", 1, 1000)]
    assert account.client.queues(seen[0][0]).fetch().current_size == 0


def test_members_stand_in_the_order_of_their_coming() -> None:
    account = Account(queueing_app(), callees={THIRD: CalleeBehaviour(ring=12)})
    seen: list[tuple[str, int, int]] = []
    calls: list[str] = []

    def look() -> None:
        queue = account.client.queues.list()[0]
        standing = account.client.queues(queue.sid).members
        seen.extend((one.call_sid, one.position, one.wait_time) for one in standing.list())
        assert standing("Front").fetch().call_sid == CALL_SID
        assert standing(calls[0]).fetch().position == 2
        assert queue.average_wait_time == (17 + 12) // 2

    account.when("/wait", lambda: calls.append(account.dial(url="http://app.test/voice")))
    account.when("/wait", lambda: account.dial(to=THIRD))
    account.when("/agent", look)
    account.incoming(steps.InQueue("wait", seconds=30), steps.HangUp())
    assert seen == [(CALL_SID, 1, 17), (calls[0], 2, 12)]


def test_the_wait_document_is_told_who_else_stands_in_the_queue() -> None:
    account = Account(queueing_app())
    account.when("/wait", lambda: account.dial(url="http://app.test/voice"))
    account.incoming(steps.InQueue("wait", seconds=40), steps.HangUp())
    told = [(one.form["QueuePosition"], one.form["CurrentQueueSize"]) for one in account.app.to("/wait")]
    assert told[:3] == [("1", "1"), ("2", "2"), ("1", "2")]
    assert account.app.to("/wait")[2].form["AvgQueueTime"] == str((30 + 25) // 2)


def test_an_agent_whom_the_app_calls_gets_the_caller_who_waits() -> None:
    account = Account(queueing_app(), callees={AGENT: CalleeBehaviour(ring=8, talk=45)})
    agent: list[str] = []
    account.when("/wait", lambda: agent.append(account.dial(twiml=SERVES)))
    transcript = account.incoming()
    left = account.app.to("/left")[0].form
    assert (left["QueueResult"], left["QueueTime"]) == ("bridged", "8")
    assert events(transcript, "say")[0]["text"] == "aguarde"
    assert events(transcript, "request")[-1].t == 8 + 45
    served = account.app.to("/served")[0].form
    assert (served["DialCallStatus"], served["DialCallDuration"]) == ("completed", "45")
    assert account.client.calls(agent[0]).fetch().duration == "45"


def test_the_agent_goes_on_when_the_caller_hangs_up() -> None:
    account = Account(queueing_app(), callees={AGENT: CalleeBehaviour(talk=600)})
    account.when("/wait", lambda: account.dial(twiml=SERVES))
    account.app.page("/served", "<Say>próximo</Say>")
    transcript = account.incoming(phone=CalleePhone(CalleeBehaviour(talk=20)))
    assert (ended_by(transcript), transcript.duration) == ("caller", 25)
    assert account.app.to("/left")[0].form["QueueResult"] == "bridged"
    served = account.app.to("/served")[0].form
    assert (served["DialCallDuration"], served["CallStatus"]) == ("20", "in-progress")


def test_an_agent_who_finds_the_queue_empty_waits_for_the_next_caller() -> None:
    account = Account(queueing_app(), callees={AGENT: CalleeBehaviour(ring=0)})
    agent = account.dial(twiml=SERVES)
    account.dial(to=THIRD, url="http://app.test/voice")
    account.switchboard.run()
    assert account.app.to("/left")[0].form["QueueResult"] == "bridged"
    dial = events(account.transcript(agent), "dial")[0]
    assert (dial["outcome"], dial["seconds"]) == ("answered", 60)


def test_a_member_is_dequeued_to_a_document_and_the_action_hears_of_it() -> None:
    account = Account(queueing_app())

    def dequeue() -> None:
        queue = account.client.queues.list()[0]
        member = account.client.queues(queue.sid).members("Front").update(url="http://app.test/elsewhere")
        assert (member.call_sid, member.position, member.wait_time) == (CALL_SID, 1, 5)

    account.when("/wait", account.dial)
    account.when("/agent", dequeue)
    transcript = account.incoming()
    left = account.app.to("/left")[0].form
    assert (left["QueueResult"], left["QueueTime"], left["CallStatus"]) == ("redirected", "5", "in-progress")
    assert said(transcript) == ["aguarde", "em outro lugar"]
    assert events(transcript, "enqueue")[0]["result"] == "redirected"


def test_a_caller_sent_elsewhere_during_the_talk_leaves_the_agent_alone() -> None:
    account = Account(
        queueing_app(), callees={AGENT: CalleeBehaviour(ring=5, talk=600), THIRD: CalleeBehaviour(ring=20)}
    )
    account.when("/wait", lambda: account.dial(twiml=SERVES))
    account.when("/voice", lambda: account.dial(to=THIRD))
    account.when("/agent", lambda: account.client.calls(CALL_SID).update(url="http://app.test/elsewhere"))
    transcript = account.incoming()
    assert account.app.to("/left")[0].form["QueueResult"] == "redirected-from-bridged"
    assert said(transcript)[-1] == "em outro lugar"
    assert account.app.to("/served")[0].form["DialCallDuration"] == "15"


def test_a_queue_is_made_before_its_first_caller_and_deleted_when_empty() -> None:
    account = Account(queueing_app())
    queue = account.client.queues.create(friendly_name="suporte", max_size=5)
    assert (queue.friendly_name, queue.max_size, queue.current_size) == ("suporte", 5, 0)
    with pytest.raises(TwilioRestException) as refused:
        account.client.queues.create(friendly_name="suporte")
    assert refused.value.code == 22003
    codes: list[int] = []

    def delete() -> None:
        with pytest.raises(TwilioRestException) as full:
            account.client.queues(queue.sid).delete()
        codes.append(full.value.code)

    account.when("/wait", delete)
    account.incoming(steps.HangUp())
    assert codes == [22004]
    assert account.client.queues(queue.sid).delete()
    assert account.client.queues.list() == []


def test_an_absent_member_is_not_found_and_dequeuing_needs_an_address() -> None:
    account = Account(queueing_app())
    queue = account.client.queues.create(friendly_name="suporte")
    for sid, front in ((queue.sid, "Front"), (queue.sid, CALL_SID), ("QU" + "0" * 32, "Front")):
        with pytest.raises(TwilioRestException) as refused:
            account.client.queues(sid).members(front).update(url="http://app.test/elsewhere")
        assert (refused.value.status, refused.value.code) == (404, 20404)
    codes: list[int] = []

    def dequeue() -> None:
        with pytest.raises(TwilioRestException) as nowhere:
            account.client.queues(queue.sid).members("Front").update(url="")
        codes.append(nowhere.value.code)

    account.when("/wait", dequeue)
    account.incoming(steps.HangUp())
    assert codes == [21205]


@pytest.mark.parametrize(("faults", "status"), [(CarrierFaults(), 400), (CarrierFaults(gone_member=404), 404)])
def test_a_member_is_dequeued_once_and_then_refused(faults: CarrierFaults, status: int) -> None:
    account = Account(queueing_app(), carrier=Carrier(calls_per_second=math.inf, faults=faults))
    answers: list[int] = []

    def dequeue() -> None:
        queue = account.client.queues.list()[0]
        account.client.queues(queue.sid).members(CALL_SID).update(url="http://app.test/elsewhere")
        with pytest.raises(TwilioRestException) as again:
            account.client.queues(queue.sid).members(CALL_SID).update(url="http://app.test/elsewhere")
        answers.append(again.value.status)

    account.when("/wait", account.dial)
    account.when("/agent", dequeue)
    transcript = account.incoming()
    assert answers == [status]
    assert said(transcript) == ["aguarde", "em outro lugar"]


def test_the_action_of_a_dequeued_caller_is_asked_and_not_performed() -> None:
    account = Account(queueing_app())

    def dequeue() -> None:
        account.client.queues(account.client.queues.list()[0].sid).members(CALL_SID).update(
            url="http://app.test/elsewhere"
        )

    account.when("/wait", account.dial)
    account.when("/agent", dequeue)
    transcript = account.incoming()
    assert [one.path for one in account.app.received][-2:] == ["/left", "/elsewhere"]
    assert account.app.to("/left")[0].form["QueueResult"] == "redirected"
    assert said(transcript) == ["aguarde", "em outro lugar"]


def test_the_action_of_a_dequeued_caller_can_be_what_is_performed() -> None:
    account = Account(
        queueing_app(), carrier=Carrier(calls_per_second=math.inf, faults=CarrierFaults(action_performed=True))
    )

    def dequeue() -> None:
        account.client.queues(account.client.queues.list()[0].sid).members(CALL_SID).update(
            url="http://app.test/elsewhere"
        )

    account.when("/wait", account.dial)
    account.when("/agent", dequeue)
    assert said(account.incoming()) == ["aguarde", "até logo"]


def test_a_full_queue_takes_nobody_and_the_action_hears_of_it() -> None:
    account = Account(queueing_app())
    account.client.queues.create(friendly_name="suporte", max_size=1)
    account.when("/wait", lambda: account.dial(to=THIRD, url="http://app.test/voice"))
    account.app.page("/left", "<Say>cheia</Say>")
    account.incoming(steps.InQueue("wait", seconds=30), steps.HangUp())
    refused = account.transcript(account.client.calls.list(to=THIRD)[0].sid)
    assert events(refused, "enqueue")[0]["result"] == "queue-full"
    assert (account.app.to("/left")[0].form["QueueResult"], said(refused)) == ("queue-full", ["cheia"])


def test_a_queue_holds_five_thousand_at_the_most() -> None:
    with pytest.raises(TwilioRestException) as refused:
        Account(queueing_app()).client.queues.create(friendly_name="suporte", max_size=5001)
    assert refused.value.code == 20001
