"""A signature has no separators: fields that were glued, cut elsewhere or repeated carry it, and tell nothing else."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ivr.channels.twilio.form import Form
from ivr.channels.twilio.parse_event import parse_event
from ivr.channels.twilio.signature import HEADER, Signatures
from ivr.errors import RequestError
from tests.databases import THOROUGHLY, Kind
from tests.line_server import ACCOUNT, CALLER, NUMBER, SID, LineServer
from tests.security.signing import BODY, FIELDS, TOKEN, URL, refused, signed


@pytest.fixture
def database_kind() -> Kind:
    """One of the two: what is refused is refused before any database is asked."""
    return "sqlite"


EVERY = 1 if THOROUGHLY else 29
"""One border in so many is moved."""

sharing_the_server = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


USUAL = FIELDS | {
    "ApiVersion": "2010-04-01", "Called": NUMBER, "CalledCity": "", "CalledCountry": "BR", "CalledState": "",
    "CalledZip": "", "Caller": CALLER, "CallerCity": "SAO PAULO", "CallerCountry": "BR", "CallerZip": "01000",
    "Direction": "inbound", "FromCity": "SAO PAULO", "FromCountry": "BR", "FromState": "SP", "StirVerstat": "No",
    "ToCity": "Toledo", "ToCountry": "BR", "ToZip": "",
}  # fmt: skip
TOLD = {
    "keys": {"Digits": "12", "FinishedOnKey": "#"},
    "speech": {"SpeechResult": "Suporte Técnico", "Confidence": "0.93"},
    "a dial": {"DialCallStatus": "completed", "DialCallSid": SID, "DialCallDuration": "61", "DialBridged": "true"},
    "a queue": {"QueueResult": "leave", "QueueTime": "31", "QueueSid": "QU" + "0" * 32},
    "a message": {
        "RecordingSid": "RE" + "0" * 32, "RecordingDuration": "9", "Digits": "#",
        "RecordingUrl": f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Recordings/RE{'0' * 32}",
    },
    "a status": {"CallStatus": "completed", "SequenceNumber": "3", "CallDuration": "99", "Timestamp": "Sat, 21 Nov"},
}  # fmt: skip


def glued(fields: Mapping[str, str]) -> str:
    return "".join(f"{name}{value}" for name, value in sorted(fields.items()))


def recut(fields: Mapping[str, str], every: int = 1) -> Iterator[dict[str, str]]:
    """Every form of the same signature in which one field was cut elsewhere, and holds any number of its followers;
    or one in so many of them.
    """
    items, found = sorted(fields.items()), itertools.count()
    for first in range(len(items)):
        for after in range(first + 1, len(items) + 1):
            text = "".join(f"{name}{value}" for name, value in items[first:after])
            for cut in range(1, len(text) + 1):
                name = text[:cut]
                fits = (first == 0 or items[first - 1][0] < name) and (after == len(items) or name < items[after][0])
                is_moved = (after, name) != (first + 1, items[first][0])
                if fits and is_moved and next(found) % every == 0:
                    yield dict([*items[:first], (name, text[cut:]), *items[after:]])


def _tells(fields: Mapping[str, str]) -> tuple[object, ...]:
    """All that a request is read for."""
    form = Form(fields)
    needed = ("CallSid", "CallStatus") if "SequenceNumber" in glued(fields) else ("CallSid",)
    numbers = ("SequenceNumber", "CallDuration", "QueueTime", "QueuePosition")
    return (
        parse_event(form),
        *map(form.required, needed),
        form.text("From"),
        form.text("To"),
        *map(form.whole, numbers),
    )


@pytest.mark.parametrize("told", TOLD.values(), ids=TOLD.keys())
def test_no_border_of_a_field_can_be_moved_so_that_it_tells_otherwise(told: dict[str, str]) -> None:
    fields = USUAL | told
    signatures, signature = Signatures(URL, TOKEN), signed(f"{URL}/twilio/turn/1", fields)
    signatures.verify("/twilio/turn/1", list(fields.items()), signature)
    tried, otherwise = 0, []
    for moved in recut(fields, EVERY):
        tried += 1
        assert glued(moved) == glued(fields)
        try:
            signatures.verify("/twilio/turn/1", list(moved.items()), signature)
            if _tells(moved) != _tells(fields):
                otherwise.append(moved)
        except RequestError:
            continue
    assert otherwise == []
    assert tried > 1000 // EVERY


@pytest.fixture(scope="module")
def other_digits() -> list[dict[str, str]]:
    """The forms of one signature in which the digits are not those that were keyed."""
    return [moved for moved in recut(USUAL | {"Digits": "7"}) if moved.get("Digits") != "7"]


@sharing_the_server
@given(data=st.data())
def test_glued_fields_make_no_row(server: LineServer, other_digits: list[dict[str, str]], data: st.DataObject) -> None:
    if server.call() is None:
        server.start()
    fields = USUAL | {"Digits": "7"}
    moved = data.draw(st.sampled_from(other_digits))
    before = server.call()
    answer = server.raw("/twilio/turn/1", urlencode(moved), {HEADER: signed(f"{URL}/twilio/turn/1", fields)})
    assert answer.status_code in {200, 403}
    assert (server.call(), len(server.turns())) == (before, 1)


def test_what_twilio_sends_holds_no_other_field() -> None:
    for told in TOLD.values():
        fields = USUAL | told | {"ForwardedFrom": "+5511987654321", "SipHeader_X-To": "sip:a@b.test"}
        fields |= {"UnstableSpeechResult": "Digits"}
        signature = signed(f"{URL}/twilio/turn/1", fields)
        Signatures(URL, TOKEN).verify("/twilio/turn/1", list(fields.items()), signature)


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize("value", [None, "", "other"])
def test_a_field_that_is_sent_twice_is_403(untouched: LineServer, name: str, value: str | None) -> None:
    again = f"{name}={quote(FIELDS[name] if value is None else value)}"
    for body in (f"{BODY}&{again}", f"{again}&{BODY}"):
        refused(untouched, "/twilio/voice", body, {HEADER: signed(f"{URL}/twilio/voice")})


def test_names_that_only_look_like_a_field_are_not_it(server: LineServer) -> None:
    fields = FIELDS | {"callsid": "x", "CallSid ": "x", "CallSid[]": "x", "\u0421allSid": "x"}
    server.raw("/twilio/voice", urlencode(fields), {HEADER: signed(f"{URL}/twilio/voice", fields)})
    assert server.call(SID) is not None
    assert server.calls() == 1
