"""Webhooks that Twilio was told to ask in another way, or elsewhere: the caller is served, the console says why."""

from __future__ import annotations

import logging
from urllib.parse import urlencode

import pytest
from lxml import etree
from werkzeug.test import TestResponse

from tests.conftest import MakeServer
from tests.line_server import ACCOUNT, CALLER, NUMBER, SID, LineServer, said, twiml

URL = "http://ivr.test"
FIELDS = {"CallSid": SID, "AccountSid": ACCOUNT, "From": CALLER, "To": NUMBER, "CallStatus": "ringing"}
SORRY = "Tivemos um problema. Vou chamar a Assessoria."


def _get(server: LineServer, path: str, method: str = "GET") -> TestResponse:
    """A request that carries its fields in the address, as Twilio sends a GET."""
    address = f"{path}{'&' if '?' in path else '?'}{urlencode(FIELDS)}"
    return server.client.open(address, method=method, headers={"X-Twilio-Signature": server.sign(address, {})})


def _comment(answer: TestResponse) -> str:
    (comment,) = twiml(answer).iter(etree.Comment)
    return str(comment.text)


@pytest.mark.parametrize("path", ["/twilio/voice", "/twilio/turn/1", "/twilio/turn/4?again=1", "/twilio/fallback"])
def test_a_signed_get_hears_an_apology_and_gets_people(server: LineServer, path: str) -> None:
    answer = _get(server, path)
    assert said(answer) == SORRY
    assert twiml(answer).find("Dial") is not None
    assert f"POST {URL}{path.partition('?')[0]} instead of GET" in _comment(answer)
    assert server.calls() == 0


@pytest.mark.parametrize("path", ["/twilio/wait", "/twilio/wait/key", "/twilio/accept", "/twilio/accepted"])
def test_a_signed_get_in_a_queue_or_of_a_callee_dials_nobody(server: LineServer, path: str) -> None:
    answer = _get(server, path)
    assert twiml(answer).find("Dial") is None
    assert f"POST {URL}{path} instead of GET" in _comment(answer)


def test_a_signed_get_of_a_status_is_answered_with_nothing(server: LineServer) -> None:
    assert len(twiml(_get(server, "/twilio/status"))) == 1
    assert f"POST {URL}/twilio/status" in _comment(_get(server, "/twilio/status"))


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_any_other_signed_method_is_answered_as_a_get_is(server: LineServer, method: str) -> None:
    assert said(_get(server, "/twilio/voice", method)) == SORRY


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("/twilio/voice/", "/twilio/voice"),
        ("/twilio//voice", "/twilio/voice"),
        ("/Twilio/Voice", "/twilio/voice"),
        ("/TWILIO/TURN/3/", "/twilio/turn/3"),
        ("/twilio", "/twilio/voice"),
        ("/twilio/", "/twilio/voice"),
        ("/twilio/turn/", "/twilio/voice"),
        ("/twilio/turn/-1", "/twilio/voice"),
        ("/twilio/turn/x", "/twilio/voice"),
        ("/twilio/menu/--", "/twilio/voice"),
        ("/", "/twilio/voice"),
        ("/voice", "/twilio/voice"),
        ("/metrics", "/twilio/voice"),
    ],
)
def test_a_signed_address_that_is_none_gets_people_and_the_right_one(server: LineServer, path: str, meant: str) -> None:
    for answer in (server.post(path), _get(server, path)):
        assert said(answer) == SORRY
        assert f"POST {URL}{meant} instead of" in _comment(answer)
    assert server.calls() == 0


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "OPTIONS"])
@pytest.mark.parametrize(
    "path", ["/twilio/voice", "/twilio/voice/", "/twilio/x", "/Twilio/voice", "/twilio", "/twilio//x"]
)
def test_what_is_not_signed_is_403_wherever_below_the_webhooks(server: LineServer, method: str, path: str) -> None:
    for headers in ({}, {"X-Twilio-Signature": "A" * 27 + "="}, {"X-Twilio-Signature": server.sign("/other", {})}):
        answer = server.client.open(path, method=method, headers=headers, data={"CallSid": SID})
        assert (answer.status_code, answer.mimetype) == (403, "text/plain")


def test_what_is_not_signed_and_no_webhook_is_not_found(server: LineServer) -> None:
    for path in ("/", "/voice", "/metrics", "/twiliox"):
        assert server.client.get(path).status_code == 404
        assert server.client.get(path, headers={"X-Twilio-Signature": server.sign("/other", {})}).status_code == 404
    assert server.client.post("/health").status_code == 405


def test_a_get_that_is_signed_for_another_query_or_account_is_403(make_server: MakeServer) -> None:
    server = make_server(account_sid="AC" + "b" * 32)
    assert _get(server, "/twilio/voice").status_code == 403
    server = make_server()
    signature = server.sign("/twilio/voice?To=%2B1", {})
    answer = server.client.get("/twilio/voice?To=%2B2", headers={"X-Twilio-Signature": signature})
    assert answer.status_code == 403


def test_the_log_says_what_to_change_in_the_console(server: LineServer, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        _get(server, "/twilio/voice/")
    (record,) = caplog.records
    assert (record.levelname, record.getMessage()) == ("ERROR", "misdirected")
    assert vars(record)["why"].startswith("in Twilio's console, set this webhook to POST http://ivr.test/twilio/voice")


def test_without_a_token_a_browser_at_a_webhook_reads_the_same(make_server: MakeServer) -> None:
    server = make_server(auth_token=None)
    assert said(server.client.get(f"/twilio/voice?{urlencode(FIELDS)}")) == SORRY


def test_a_public_address_with_two_hyphens_breaks_no_document(make_server: MakeServer) -> None:
    server = make_server(public_url="https://xn--telefon-abc.example.com/a--b")
    assert "POST https://xn- -telefon-abc.example.com/a- -b/twilio/voice" in _comment(_get(server, "/twilio/voice"))
