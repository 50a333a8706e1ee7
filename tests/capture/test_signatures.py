"""A signature is judged over each form in which the vendor may have written the address, and the form is told."""

from __future__ import annotations

import pytest

from ivr.capture.signatures import AS_WRITTEN, JudgedSignature, judge
from ivr.simulator.signature import sign

TOKEN = "sesame"
FIELDS = [("From", "+5511987654321"), ("CallSid", "CA1")]


@pytest.mark.parametrize(
    ("base", "target", "signed", "websocket", "form"),
    [
        ("https://a.example", "/voice?x=1", "https://a.example/voice?x=1", False, AS_WRITTEN),
        ("https://a.example/app/", "/voice", "https://a.example/app/voice", False, AS_WRITTEN),
        ("https://a.example", "/voice", "https://a.example:443/voice", False, "with the port"),
        ("http://a.example", "/voice", "http://a.example:80/voice", False, "with the port"),
        ("https://a.example:8443", "/voice", "https://a.example/voice", False, "without the port"),
        ("https://a.example", "/", "https://a.example", False, "without the slash"),
        ("https://a.example", "/agent", "wss://a.example/agent", True, AS_WRITTEN),
        ("http://127.0.0.1:80", "/agent?x=1", "ws://127.0.0.1:80/agent?x=1", True, AS_WRITTEN),
        ("https://a.example", "/", "wss://a.example", True, "without the slash"),
    ],
)
def test_a_signature_is_valid_for_a_form_of_the_address(
    base: str, target: str, signed: str, websocket: bool, form: str
) -> None:
    given = sign(TOKEN, signed, FIELDS)
    assert judge(given, TOKEN, base, target, FIELDS, websocket=websocket) == JudgedSignature("valid", form)
    assert judge(given, "another", base, target, FIELDS, websocket=websocket).verdict == "invalid"
    assert judge(given, None, base, target, FIELDS).verdict == "unchecked"
    assert judge(given, TOKEN, base, target, FIELDS[:1], websocket=websocket).verdict == "invalid"


def test_the_query_of_a_websocket_may_be_signed_as_fields() -> None:
    given = sign(TOKEN, "wss://a.example/agent", [("line", "1"), ("b", "")])
    judged = judge(given, TOKEN, "https://a.example", "/agent?line=1&b=", [], websocket=True)
    assert judged == JudgedSignature("valid", "the query as fields")
    assert judge(given, TOKEN, "https://a.example", "/agent?line=1&b=", []).verdict == "invalid"


def test_a_request_without_a_signature_is_told_so() -> None:
    assert judge("", TOKEN, "https://a.example", "/", []) == JudgedSignature("missing")
