"""An account that has too many requests in hand: 429 and 20429, nothing is done, and another try succeeds."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from twilio.base.exceptions import TwilioRestException

from ivr.simulator.carrier import DEMO_ACCOUNT, DEMO_TOKEN, Carrier
from ivr.simulator.carrier_faults import NO_FAULTS, CarrierFaults
from ivr.simulator.rest.request_limit import RequestLimit
from ivr.simulator.rest.server import rest_server
from tests.simulator.rest.account import API, BASE, Account, client
from tests.webapps import WebApp


def account(faults: CarrierFaults) -> Account:
    return Account(WebApp().page("/agent", ""), carrier=Carrier(faults=faults))


def test_so_many_requests_are_refused_first_and_nothing_done() -> None:
    made = account(CarrierFaults(throttled=2))
    for _ in range(2):
        with pytest.raises(TwilioRestException) as refused:
            made.dial()
        assert (refused.value.status, refused.value.code) == (429, 20429)
    made.dial()
    assert len(made.client.calls.list()) == 1
    assert made.switchboard.refusals() == []


def test_other_faults_begin_to_count_anew() -> None:
    made = account(CarrierFaults(throttled=1))
    for _ in range(2):
        with pytest.raises(TwilioRestException):
            made.client.queues.create(friendly_name="a")
        made.switchboard.faults = replace(made.switchboard.faults)
    made.switchboard.faults = NO_FAULTS
    assert made.client.queues.list() == []


def test_every_answer_tells_how_many_requests_are_in_hand() -> None:
    made = account(NO_FAULTS)
    session = made.client.http_client.session
    for path in ("Calls.json", "Usage/Records.json", "Calls/CA1.json"):
        answer = session.get(f"{API}{BASE}/{path}", auth=(DEMO_ACCOUNT, DEMO_TOKEN))
        assert answer.headers["Twilio-Concurrent-Requests"] == "1"


def test_a_request_beyond_those_in_hand_is_refused() -> None:
    limit = RequestLimit(lambda: CarrierFaults(requests_at_once=2))
    with limit.taken() as first, limit.taken() as second, limit.taken() as third:
        limit.check(first)
        limit.check(second)
        with pytest.raises(Exception, match="Too many requests"):
            limit.check(third)
    with limit.taken() as again:
        assert again == 1


def test_requests_at_once_over_http_are_refused_and_the_others_answered() -> None:
    made = account(CarrierFaults(requests_at_once=1))
    statuses: list[int] = []
    begun = threading.Barrier(3)

    def ask(address: str) -> None:
        own = client(made.switchboard)
        own.api.base_url = address
        begun.wait()
        try:
            own.queues.list()
            statuses.append(200)
        except Exception as error:
            statuses.append(429 if "20429" in str(error) else 0)

    with rest_server(made.switchboard) as address:
        askers = [threading.Thread(target=ask, args=(address,)) for _ in range(3)]
        with made.switchboard.held():  # whoever is let in waits here, so that the others are too many
            for asker in askers:
                asker.start()
            while len(statuses) < 2:
                threading.Event().wait(0.01)
        for asker in askers:
            asker.join()
    assert sorted(statuses) == [200, 429, 429]
