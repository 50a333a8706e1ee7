"""POST Calls.json: the application makes a call.

Source: Twilio, Call resource, "Create a Call".
"""

from __future__ import annotations

from email.utils import parsedate_to_datetime

import pytest
from twilio.base.exceptions import TwilioRestException

from ivr.simulator.carrier import Carrier
from ivr.simulator.phones import steps
from ivr.simulator.phones.steps import Outcome
from ivr.simulator.rest.callees import CalleeBehaviour
from tests.simulator.rest.account import AGENT, Account
from tests.webapps import CALLED, ENTRY, WebApp, codes, said


def agent_app() -> WebApp:
    app = WebApp().page("/agent", "<Say>ligação para você</Say>")
    return app.page("/status", "")


def test_the_call_is_queued_rings_is_answered_and_performs_its_document() -> None:
    account = Account(agent_app())
    created = account.client.calls.create(to=AGENT, from_=CALLED, url="http://app.test/agent")
    assert (created.status, created.direction, created.start_time) == ("queued", "outbound-api", None)
    account.switchboard.run()
    form = account.app.last.form
    assert (form["CallSid"], form["Direction"], form["CallStatus"]) == (created.sid, "outbound-api", "in-progress")
    assert (form["To"], form["From"]) == (AGENT, CALLED)
    assert said(account.transcript(created.sid)) == ["ligação para você"]
    call = account.client.calls(created.sid).fetch()
    assert (call.status, call.duration, call.to, call._from) == ("completed", "2", AGENT, CALLED)
    assert (call.start_time - call.date_created).total_seconds() == 5


def test_the_chosen_events_are_told_as_they_come() -> None:
    account = Account(agent_app())
    account.dial(
        status_callback="http://app.test/status",
        status_callback_event=["initiated", "ringing", "answered", "completed"],
    )
    account.switchboard.run()
    told = [one.form for one in account.app.to("/status")]
    assert [form["CallStatus"] for form in told] == ["initiated", "ringing", "in-progress", "completed"]
    assert [form["SequenceNumber"] for form in told] == ["0", "1", "2", "3"]
    assert told[3]["CallDuration"] == "2"


def test_events_may_stand_in_one_field_and_without_any_the_end_is_told() -> None:
    account = Account(agent_app())
    account.dial(status_callback="http://app.test/status?events", status_callback_event="ringing answered")
    account.dial(status_callback="http://app.test/status")
    account.switchboard.run()
    told = [(one.url.partition("?")[2], one.form["CallStatus"]) for one in account.app.to("/status")]
    assert sorted(told) == [("", "completed"), ("events", "in-progress"), ("events", "ringing")]


def test_an_event_that_there_is_not_is_a_warning_in_the_call() -> None:
    account = Account(agent_app())
    sid = account.dial(status_callback="http://app.test/status", status_callback_event=["hungup"])
    assert codes(account.transcript(sid)) == [21626]


@pytest.mark.parametrize(
    ("outcome", "seconds"), [("busy", 1.0), ("no-answer", 25.0), ("failed", 0.0), ("canceled", 1.0)]
)
def test_a_callee_who_does_not_answer_ends_the_call_before_any_document(outcome: Outcome, seconds: float) -> None:
    account = Account(agent_app(), callees={AGENT: CalleeBehaviour(outcome)})
    sid = account.dial(timeout=20, status_callback="http://app.test/status")
    account.switchboard.run()
    call = account.client.calls(sid).fetch()
    assert (call.status, call.duration, call.start_time) == (outcome, None, None)
    assert account.transcript(sid).duration == seconds
    assert [one.path for one in account.app.received] == ["/status"]
    assert (account.app.last.form["CallStatus"], account.app.last.form["CallDuration"]) == (outcome, "0")


@pytest.mark.parametrize(("timeout", "seconds"), [(1, 10.0), (5, 10.0), (60, 65.0)])
def test_a_call_rings_for_five_seconds_at_least_and_five_more(timeout: int, seconds: float) -> None:
    account = Account(agent_app(), callees={AGENT: CalleeBehaviour("no-answer")})
    sid = account.dial(timeout=timeout)
    account.switchboard.run()
    assert account.transcript(sid).duration == seconds


def test_calls_of_one_second_wait_for_their_turn_in_the_queue() -> None:
    account = Account(agent_app(), carrier=Carrier())
    account.app.page("/status", "")
    options = {"status_callback": "http://app.test/status", "status_callback_event": ["initiated"]}
    sids = [account.dial(**options) for _ in range(3)]
    assert [account.client.calls(sid).fetch().status for sid in sids] == ["queued"] * 3
    account.switchboard.run()
    began = [parsedate_to_datetime(one.form["Timestamp"]) for one in account.app.to("/status")]
    assert [(moment - began[0]).seconds for moment in began] == [0, 1, 2]


def test_an_account_may_make_more_calls_a_second() -> None:
    account = Account(agent_app(), carrier=Carrier(calls_per_second=4))
    sids = [account.dial() for _ in range(5)]
    account.switchboard.run()
    assert [account.transcript(sid).duration for sid in sids][-1] - account.transcript(sids[0]).duration == 1.0


def test_the_turn_of_a_call_that_is_canceled_is_the_next_ones() -> None:
    account = Account(agent_app(), carrier=Carrier())
    sids = [account.dial() for _ in range(4)]
    for sid in sids[1:3]:
        account.client.calls(sid).update(status="canceled")
    account.switchboard.run()
    assert account.transcript(sids[3]).duration - account.transcript(sids[0]).duration == 1.0
    assert [account.transcript(sid).duration for sid in sids[1:3]] == [0, 0]


def test_a_call_that_waits_for_its_turn_can_be_canceled_and_never_rings() -> None:
    account = Account(agent_app(), carrier=Carrier())
    options = {"status_callback": "http://app.test/status", "status_callback_event": ["initiated", "completed"]}
    account.app.page("/status", "")
    first, second = account.dial(), account.dial(**options)
    account.client.calls(second).update(status="canceled")
    account.switchboard.run()
    assert account.client.calls(second).fetch().status == "canceled"
    assert [one.form["CallStatus"] for one in account.app.to("/status")] == ["canceled"]
    assert account.client.calls(first).fetch().status == "completed"


def test_a_callee_can_be_somebody_who_follows_steps() -> None:
    app = WebApp().page("/agent", '<Gather numDigits="1" action="/choice"><Say>um para aceitar</Say></Gather>')
    account = Account(app.page("/choice", ""), callees={AGENT: [steps.Callee("answered"), steps.Press("1")]})
    account.dial()
    account.switchboard.run()
    assert account.app.last.form["Digits"] == "1"


def test_a_document_may_come_with_the_request_and_an_address_counts_more() -> None:
    account = Account(agent_app())
    alone = account.dial(twiml="<Response><Say>direto</Say></Response>")
    both = account.dial(twiml="<Response><Say>direto</Say></Response>", url="http://app.test/agent")
    account.switchboard.run()
    assert said(account.transcript(alone)) == ["direto"]
    assert said(account.transcript(both)) == ["ligação para você"]


def test_method_and_fallback_are_those_of_the_request() -> None:
    account = Account(WebApp().page("/rescue", "<Say>reserva</Say>"))
    sid = account.dial(method="GET", fallback_url="http://app.test/rescue", fallback_method="GET")
    account.switchboard.run()
    assert [(one.method, one.path) for one in account.app.received] == [("GET", "/agent"), ("GET", "/rescue")]
    assert said(account.transcript(sid)) == ["reserva"]


def test_what_has_no_effect_here_is_accepted_with_a_warning() -> None:
    account = Account(agent_app())
    sid = account.dial(byoc="BY" + "0" * 32, call_token="x")
    warnings = account.transcript(sid).warnings
    assert [name for name in ("Byoc", "CallToken") for one in warnings if name in one.message] == [
        "Byoc",
        "CallToken",
    ]
    assert {(one.code, one.failure) for one in warnings} == {(0, True)}


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"to": ""}, 21201),
        ({"to": "0800"}, 21211),
        ({"from_": ""}, 21213),
        ({"from_": "ana"}, 21212),
        ({"url": ""}, 21205),
        ({"url": "app.test/agent"}, 21205),
        ({"url": "", "application_sid": "AP" + "0" * 32}, 21218),
        ({"timeout": 0}, 21208),
        ({"method": "PUT"}, 21209),
        ({"status_callback": "ftp://app.test"}, 21609),
    ],
)
def test_a_request_that_makes_no_call_is_refused_with_the_vendors_number(options: dict[str, object], code: int) -> None:
    account = Account(agent_app())
    with pytest.raises(TwilioRestException) as refused:
        account.client.calls.create(**{"to": AGENT, "from_": CALLED, "url": "http://app.test/agent", **options})
    assert (refused.value.status, refused.value.code) == (400, code)
    assert account.client.calls.list() == []


def test_a_webhook_can_make_a_call_while_its_own_call_waits_for_the_answer() -> None:
    account = Account(agent_app().page("/voice", "<Say>um momento</Say><Pause length='30'/>"))
    account.when("/voice", account.dial)
    transcript = account.incoming()
    assert [one.url for one in account.app.received] == [ENTRY, "http://app.test/agent"]
    assert transcript.status == "completed"
    outgoing, incoming = account.client.calls.list()
    assert (outgoing.direction, incoming.direction) == ("outbound-api", "inbound")
    assert outgoing.date_created == incoming.date_created
    assert (outgoing.start_time - incoming.start_time).total_seconds() == 5
