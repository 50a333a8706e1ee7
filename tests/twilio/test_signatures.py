"""Only what Twilio signed for the configured public URL comes in; whatever does not, changes nothing."""

from __future__ import annotations

import logging
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from ivr.channels.twilio.gate import MAX_FIELDS, MAX_FORM_BYTES
from ivr.channels.twilio.signature import Signatures
from ivr.errors import SignatureError
from tests.conftest import MakeServer
from tests.line_server import ACCOUNT, CALLER, NUMBER, SID, LineServer, said, twiml

FORM = {"CallSid": SID, "AccountSid": ACCOUNT, "From": CALLER, "To": NUMBER}
BODY = urlencode(FORM)
HEADER = "X-Twilio-Signature"


def _signed(url: str, form: dict[str, str] | None = None, token: str = "a token of the tests") -> dict[str, str]:
    return {HEADER: RequestValidator(token).compute_signature(url, FORM if form is None else form)}


def test_a_signed_request_comes_in(server: LineServer) -> None:
    assert twiml(server.raw("/twilio/voice", BODY, _signed("http://ivr.test/twilio/voice")))[0].tag == "Gather"
    assert server.calls() == 1


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {HEADER: ""},
        {HEADER: "no signature at all"},
        {HEADER: "a\u00e7\u00e3o"},
        _signed("http://ivr.test/twilio/voice", token="another token"),
        _signed("https://ivr.test/twilio/voice"),
        _signed("http://ivr.test/twilio/turn/2"),
        _signed("http://other.test/twilio/voice"),
        _signed("http://ivr.test/twilio/voice", FORM | {"To": "+5511999999999"}),
        _signed("http://ivr.test/twilio/voice?a=b"),
        _signed("http://localhost/twilio/voice"),
    ],
)
@pytest.mark.parametrize(
    "path", ["/twilio/voice", "/twilio/turn/1", "/twilio/wait", "/twilio/status", "/twilio/fallback"]
)
def test_everything_else_is_403_and_leaves_no_row(server: LineServer, path: str, headers: dict[str, str]) -> None:
    answer = server.raw(path, BODY + "&SequenceNumber=0", headers)
    assert answer.status_code == 403
    assert answer.mimetype == "text/plain"
    assert answer.text.startswith("Forbidden: ")
    assert answer.text.count("\n") == 1
    assert server.calls() == 0


def test_a_refusal_is_logged_without_the_fields(server: LineServer, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        server.raw("/twilio/turn/1", BODY + "&Digits=11222333000181")
    (record,) = caplog.records
    assert (record.levelname, record.getMessage()) == ("WARNING", "refused")
    assert "11222333000181" not in str(vars(record))


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.test"},
        {"X-Forwarded-Host": "evil.test", "X-Forwarded-Proto": "https"},
        {"Forwarded": "host=evil.test;proto=https"},
        {"X-Original-Url": "/twilio/status", "X-Forwarded-Prefix": "/evil"},
    ],
)
def test_what_proxies_and_strangers_write_into_headers_changes_nothing(
    server: LineServer, headers: dict[str, str]
) -> None:
    good = _signed("http://ivr.test/twilio/voice")
    assert server.raw("/twilio/voice", BODY, headers | good).status_code == 200
    for url in ("http://evil.test/twilio/voice", "https://evil.test/twilio/voice", "http://ivr.test/evil/twilio/voice"):
        assert server.raw("/twilio/voice", BODY, headers | _signed(url)).status_code == 403


@pytest.mark.parametrize(
    "public_url", ["https://line.example.com", "https://line.example.com:8443", "https://example.com/ivr/br"]
)
def test_the_configured_public_url_is_what_is_signed(make_server: MakeServer, public_url: str) -> None:
    server = make_server(public_url=public_url)
    answer = server.start()
    action = twiml(answer)[0].get("action") or ""
    prefix = "/ivr/br" if public_url.endswith("/br") else ""
    assert action == f"{prefix}/twilio/turn/1"
    assert server.raw("/twilio/voice", BODY, _signed("http://localhost/twilio/voice")).status_code == 403
    assert said(server.turn(1, Digits="2")) == "Digite o CNPJ ou o CPF."


@pytest.mark.parametrize(
    "given",
    [
        {"RAW_URI": "/ivr/twilio/wait?seconds=60"},
        {"REQUEST_URI": "/ivr/twilio/wait?seconds=60", "RAW_URI": ""},
        {"RAW_URI": "http://evil.test/twilio/wait?seconds=60"},
        {"RAW_URI": "", "REQUEST_URI": ""},
    ],
)
def test_servers_with_and_without_the_raw_address_are_understood(
    make_server: MakeServer, given: dict[str, str]
) -> None:
    server = make_server(public_url="https://example.com/ivr")
    answer = server.client.post(
        "/twilio/wait?seconds=60",
        data=BODY,
        headers=_signed("https://example.com/ivr/twilio/wait?seconds=60"),
        content_type="application/x-www-form-urlencoded",
        environ_overrides=given,
    )
    assert said(answer) == "Espere um pouco & fique."


def test_the_query_of_a_wait_is_signed_too(server: LineServer) -> None:
    good = _signed("http://ivr.test/twilio/wait?seconds=60")
    assert server.raw("/twilio/wait?seconds=60", BODY, good).status_code == 200
    assert server.raw("/twilio/wait?seconds=6000", BODY, good).status_code == 403
    assert server.raw("/twilio/wait", BODY, good).status_code == 403


def test_glued_fields_carry_the_same_signature_but_are_no_callsid(server: LineServer) -> None:
    glued = {"AccountSid": ACCOUNT, "CallSid": f"{SID}From{CALLER}To{NUMBER}"}
    assert _signed("http://ivr.test/twilio/voice", glued) == _signed("http://ivr.test/twilio/voice")
    answer = server.raw("/twilio/voice", urlencode(glued), _signed("http://ivr.test/twilio/voice"))
    assert said(answer) == "Tivemos um problema. Vou chamar a Assessoria."
    assert server.calls() == 0


def test_a_repeated_field_is_refused_since_its_repetition_is_unsigned(server: LineServer) -> None:
    headers = _signed("http://ivr.test/twilio/voice")
    for body in (BODY + "&To=" + urlencode({"": NUMBER})[1:], BODY + "&To=%2B5511999999999", BODY + "&CallSid=" + SID):
        assert server.raw("/twilio/voice", body, headers).status_code == 403
    assert server.calls() == 0


def test_a_body_too_large_to_be_twilios_is_not_even_read(server: LineServer) -> None:
    body = BODY + "&Noise=" + "x" * MAX_FORM_BYTES
    assert server.raw("/twilio/voice", body, _signed("http://ivr.test/twilio/voice")).status_code == 413
    assert server.calls() == 0


def test_a_form_of_more_than_100_fields_is_413_however_it_is_signed(server: LineServer) -> None:
    enough, more = ({f"F{number}": "x" for number in range(count)} for count in (MAX_FIELDS - 5, MAX_FIELDS - 4))
    assert twiml(server.post("/twilio/voice", enough))[0].tag == "Gather"
    assert server.post("/twilio/voice", more).status_code == 413


def test_a_large_form_that_is_signed_is_answered(server: LineServer) -> None:
    assert twiml(server.post("/twilio/voice", Noise="x" * 60_000))[0].tag == "Gather"


def test_a_form_that_is_no_form_is_403(server: LineServer) -> None:
    for body in (b"\xff\xfe\x00", b"%%%&&&===", b'{"CallSid": 1}'):
        assert server.raw("/twilio/voice", body, _signed("http://ivr.test/twilio/voice")).status_code == 403


def test_a_signed_request_of_another_account_is_refused(make_server: MakeServer) -> None:
    server = make_server(account_sid="AC" + "b" * 32)
    answer = server.start()
    assert (answer.status_code, answer.text) == (403, "Forbidden: the request is of another account.\n")
    assert server.calls() == 0


def test_the_account_is_checked_where_it_is_known(make_server: MakeServer) -> None:
    assert make_server(account_sid=ACCOUNT).start().status_code == 200


def test_without_a_token_unsigned_requests_come_in(make_server: MakeServer) -> None:
    server = make_server(auth_token=None)
    assert server.raw("/twilio/voice", BODY).status_code == 200


@given(st.dictionaries(st.text(max_size=20), st.text(max_size=40), min_size=1, max_size=6), st.text(max_size=60))
def test_whatever_is_signed_is_verified_as_twilios_library_signs_it(form: dict[str, str], token: str) -> None:
    url = "https://line.example.com/ivr"
    signature = RequestValidator(token).compute_signature(f"{url}/twilio/voice", form)
    Signatures(url, token).verify("/twilio/voice", list(form.items()), signature)
    with pytest.raises(SignatureError):
        Signatures(url, token + "x").verify("/twilio/voice", list(form.items()), signature)


@given(st.text(max_size=40))
def test_no_text_that_was_made_up_is_a_signature(signature: str) -> None:
    with pytest.raises(SignatureError):
        Signatures("https://line.example.com", "token").verify("/twilio/voice", list(FORM.items()), signature)
