"""What a request is signed with is ours to say: no header names it, and two tokens are good while one is changed."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from twilio.request_validator import HMAC_SHA256

from ivr.channels.twilio.signature import HEADER, SETTINGS_HEADER
from tests.databases import Kind
from tests.line_server import LineServer, twiml
from tests.security.signing import BODY, FIELDS, TOKEN, URL, refused, signed


@pytest.fixture
def database_kind() -> Kind:
    """One of the two: what is refused is refused before any database is asked."""
    return "sqlite"


SHARED = "shared key of a webhook"


@pytest.mark.parametrize(
    "settings_",
    [
        "algorithm=HMAC_SHA256", "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256", "key=webhooks_sharedkey_1",
        "key=webhooks_sharedkey_1,algorithm=HMAC_SHA1", "algorithm=HMAC_MD5", "algorithm=none", "algorithm=",
        "algorithm=HMAC_SHA1,algorithm=HMAC_SHA256", "algorithm=HMAC_SHA256,algorithm=HMAC_SHA1", "HMAC_SHA1", "x",
        "algorithm=hmac_sha256", "ALGORITHM=HMAC_SHA256", "alg=HMAC_SHA1", "algorithm=HMAC_SHA1;key=1", "ação",
    ],
)  # fmt: skip
def test_a_header_naming_another_key_or_algorithm_is_403_though_signed(untouched: LineServer, settings_: str) -> None:
    for algorithm in (None, HMAC_SHA256):
        for token in (TOKEN, SHARED, ""):
            signature = signed(f"{URL}/twilio/voice", token=token, algorithm=algorithm)
            refused(untouched, "/twilio/voice", headers={HEADER: signature, SETTINGS_HEADER: settings_})


@pytest.mark.parametrize("settings_", ["", " ", "algorithm=HMAC_SHA1", " algorithm=HMAC_SHA1 ", "algorithm=HMAC_SHA1,"])
def test_a_header_that_names_what_is_ours_changes_nothing(server: LineServer, settings_: str) -> None:
    headers = {HEADER: signed(f"{URL}/twilio/voice"), SETTINGS_HEADER: settings_}
    assert twiml(server.raw("/twilio/voice", BODY, headers))[0].tag == "Gather"


# While a token is changed for another


NEW, OLD = "the token to come", TOKEN


def _with_tokens(server: LineServer, token: str, previous: str | None) -> LineServer:
    return LineServer(server.lines, server.database, server.clock, URL, token, None, auth_token_previous=previous)


def _enters(server: LineServer, token: str) -> bool:
    status = server.raw("/twilio/voice", BODY, {HEADER: signed(f"{URL}/twilio/voice", token=token)}).status_code
    assert status in {200, 403}
    return status == 200


def test_the_old_token_is_good_only_while_it_is_set_beside_the_new_one(server: LineServer) -> None:
    before, during = _with_tokens(server, OLD, None), _with_tokens(server, NEW, OLD)
    after = _with_tokens(server, NEW, None)
    assert (_enters(before, OLD), _enters(before, NEW)) == (True, False)
    assert (_enters(during, OLD), _enters(during, NEW)) == (True, True)
    assert (_enters(after, OLD), _enters(after, NEW)) == (False, True)
    for token in ("", f"{OLD}{NEW}", f"{NEW},{OLD}", "another"):
        assert not _enters(during, token)


def test_a_call_goes_on_while_the_token_changes(server: LineServer) -> None:
    old = _with_tokens(server, OLD, None)
    during = _with_tokens(server, NEW, OLD)
    old.start()
    assert twiml(during.turn(1, Digits="9"))[0].tag == "Gather"
    fields = FIELDS | {"Digits": "9"}
    answer = during.raw("/twilio/turn/2", urlencode(fields), {HEADER: signed(f"{URL}/twilio/turn/2", fields, OLD)})
    assert twiml(answer)[0].tag == "Gather"
    assert len(server.turns()) == 3


def test_both_tokens_may_be_the_same(server: LineServer) -> None:
    assert _enters(_with_tokens(server, OLD, OLD), OLD)
    assert not _enters(_with_tokens(server, OLD, OLD), NEW)
