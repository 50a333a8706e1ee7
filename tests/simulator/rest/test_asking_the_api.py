"""Who may ask, how lists are paged and filtered, and what a refusal looks like.

Source: Twilio, "Twilio's request to your REST API", pagination, error dictionary.
"""

from __future__ import annotations

import json

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st
from twilio.base.exceptions import TwilioRestException

from ivr.simulator.carrier import DEMO_ACCOUNT, DEMO_TOKEN, Carrier
from ivr.simulator.carrier_faults import API_AWAY, API_LOST, CarrierFaults
from ivr.simulator.rest.app import rest_app
from ivr.simulator.rest.callees import CalleeBehaviour
from ivr.simulator.rest.in_process import InProcess
from tests.simulator.rest.account import AGENT, API, BASE, Account, client
from tests.webapps import CALLED, WebApp

OTHER = "+5511900000002"


def account(calls: int = 0) -> Account:
    made = Account(WebApp().page("/agent", "<Say>oi</Say>"), callees={OTHER: CalleeBehaviour("busy")})
    for number in range(calls):
        made.dial(to=OTHER if number % 2 else AGENT)
    made.switchboard.run()
    return made


@pytest.mark.parametrize(
    ("sid", "token", "wrong"), [("AC" + "9" * 32, DEMO_TOKEN, "account SID"), (DEMO_ACCOUNT, "senha", "auth token")]
)
def test_wrong_credentials_are_refused_without_repeating_them(sid: str, token: str, wrong: str) -> None:
    stranger = client(account().switchboard, sid, token)
    with pytest.raises(TwilioRestException, match=wrong) as refused:
        stranger.calls("CA" + "0" * 32).fetch()
    assert (refused.value.status, refused.value.code) == (401, 20003)
    assert token not in str(refused.value.msg)


def test_without_credentials_the_answer_asks_for_them() -> None:
    session = requests.Session()
    session.trust_env = False
    session.mount(API, InProcess(rest_app(account().switchboard)))
    answer = session.get(f"{API}{BASE}/Calls.json")
    assert (answer.status_code, answer.json()["code"]) == (401, 20003)
    assert answer.headers["WWW-Authenticate"].startswith("Basic")


def test_a_refusal_has_the_vendors_shape() -> None:
    made = account()
    answer = made.client.http_client.session.get(
        f"{API}{BASE}/Calls/CA{'0' * 32}.json", auth=(DEMO_ACCOUNT, DEMO_TOKEN)
    )
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json() == {
        "code": 20404,
        "message": f"The requested resource {BASE}/Calls/CA{'0' * 32}.json was not found",
        "more_info": "https://www.twilio.com/docs/errors/20404",
        "status": 404,
    }


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", f"{BASE}/Messages/SM1/Media.json", 501, 0),
        ("POST", "/v1/Services", 501, 0),
        ("GET", "/2010-04-01/Accounts/ACother/Calls.json", 404, 20404),
        ("PUT", f"{BASE}/Calls.json", 501, 0),
        ("DELETE", f"{BASE}/Calls/CA1.json", 501, 0),
    ],
)
def test_what_is_not_simulated_says_so(method: str, path: str, status: int, code: int) -> None:
    session = account().client.http_client.session
    answer = session.request(method, API + path, auth=(DEMO_ACCOUNT, DEMO_TOKEN))
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_calls_are_listed_newest_first_and_filtered() -> None:
    made = account(calls=4)
    calls = made.client.calls
    assert [one.to for one in calls.list()] == [OTHER, AGENT, OTHER, AGENT]
    assert [one.status for one in calls.list(to=OTHER)] == ["busy", "busy"]
    assert len(calls.list(status="completed")) == 2
    assert len(calls.list(from_=CALLED, status="busy", to=OTHER)) == 2
    assert calls.list(from_=AGENT) == []
    assert calls.list(status="in-progress") == []
    assert calls.list(parent_call_sid="CA" + "0" * 32) == []


def test_calls_are_filtered_by_the_day_of_their_beginning() -> None:
    made = account(calls=2)
    found = {
        query: len(
            made.client.http_client.session.get(
                f"{API}{BASE}/Calls.json?{query}", auth=(DEMO_ACCOUNT, DEMO_TOKEN)
            ).json()["calls"]
        )
        for query in ("StartTime=2026-03-10", "StartTime>=2026-03-10", "StartTime<=2026-03-09", "StartTime=2026-03-11")
    }
    assert list(found.values()) == [1, 1, 0, 0]  # the busy one never began


def test_a_date_that_is_none_is_refused() -> None:
    answer = account().client.http_client.session.get(
        f"{API}{BASE}/Calls.json?StartTime=ontem", auth=(DEMO_ACCOUNT, DEMO_TOKEN)
    )
    assert (answer.status_code, answer.json()["code"]) == (400, 20001)


@settings(max_examples=25)
@given(total=st.integers(0, 12), size=st.integers(1, 5))
def test_the_pages_of_a_list_hold_each_resource_once_in_its_order(total: int, size: int) -> None:
    made = account(calls=total)
    everything = [one["sid"] for one in _pages(made, size=1000)]
    assert len(everything) == total
    assert [one["sid"] for one in _pages(made, size=size)] == everything
    assert [one.sid for one in made.client.calls.list(page_size=size)] == everything


def test_a_page_tells_where_its_neighbours_are() -> None:
    made = account(calls=5)
    page = made.client.calls.page(page_size=2, page_number=1)
    payload = json.loads(json.dumps(page._payload))
    assert (payload["page"], payload["page_size"], payload["start"], payload["end"]) == (1, 2, 2, 3)
    assert "PageSize=2&Page=2&PageToken=PACA" in payload["next_page_uri"]
    assert "PageSize=2&Page=0&PageToken=PBCA" in payload["previous_page_uri"]
    last = page.next_page()
    assert last is not None
    assert len(list(last)) == 1
    assert last.next_page() is None


def _pages(made: Account, size: int) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    path = f"{BASE}/Calls.json?PageSize={size}"
    while path:
        answer = made.client.http_client.session.get(API + path, auth=(DEMO_ACCOUNT, DEMO_TOKEN)).json()
        found += answer["calls"]
        path = answer["next_page_uri"]
    return found


def test_an_api_that_is_away_does_nothing_and_says_so() -> None:
    account = Account(carrier=Carrier(faults=CarrierFaults(api=API_AWAY)))
    for ask in (account.dial, account.client.conferences("sala").fetch):
        with pytest.raises(TwilioRestException) as refused:
            ask()
        assert (refused.value.status, refused.value.code) == (503, 20503)
    assert account.switchboard.calls() == []


def test_an_answer_that_is_lost_leaves_done_what_was_asked_for() -> None:
    account = Account(carrier=Carrier(faults=CarrierFaults(api=API_LOST)))
    with pytest.raises(TwilioRestException) as lost:
        account.dial()
    assert (lost.value.status, lost.value.code) == (500, 20500)
    assert [one.to for one in account.client.calls.list()] == [AGENT]
