"""Phone numbers, applications and verified callers of the account, as the vendor's client asks for them."""

from __future__ import annotations

from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException

from ivr.simulator.rest.account import (
    AccountSeed,
    ApiKey,
    AvailableNumber,
    ConfiguredWebhooks,
    OwnNumber,
    TwimlApplication,
    VerifiedCaller,
)
from tests.simulator.rest.account import AGENT, Account
from tests.webapps import CALLED, WebApp

APPLICATION = "AP" + "a" * 32
NUMBER = "PN" + "b" * 32
VERIFIED = "PN" + "c" * 32
KEY = "SK" + "d" * 32
SEED = AccountSeed(
    name="Loja",
    keys=(ApiKey(KEY, "segredo", "server"),),
    applications=(TwimlApplication(APPLICATION, "suporte", ConfiguredWebhooks(voice_url="http://app.test/agent")),),
    numbers=(
        OwnNumber(NUMBER, CALLED, "Suporte", ConfiguredWebhooks(voice_url="http://app.test/voice")),
        OwnNumber("PN" + "e" * 32, "+551140030016", kind="mobile"),
    ),
    available=(AvailableNumber("+551140030099", "BR"), AvailableNumber("+18005550100", "US", "toll-free")),
    verified=(VerifiedCaller(VERIFIED, "+5511955550000"),),
)


def refused(asked: Any) -> tuple[int, int | None]:
    with pytest.raises(TwilioRestException) as raised:
        asked()
    return raised.value.status, raised.value.code


def test_an_app_finds_its_number_and_sends_its_calls_elsewhere() -> None:
    client = Account(seed=SEED).client
    (own,) = client.incoming_phone_numbers.list(phone_number=CALLED)
    assert (own.sid, own.friendly_name, own.voice_url, own.capabilities["voice"]) == (
        NUMBER,
        "Suporte",
        "http://app.test/voice",
        True,
    )
    own.update(
        voice_url="https://novo.example.com/voz", voice_method="GET", status_callback="https://novo.example.com/s"
    )
    again = client.incoming_phone_numbers(NUMBER).fetch()
    assert (again.voice_url, again.voice_method, again.friendly_name) == (
        "https://novo.example.com/voz",
        "GET",
        "Suporte",
    )


def test_an_address_sent_empty_is_taken_away_and_one_not_sent_stays() -> None:
    account = Account(seed=SEED)
    account.client.incoming_phone_numbers(NUMBER).update(sms_url="http://app.test/sms")
    account.client.incoming_phone_numbers(NUMBER).update(voice_url="")
    own = account.client.incoming_phone_numbers(NUMBER).fetch()
    assert (own.voice_url, own.sms_url) == (None, "http://app.test/sms")


@pytest.mark.parametrize(
    ("filters", "numbers"),
    [
        ({}, ["+551140030016", CALLED]),
        ({"phone_number": "+5511400300**"}, ["+551140030016", CALLED]),
        ({"phone_number": "0016"}, ["+551140030016"]),
        ({"phone_number": "+1"}, []),
        ({"friendly_name": "Suporte"}, [CALLED]),
    ],
)
def test_numbers_are_listed_newest_first_and_filtered(filters: dict[str, str], numbers: list[str]) -> None:
    assert [one.phone_number for one in Account(seed=SEED).client.incoming_phone_numbers.list(**filters)] == numbers


def test_numbers_of_a_kind_have_lists_of_their_own() -> None:
    lists = Account(seed=SEED).client.incoming_phone_numbers
    assert [len(kind.list()) for kind in (lists.local, lists.mobile, lists.toll_free)] == [1, 1, 0]


def test_a_number_that_is_available_is_taken_on_once_and_given_back() -> None:
    client = Account(seed=SEED).client
    (found,) = client.available_phone_numbers("BR").local.list(contains="4003")
    taken = client.incoming_phone_numbers.create(phone_number=found.phone_number, voice_application_sid=APPLICATION)
    assert (taken.phone_number, taken.voice_application_sid) == ("+551140030099", APPLICATION)
    assert client.available_phone_numbers("BR").local.list() == []
    assert refused(lambda: client.incoming_phone_numbers.create(phone_number=found.phone_number)) == (400, 21422)
    assert client.calls.create(to=AGENT, from_=taken.phone_number, twiml="<Response/>").sid
    assert taken.delete()
    assert refused(lambda: client.calls.create(to=AGENT, from_=taken.phone_number, twiml="<Response/>")) == (400, 21210)
    assert refused(lambda: client.incoming_phone_numbers(taken.sid).fetch()) == (404, 20404)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({}, 21421),
        ({"phone_number": "4003-0015"}, 21421),
        ({"phone_number": "+551122223333"}, 21422),
        ({"area_code": "415"}, 21452),
        ({"phone_number": "+551140030099", "voice_url": "not an address"}, 21402),
        ({"phone_number": "+551140030099", "voice_method": "PUT"}, 21403),
        ({"phone_number": "+551140030099", "voice_application_sid": "AP" + "f" * 32}, 21218),
        ({"phone_number": "+551140030099", "friendly_name": "n" * 65}, 20001),
    ],
)
def test_a_number_that_cannot_be_taken_on_is_refused_and_stays_available(asked: dict[str, str], code: int) -> None:
    client = Account(seed=SEED).client
    assert refused(lambda: client.incoming_phone_numbers.create(**asked)) == (400, code)
    assert len(client.available_phone_numbers("BR").local.list()) == 1


def test_the_first_number_of_an_area_code_is_taken_on() -> None:
    client = Account(seed=SEED).client
    assert [one.phone_number for one in client.available_phone_numbers("US").toll_free.list(area_code="800")] == [
        "+18005550100"
    ]
    assert client.incoming_phone_numbers.create(area_code="800").phone_number == "+18005550100"


def test_applications_are_made_changed_and_deleted() -> None:
    client = Account(seed=SEED).client
    made = client.applications.create(friendly_name="vendas", voice_url="http://app.test/sales", voice_method="GET")
    assert [one.friendly_name for one in client.applications.list()] == ["vendas", "suporte"]
    assert [one.sid for one in client.applications.list(friendly_name="vendas")] == [made.sid]
    made.update(sms_url="http://app.test/sms", message_status_callback="http://app.test/m")
    again = client.applications(made.sid).fetch()
    assert (again.voice_method, again.sms_url, again.message_status_callback) == (
        "GET",
        "http://app.test/sms",
        "http://app.test/m",
    )
    assert again.delete()
    assert refused(lambda: client.applications(made.sid).fetch()) == (404, 20404)


def test_a_call_goes_by_its_application_and_not_by_the_request() -> None:
    account = Account(WebApp().page("/agent", "<Say>oi</Say>").page("/state", ""), seed=SEED)
    account.client.applications(APPLICATION).update(status_callback="http://app.test/state")
    sid = account.client.calls.create(
        to=AGENT, from_=CALLED, application_sid=APPLICATION, status_callback="http://app.test/other", method="GET"
    ).sid
    account.switchboard.run()
    assert sid
    assert [(one.method, one.path) for one in account.app.received] == [("POST", "/agent"), ("POST", "/state")]
    assert account.transcript(sid).warnings == []
    assert account.client.calls(sid).fetch().phone_number_sid == NUMBER


def test_a_call_to_an_own_number_says_that_its_webhook_is_not_asked() -> None:
    account = Account(WebApp().page("/agent", ""), seed=SEED)
    sid = account.dial(to="+551140030016", from_=CALLED)
    account.switchboard.run()
    (warning,) = account.transcript(sid).warnings
    assert (warning.code, warning.failure) == (0, True)
    assert "+551140030016 is a number of the account's" in warning.message


@pytest.mark.parametrize("sid", ["AP" + "f" * 32, "AP1"])
def test_a_call_by_an_application_that_is_none_is_refused(sid: str) -> None:
    client = Account(seed=SEED).client
    assert refused(lambda: client.calls.create(to=AGENT, from_=CALLED, application_sid=sid)) == (400, 21218)
    assert client.calls.list() == []


def test_a_call_by_an_application_without_an_address_is_refused() -> None:
    client = Account(seed=SEED).client
    client.applications(APPLICATION).update(voice_url="")
    assert refused(lambda: client.calls.create(to=AGENT, from_=CALLED, application_sid=APPLICATION)) == (400, 21218)


def test_the_account_calls_from_its_numbers_and_verified_ones_only() -> None:
    account = Account(WebApp().page("/agent", ""), seed=SEED)
    for own in (CALLED, "+551140030016", "+5511955550000"):
        assert account.dial(from_=own)
    assert refused(lambda: account.dial(from_="+551122223333")) == (400, 21210)
    assert account.client.outgoing_caller_ids(VERIFIED).delete()
    assert refused(lambda: account.dial(from_="+5511955550000")) == (400, 21210)


def test_verified_callers_are_listed_and_named() -> None:
    client = Account(seed=SEED).client
    client.outgoing_caller_ids(VERIFIED).update(friendly_name="Matriz")
    assert [(one.phone_number, one.friendly_name) for one in client.outgoing_caller_ids.list()] == [
        ("+5511955550000", "Matriz")
    ]
    assert client.outgoing_caller_ids.list(phone_number="+5511900000000") == []


def test_an_app_that_starts_finds_its_account_its_keys_and_no_addresses() -> None:
    account = Account(seed=SEED)
    own = account.client.api.accounts(account.carrier.account_sid).fetch()
    assert (own.friendly_name, own.status, own.type) == ("Loja", "active", "Full")
    assert [one.sid for one in account.client.api.accounts.list(status="closed")] == []
    assert [one.sid for one in account.client.api.accounts.list()] == [own.sid]
    assert [(one.sid, one.friendly_name) for one in account.client.keys.list()] == [(KEY, "server")]
    assert account.client.keys(KEY).fetch().friendly_name == "server"
    assert account.client.addresses.list() == []


def test_a_parameter_without_effect_is_told_where_the_calls_are() -> None:
    account = Account(seed=SEED)
    account.client.incoming_phone_numbers(NUMBER).update(trunk_sid="TK" + "1" * 32)
    (warning,) = account.switchboard.refusals()
    assert "TrunkSid is not simulated" in warning.message
