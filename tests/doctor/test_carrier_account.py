"""The account is looked at over the API, by GET alone: the simulated one, and a small one that can be anything."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ivr.doctor.carrier_account import CarrierAccount, DialledNumbers
from ivr.doctor.examined import Examined
from ivr.doctor.get_only import GetOnly
from ivr.settings import Settings
from tests.doctor.stub_server import Answer, StubServer, stub_server

pytestmark = pytest.mark.network

ACCOUNT = "AC" + "1" * 32
TOKEN = "canary of the token"
PUBLIC = "https://line.example.com"
NUMBER = "+551140030015"
LINE = DialledNumbers("4003-0015", NUMBER, ["+551150900101", "+525550220016"], ["suporte", "vendas"])
BASE = f"/2010-04-01/Accounts/{ACCOUNT}"

Api = dict[str, Any]


def api() -> Api:
    """An account at which nothing is wrong."""
    return {
        f"{BASE}.json": {"sid": ACCOUNT, "status": "active", "type": "Full"},
        f"{BASE}/IncomingPhoneNumbers.json": {
            "incoming_phone_numbers": [
                {
                    "phone_number": NUMBER,
                    "voice_url": f"{PUBLIC}/twilio/voice",
                    "voice_method": "POST",
                    "voice_fallback_url": "https://handler.twilio.com/twiml/EH1",
                    "status_callback": f"{PUBLIC}/twilio/status",
                    "status_callback_method": "POST",
                    "capabilities": {"voice": True},
                }
            ]
        },
        f"{BASE}/OutgoingCallerIds.json": {"outgoing_caller_ids": []},
        f"{BASE}/Queues.json": {"queues": [{"friendly_name": "suporte", "max_size": 1000}]},
        "/v1/DialingPermissions/Countries/BR": {"low_risk_numbers_enabled": True},
        "/v1/DialingPermissions/Countries/MX": {"low_risk_numbers_enabled": True},
    }


def answering(resources: Api) -> Callable[[str, dict[str, str]], Answer]:
    expected = "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()

    def answer(path: str, headers: dict[str, str]) -> Answer:
        if headers.get("authorization") != expected:
            return 401, {}, b'{"code": 20003}'
        found = resources.get(path.partition("?")[0])
        if found is None:
            return 404, {}, b'{"code": 20404}'
        return (found, {}, b"") if isinstance(found, int) else (200, {}, json.dumps(found).encode())

    return answer


def look(resources: Api, token: str = TOKEN, rate: int = 1) -> tuple[dict[tuple[str, str], Examined], StubServer]:
    with stub_server(answering(resources)) as stub:
        settings = Settings("sqlite://", b"k" * 32, Path("flows"), PUBLIC, ACCOUNT, token, calls_per_second=rate)
        account = CarrierAccount(settings, GetOnly(seconds=3), stub.url, datetime.now(UTC))
        return {(each.check, each.where): each for each in account.look([LINE])}, stub


def number(resources: Api) -> dict[str, Any]:
    only: dict[str, Any] = resources[f"{BASE}/IncomingPhoneNumbers.json"]["incoming_phone_numbers"][0]
    return only


def test_a_good_account_is_well_and_asked_by_get_alone() -> None:
    examined, stub = look(api())
    assert {each.state for each in examined.values()} == {"ok"}
    assert {check for check, _ in examined} == {
        "account", "clock", "calls-per-second", "number", "status-callback", "fallback", "caller-id", "geo", "queues",
    }  # fmt: skip
    assert stub.methods == {"GET"}
    assert TOKEN not in str(examined)


Edit = Callable[[Api], object]

WRONG: dict[str, tuple[Edit, str, str, str]] = {
    "suspended": (lambda api: api[f"{BASE}.json"].update(status="suspended"), "account", "fault",
                  "doctor-account-not-active"),
    "on trial": (lambda api: api[f"{BASE}.json"].update(type="Trial"), "account", "warning", "doctor-account-on-trial"),
    "api away": (lambda api: api.update({f"{BASE}.json": 503}), "account", "fault", "doctor-api-away"),
    "voice url": (lambda api: number(api).update(voice_url="https://u:pw@old.example/x?t=1"), "number", "fault",
                  "doctor-voice-url-other"),
    "no voice url": (lambda api: number(api).update(voice_url=None), "number", "fault", "doctor-voice-url-other"),
    "method": (lambda api: number(api).update(voice_method="GET"), "number", "fault", "doctor-voice-method"),
    "trunk": (lambda api: number(api).update(trunk_sid="TK1"), "number", "fault", "doctor-number-on-a-trunk"),
    "no such number": (lambda api: number(api).update(phone_number="+551130000000", voice_url="x"), "number", "fault",
                       "doctor-number-missing"),
    "another number": (lambda api: number(api).update(phone_number="+551130000000"), "number", "warning",
                       "doctor-number-of-another"),
    "no callback": (lambda api: number(api).update(status_callback=""), "status-callback", "warning",
                    "doctor-status-callback"),
    "callback by GET": (lambda api: number(api).update(status_callback_method="GET"), "status-callback", "warning",
                        "doctor-status-callback"),
    "no fallback": (lambda api: number(api).update(voice_fallback_url=""), "fallback", "warning", "doctor-no-fallback"),
    "other fallback": (lambda api: number(api).update(voice_fallback_url=f"{PUBLIC}/x"), "fallback", "fault",
                       "doctor-fallback-other"),
    "no numbers told": (lambda api: api.update({f"{BASE}/IncomingPhoneNumbers.json": 501}), "number", "warning",
                        "doctor-not-looked-at"),
    "caller id": (lambda api: number(api).update(phone_number="+551130000000"), "caller-id", "fault",
                  "doctor-caller-id-unverified"),
    "country": (lambda api: api["/v1/DialingPermissions/Countries/MX"].update(low_risk_numbers_enabled=False), "geo",
                "fault", "doctor-country-not-allowed"),
    "country not told": (lambda api: api.pop("/v1/DialingPermissions/Countries/MX"), "geo", "warning",
                         "doctor-not-looked-at"),
    "small queue": (lambda api: api[f"{BASE}/Queues.json"]["queues"].append({"friendly_name": "vendas", "max_size": 5}),
                    "queues", "warning", "doctor-queue-small"),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_with_the_account_is_told(what: str) -> None:
    edit, check, state, code = WRONG[what]
    resources = api()
    edit(resources)
    examined, stub = look(resources)
    assert (state, code) in {(each.state, each.told.code) for (of, _), each in examined.items() if of == check}
    assert stub.methods == {"GET"}
    assert not any(secret in str(examined) for secret in (TOKEN, "u:pw", "t=1"))


def test_a_verified_caller_id_is_as_good_as_a_number() -> None:
    resources = api()
    number(resources).update(phone_number="+551130000000")
    resources[f"{BASE}/OutgoingCallerIds.json"]["outgoing_caller_ids"].append({"phone_number": NUMBER})
    assert look(resources)[0]["caller-id", NUMBER].state == "ok"


def test_an_application_stands_for_the_webhooks_of_its_number() -> None:
    resources = api()
    webhooks = number(resources)
    resources[f"{BASE}/Applications/AP1.json"] = dict(webhooks)
    webhooks.update(voice_application_sid="AP1", voice_url="", status_callback="", voice_fallback_url="")
    assert look(resources)[0]["number", NUMBER].state == "ok"
    del resources[f"{BASE}/Applications/AP1.json"]
    assert look(resources)[0]["number", NUMBER].told.code == "doctor-voice-url-other"


def test_a_queue_of_somebody_elses_may_be_small() -> None:
    resources = api()
    resources[f"{BASE}/Queues.json"]["queues"].append({"friendly_name": "other", "max_size": 1})
    assert {each.state for each in look(resources)[0].values()} == {"ok"}


def test_a_token_that_does_not_work_ends_the_looking() -> None:
    examined, stub = look(api(), token="another")
    assert [(each.state, each.told.code) for each in examined.values()] == [("fault", "doctor-token-refused")]
    assert len(stub.asked) == 1


def test_more_calls_a_second_than_every_account_takes_are_told() -> None:
    assert (
        look(api(), rate=5)[0]["calls-per-second", "IVR_CALLS_PER_SECOND"].told.code
        == "doctor-calls-per-second-unknown"
    )


def test_an_api_that_cannot_be_reached_is_a_fault() -> None:
    settings = Settings("sqlite://", b"k" * 32, Path("flows"), PUBLIC, ACCOUNT, TOKEN)
    (only,) = CarrierAccount(settings, GetOnly(seconds=1), "http://127.0.0.1:1", datetime.now(UTC)).look([LINE])
    assert (only.state, only.told.code) == ("fault", "doctor-api-away")


def test_without_an_account_nothing_is_asked() -> None:
    settings = Settings("sqlite://", b"k" * 32, Path("flows"), PUBLIC, None, TOKEN)
    (only,) = CarrierAccount(settings, GetOnly(), "http://127.0.0.1:1", datetime.now(UTC)).look([LINE])
    assert (only.state, only.told.code) == ("warning", "doctor-account-unknown")
