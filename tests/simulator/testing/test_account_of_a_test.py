"""The fixture's account: the application under test calls its API back, and the test leads the call meanwhile."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from twilio.base.exceptions import TwilioException
from twilio.rest import Client

from ivr.simulator.carrier import DEMO_ACCOUNT, DEMO_NUMBER, DEMO_TOKEN
from ivr.simulator.testing import (
    AccountSeed,
    CalleeBehaviour,
    Telephone,
    VirtualClock,
    every_client_at,
    point_client_at,
    steps,
)

AGENT = "+5511900000001"
Answer = tuple[str, dict[str, str]]


class Shop:
    """A caller who presses 1 waits in a queue, and an agent is called who takes the caller out of it."""

    def __init__(self) -> None:
        self.app = Flask("shop")
        self.client = Client(DEMO_ACCOUNT, DEMO_TOKEN)
        self.agent = "<Dial><Queue>fila</Queue></Dial>"
        self.asks_for_usage = False
        self.app.add_url_rule("/voice", view_func=self._voice, methods=["POST"])
        self.app.add_url_rule("/chosen", view_func=self._chosen, methods=["POST"])
        self.app.add_url_rule("/agent", view_func=lambda: twiml(self.agent), methods=["POST"])

    def _voice(self) -> Answer:
        return twiml("<Gather action='/chosen' numDigits='1'><Say>tecle um</Say></Gather>")

    def _chosen(self) -> Answer:
        self.client.calls.create(to=AGENT, from_=DEMO_NUMBER, url="http://app.test/agent")
        if self.asks_for_usage:
            with pytest.raises(TwilioException):
                self.client.usage.records.list()
        return twiml("<Enqueue>fila</Enqueue><Say>até logo</Say>")


def twiml(verbs: str) -> Answer:
    return f"<Response>{verbs}</Response>", {"Content-Type": "text/xml"}


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def telephone() -> Iterator[Telephone]:
    telephone = Telephone()
    yield telephone
    telephone.hang_up()


def test_the_agent_whom_the_app_calls_takes_the_caller_out_of_the_queue(telephone: Telephone, shop: Shop) -> None:
    account = telephone.account(shop.app, callees={AGENT: CalleeBehaviour("answered", ring=4, talk=30)})
    point_client_at(shop.client, account.api)
    call = telephone.dial(shop.app).hears("tecle um").press("1").hears("até logo")
    assert call.ended
    account.finish()
    (made,) = account.calls
    assert (made.to, made.status) == (AGENT, "completed")
    (enqueued,) = [event for event in call.transcript.events if event.kind == "enqueue"]
    assert enqueued["result"] == "bridged"
    assert [one.to for one in shop.client.calls.list()] == [AGENT, DEMO_NUMBER]
    telephone.verify()


def test_the_test_looks_at_the_account_while_its_call_stands_still(telephone: Telephone, shop: Shop) -> None:
    account = telephone.account(shop.app, callees={AGENT: CalleeBehaviour("no-answer")})
    point_client_at(shop.client, account.api)
    call = telephone.dial(shop.app).press("1")
    call.queue.waits(20)
    (queue,) = shop.client.queues.list()
    (member,) = queue.members.list()
    assert (queue.friendly_name, member.wait_time) == ("fila", 20)
    shop.client.calls(member.call_sid).update(twiml="<Response><Say>mudei de ideia</Say></Response>")
    call.hears("mudei de ideia")
    telephone.hang_up()
    assert [made.status for made in account.calls] == ["no-answer"]
    telephone.verify()


def test_a_callee_may_follow_steps(telephone: Telephone, shop: Shop) -> None:
    shop.agent = "<Say>um cliente</Say>"
    account = telephone.account(shop.app, callees={AGENT: [steps.Called("answered"), steps.Hear("um cliente")]})
    with every_client_at(account.api):
        telephone.dial(shop.app).press("1")
    account.finish()
    assert [made.failures for made in account.calls] == [[]]


def test_what_the_api_refuses_fails_the_test_unless_it_is_expected(telephone: Telephone, shop: Shop) -> None:
    shop.asks_for_usage = True
    account = telephone.account(shop.app)
    point_client_at(shop.client, account.api)
    call = telephone.dial(shop.app).press("1")
    call.hang_up()
    with pytest.raises(AssertionError, match="docs/usage/api/usage-record"):
        telephone.verify()
    call.expects(0)
    telephone.verify()


def test_what_fails_in_a_call_that_the_app_made_fails_the_test(telephone: Telephone, shop: Shop) -> None:
    shop.agent = "<Nonsense"
    account = telephone.account(shop.app)
    point_client_at(shop.client, account.api)
    call = telephone.dial(shop.app).press("1")
    telephone.hang_up()
    with pytest.raises(AssertionError, match=rf"the call to \{AGENT} met error 12100"):
        telephone.verify()
    call.expects(12100)
    telephone.verify()


def test_a_seed_says_what_the_account_has(telephone: Telephone, shop: Shop) -> None:
    account = telephone.account(shop.app, seed=AccountSeed(name="Loja", callees={AGENT: CalleeBehaviour("busy")}))
    point_client_at(shop.client, account.api)
    telephone.dial(shop.app).press("1")
    telephone.hang_up()
    assert [made.status for made in account.calls] == ["busy"]
    assert shop.client.api.accounts(DEMO_ACCOUNT).fetch().friendly_name == "Loja"


def test_two_calls_of_an_account_go_by_one_clock(telephone: Telephone, shop: Shop) -> None:
    account = telephone.account(shop.app, callees={AGENT: CalleeBehaviour("busy")})
    point_client_at(shop.client, account.api)
    first = telephone.dial(shop.app).press("1")
    second = telephone.dial(shop.app, from_="+5511955550000").press("1")
    first.queue.waits(10)
    assert first.clock is second.clock is account.clock
    assert [queue.current_size for queue in shop.client.queues.list()] == [2]


def test_an_account_is_made_once_and_before_the_first_call(telephone: Telephone, shop: Shop) -> None:
    account = telephone.account(shop.app)
    with pytest.raises(ValueError, match="once, before the first call"):
        telephone.account(shop.app)
    with pytest.raises(ValueError, match="one clock"):
        telephone.dial(shop.app, clock=VirtualClock(account.clock.now()))
    other = Telephone()
    other.dial(shop.app)
    with pytest.raises(ValueError, match="once, before the first call"):
        other.account(shop.app)
    other.hang_up()
