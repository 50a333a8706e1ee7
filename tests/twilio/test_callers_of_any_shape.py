"""A call from anywhere is answered: no From or To of any shape ends it, and a SIP caller can ring a telephone."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from ivr.channels.twilio.form import Form
from routing.callers import number_of
from tests.line_server import NUMBER, LineServer

SHAPES = [
    "sip:202@[2001:db8::10]:5073;transport=tcp",
    "sip:+55(11)987654321@pbx.example.com",
    "sip:d'avila@pbx.example.com",
    "Ramal 200",
    "client:ana",
    "client:Ana Sá",
    "whatsapp:+5511987654321",
    '"Ana" <sip:ana@pbx.example.com>',
    "",
    " ",
    "日本\u202e\U0001f600",
    "a\x00b\r\n<Response/>",
    "sip:" + "a" * 3000 + "@pbx.example.com",
    "x" * 3000,
    "anonymous",
    "+266696687",
]


@pytest.mark.parametrize("shape", SHAPES)
def test_a_party_of_any_shape_is_kept_in_a_plain_one(shape: str) -> None:
    for name in ("From", "To"):
        kept = Form({name: shape}).party(name)
        assert len(kept) <= 255
        assert kept.isascii()
        assert kept.isprintable()
        assert number_of(kept) == number_of(shape)


def test_a_number_in_an_address_too_long_to_be_kept_is_kept() -> None:
    kept = Form({"From": "sip:+5521991040175@" + "h" * 3000}).party("From")
    assert (kept, number_of(kept)) == ("sip:+5521991040175@", "+5521991040175")


@pytest.mark.parametrize("name", ["Confidence Câmbio", "Digits of Rio", "d'Avila & Filhos", "日本"])
def test_a_callers_name_of_any_words_is_taken(name: str) -> None:
    Form({"From": "+5511987654321", "CallerName": name, "Caller": name, "Called": name, "ForwardedFrom": name})


@pytest.mark.parametrize(
    "other", [{}, {"FromCity": "Rio", "ToCity": "Rio", "Direction": "inbound", "CallerCity": "Rio"}]
)
@pytest.mark.parametrize(
    "name",
    ["client:ToCity", "client:FromCity", "client:FromState", "sip:QueueResult@h", "sip:SpeechResult@h", "sip:Digits@h",
     "client:Digits1", "sip:ToCountry@h", "client:StirVerstat", "To+5511987654321", "client:RecordingUrl"],
)  # fmt: skip
def test_a_caller_named_like_a_field_is_taken(server: LineServer, name: str, other: dict[str, str]) -> None:
    parties = {"From": name, "Caller": name, "ForwardedFrom": name, "To": "+551140030015", "Called": "+551140030015"}
    assert Form(parties | other).party("From") == name
    answer = server.post("/twilio/voice", parties | other | {"To": name, "Called": name}, sid="CA" + "5" * 32)
    assert answer.status_code == 200
    assert "Tivemos um problema" not in answer.text


@pytest.mark.parametrize("name", ["client:ToCity", "client:FromCity", "sip:FromZip@h", "sip:StirStatus@h"])
def test_a_caller_named_like_a_field_is_taken_where_only_from_says_so(server: LineServer, name: str) -> None:
    assert server.post("/twilio/voice", From=name, sid="CA" + "6" * 32).status_code == 200


@pytest.mark.parametrize("shape", SHAPES)
def test_a_call_of_any_from_and_to_is_answered_and_goes_on(server: LineServer, shape: str) -> None:
    sid = "CA" + "3" * 32
    parties = dict.fromkeys(("From", "Caller", "Called", "ForwardedFrom"), shape)
    for path, fields in (("/twilio/voice", parties), ("/twilio/turn/1", parties | {"Digits": "7"})):
        answer = server.post(path, fields, sid=sid)
        assert answer.status_code == 200
        assert "Tivemos um problema" not in answer.text
    dial = ElementTree.fromstring(answer.text).find("Dial")
    assert dial is not None
    named = shape == "+266696687"
    assert dial.get("callerId") == (None if named else NUMBER)
    assert server.post("/twilio/voice", sid="CA" + "4" * 32, To=shape).status_code == 200


def test_who_asks_in_an_apology_from_a_sip_address_can_ring_people_too(server: LineServer) -> None:
    answer = server.post("/twilio/fallback", From="sip:ana@pbx.example.com")
    dial = ElementTree.fromstring(answer.text).find("Dial")
    assert dial is not None
    assert dial.get("callerId") == NUMBER
