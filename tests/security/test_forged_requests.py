"""Nobody comes in whom Twilio did not sign in, whatever the address, the body or a proxy says."""

from __future__ import annotations

import json
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import HMAC_SHA256, RequestValidator

from ivr.channels.twilio.gate import MAX_FIELDS, MAX_FORM_BYTES
from ivr.channels.twilio.signature import HEADER, Signatures
from ivr.errors import SignatureError
from tests.conftest import MakeServer
from tests.databases import Kind
from tests.line_server import FORM, SID, LineServer, twiml
from tests.security.signing import BODY, FIELDS, ROUTES, TOKEN, URL, refused, signed


@pytest.fixture
def database_kind() -> Kind:
    """One of the two: what is refused is refused before any database is asked."""
    return "sqlite"


FORGED = {
    "none": None,
    "empty": "",
    "blank": " ",
    "made up": "no signature at all",
    "of the right length": "A" * 27 + "=",
    "not ASCII": "ação",
    "latin": "\xff" * 28,
    "another token": signed(f"{URL}/twilio/voice", token="another token"),
    "no token": signed(f"{URL}/twilio/voice", token=""),
    "another scheme": signed("https://ivr.test/twilio/voice"),
    "another host": signed("http://evil.test/twilio/voice"),
    "another port": signed("http://ivr.test:8080/twilio/voice"),
    "another path": signed(f"{URL}/twilio/voices"),
    "a slash more": signed(f"{URL}/twilio/voice/"),
    "a query more": signed(f"{URL}/twilio/voice?x=1"),
    "another body": signed(f"{URL}/twilio/voice", FIELDS | {"From": "+5511999999999"}),
    "a field less": signed(f"{URL}/twilio/voice", {"CallSid": SID}),
    "no body": signed(f"{URL}/twilio/voice", {}),
    "two of them": f"{signed(f'{URL}/twilio/voice')},{signed(f'{URL}/twilio/voice')}",
    "cut short": signed(f"{URL}/twilio/voice")[:-1],
    "in other letters": signed(f"{URL}/twilio/voice").swapcase(),
    "with a tail": signed(f"{URL}/twilio/voice") + "=",
    "by SHA-256": signed(f"{URL}/twilio/voice", algorithm=HMAC_SHA256),
}


@pytest.mark.parametrize("signature", FORGED.values(), ids=FORGED.keys())
def test_what_twilio_did_not_sign_is_403_at_every_door(untouched: LineServer, signature: str | None) -> None:
    for path in ROUTES:
        refused(untouched, path, headers={} if signature is None else {HEADER: signature})


def test_the_signature_of_one_door_opens_no_other(untouched: LineServer) -> None:
    for mine in ROUTES:
        for other in ROUTES:
            if mine != other:
                refused(untouched, other, headers={HEADER: signed(f"{URL}{mine}")})


BODIES: dict[str, tuple[str, bytes]] = {
    "json": ("application/json", json.dumps(FIELDS).encode()),
    "json said to be a form": (FORM, json.dumps(FIELDS).encode()),
    "multipart": (
        "multipart/form-data; boundary=x",
        "".join(f'--x\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in FIELDS.items()).encode()
        + b"--x--\r\n",
    ),
    "multipart without an end": ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="C'),
    "text": ("text/plain", BODY.encode()),
    "no type": ("", BODY.encode()),
    "UTF-16": ("application/x-www-form-urlencoded; charset=utf-16", BODY.encode("utf-16")),
    "UTF-7": ("application/x-www-form-urlencoded; charset=utf-7", BODY.replace("=", "+AD0-").encode()),
    "bytes": (FORM, bytes(range(256))),
    "percent": (FORM, b"%%%&&&===%ff%00%zz"),
    "a thousand and more fields": (FORM, b"&".join(b"a%d=1" % number for number in range(5000))),
    "as large as may be": (FORM, BODY.encode() + b"&Noise=" + b"x" * 60_000),
    "larger": (FORM, BODY.encode() + b"&Noise=" + b"x" * 2_000_000),
}


@pytest.mark.parametrize("sent", BODIES.values(), ids=BODIES.keys())
@pytest.mark.parametrize("covered", [FIELDS, {}], ids=["the fields are signed", "the address is signed"])
def test_a_body_that_is_not_the_form_that_was_signed_is_403(
    untouched: LineServer, sent: tuple[str, bytes], covered: dict[str, str]
) -> None:
    type_, body = sent
    headers = {HEADER: signed(f"{URL}/twilio/voice", covered)}
    answer = untouched.client.post("/twilio/voice", data=body, headers=headers, content_type=type_)
    too_large = type_.startswith(FORM) and (len(body) > MAX_FORM_BYTES or body.count(b"&") >= MAX_FIELDS)
    assert (answer.status_code, answer.mimetype) == (413 if too_large else 403, "text/plain")


def test_the_digest_of_a_json_body_in_the_query_does_not_sign_a_form(untouched: LineServer) -> None:
    body = json.dumps(FIELDS)
    path = f"/twilio/voice?bodySHA256={sha256(body.encode()).hexdigest()}"
    headers = {HEADER: signed(f"{URL}{path}", {})}
    assert RequestValidator(TOKEN).validate(f"{URL}{path}", body, headers[HEADER])
    assert untouched.client.post(path, data=body, headers=headers, content_type="application/json").status_code == 403
    refused(untouched, path, BODY, headers)


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_only_what_is_posted_comes_in(untouched: LineServer, method: str) -> None:
    for path in ROUTES:
        answer = untouched.client.open(path, method=method, data=BODY, headers={HEADER: signed(f"{URL}{path}")})
        assert answer.status_code in ({200, 403, 405} if method == "OPTIONS" else {403, 405})
        assert "<Response" not in answer.text


TRICKS = (
    "/twilio/%76oice", "/twilio/turn/%31", "/twilio/turn/01", "/twilio/voice?", "/twilio/voice?x", "/twilio/voice;x=1",
    "/twilio/voice%3Fx=1", "/twilio/wait/../voice", "/twilio/wait/%2e%2e/voice", "/twilio//voice", "//twilio/voice",
    "/twilio/voice/", "/twilio/voice%00", "/twilio/voice%0d%0aX-Twilio-Signature:%20x", "/TWILIO/VOICE",
    "/twilio/voice%20", "/twilio/turn/1%2e0", "/twilio/turn/+1", "/twilio/turn/１", "/twilio/accept?line=%ff&desk=%00",
)  # fmt: skip


@pytest.mark.parametrize("path", TRICKS)
def test_an_address_written_otherwise_is_not_the_one_that_was_signed(untouched: LineServer, path: str) -> None:
    for route in ROUTES:
        answer = untouched.raw(path, BODY, {HEADER: signed(f"{URL}{route}")})
        assert answer.status_code in {403, 404, 405, 308, 400}
        assert "<Response" not in answer.text
        assert answer.status_code != 308 or answer.headers["Location"].startswith(("http://localhost/twilio/", "/"))


# Behind proxies


PROXIES: tuple[dict[str, str], ...] = (
    {"Host": "evil.test"},
    {"Host": "ivr.test:8080"},
    {"Host": "127.0.0.1:5000"},
    {"X-Forwarded-Host": "evil.test"},
    {"X-Forwarded-Proto": "https"},
    {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.test", "X-Forwarded-Port": "8443"},
    {"X-Forwarded-Port": "443"},
    {"X-Forwarded-Prefix": "/evil"},
    {"X-Forwarded-For": "127.0.0.1, 10.0.0.1", "X-Real-Ip": "127.0.0.1"},
    {"Forwarded": "for=127.0.0.1;host=evil.test;proto=https"},
    {"X-Original-Url": "/twilio/status", "X-Rewrite-Url": "/twilio/status"},
    {"X-Script-Name": "/evil", "X-Forwarded-Path": "/evil"},
    {"X-Http-Method-Override": "GET", "X-Method-Override": "GET"},
    {"Host": "evil.test", "Forwarded": "host=evil.test", "X-Forwarded-Host": "evil.test", "X-Forwarded-Proto": "https"},
    {"Via": "1.1 evil", "Connection": "close, X-Twilio-Signature"},
)


@pytest.mark.parametrize("headers", PROXIES, ids=lambda headers: "+".join(headers))
@pytest.mark.parametrize("public_url", [URL, "https://line.example.com", "https://line.example.com:8443/ivr"])
def test_whatever_proxies_write_valid_stays_valid_and_forged_stays_forged(
    make_server: MakeServer, headers: dict[str, str], public_url: str
) -> None:
    server = make_server(public_url=public_url)
    for forged in (
        "http://evil.test",
        "https://evil.test",
        "http://localhost",
        "https://ivr.test:8443",
        "http://10.0.0.1",
    ):
        for path in ("/twilio/voice", "/evil/twilio/voice", "/twilio/status"):
            refused(server, "/twilio/voice", headers=headers | {HEADER: signed(f"{forged}{path}")})
    assert server.calls() == 0
    answer = server.raw("/twilio/voice", BODY, headers | {HEADER: signed(f"{public_url}/twilio/voice")})
    assert twiml(answer)[0].tag == "Gather"
    assert server.calls() == 1


@pytest.mark.parametrize(
    ("public_url", "spelt"),
    [
        ("https://line.example.com", "https://line.example.com:443"),
        ("https://line.example.com:443", "https://line.example.com"),
        ("https://line.example.com:8443", "https://line.example.com"),
        ("http://line.example.com/ivr", "http://line.example.com:80/ivr"),
    ],
)
def test_twilio_signs_with_the_port_and_without_it(public_url: str, spelt: str) -> None:
    signatures = Signatures(public_url, TOKEN)
    for url in (public_url, spelt):
        signatures.verify("/twilio/voice", list(FIELDS.items()), signed(f"{url}/twilio/voice"))


@given(
    url=st.sampled_from(["http://a.test", "https://a.test", "https://a.test:443", "http://a.test:8080/x"]),
    other=st.sampled_from(
        ["http://a.test", "https://a.test", "https://a.test:443", "http://a.test:80", "https://a.test:8443", "http://a.test/x"]
    ),
    path=st.sampled_from(["/twilio/voice", "/twilio/wait?seconds=1&state=a"]),
    fields=st.dictionaries(st.text(max_size=8), st.text(max_size=12), min_size=1, max_size=5),
)  # fmt: skip
def test_what_is_taken_is_exactly_what_twilios_library_takes(
    url: str, other: str, path: str, fields: dict[str, str]
) -> None:
    signature = signed(f"{other}{path}", fields)
    theirs = bool(RequestValidator(TOKEN).validate(f"{url}{path}", fields, signature))
    try:
        Signatures(url, TOKEN).verify(path, list(fields.items()), signature)
        ours = True
    except SignatureError:
        ours = False
    assert ours == theirs


def test_a_defect_in_the_proof_itself_is_apologised_for_and_moves_nothing(
    server: LineServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def bug(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Signatures, "verify", bug)
    answer = server.followed(server.start())
    assert [verb.tag for verb in twiml(answer)] == ["Say", "Say", "Dial", "Hangup"]
    assert server.calls() == 0
