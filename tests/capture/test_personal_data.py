"""Nothing that is somebody's stands in a capture: before a byte is written it is replaced, always by the same."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from xml.etree import ElementTree

import phonenumbers
import pytest
from flask import Flask, Response, make_response, request
from hypothesis import given
from hypothesis import strategies as st

from ivr.capture.capture_log import CaptureLog
from ivr.capture.pseudonyms import Pseudonyms
from ivr.capture.scrubbing import Scrubber
from ivr.simulator.phones import steps
from tests.capture.capturing import CALLER, KEY, app_server, capturing

CPF = "11144477735"
PASSWORD = "482915"
CALLEE = "+5511912345678"
CANARIES = (
    CPF, "111.444.777-35", PASSWORD, "987654321", "912345678", "Canaria", "CANARIA", "Campinas", "13010999", "sesame",
    "segredo", "s3cr3t", "ana.canaria@example.com", "sip:ramal7", "5500009999", "agente.sete", "hunter2", "quero falar",
)  # fmt: skip

app = Flask(__name__)


def twiml(verbs: str) -> Response:
    answer = make_response(f'<?xml version="1.0"?>\n<Response>{verbs}</Response>')
    answer.headers["Content-Type"] = "text/xml"
    answer.set_cookie("session", "segredo-of-the-session")
    return answer


@app.post("/voice")
def voice() -> Response:
    return twiml(
        '<Gather numDigits="11" action="/doc?nome=Rita+Canaria&amp;p=s3cr3t"><Say>Digite o CPF.</Say></Gather>'
    )


@app.post("/doc")
def document() -> Response:
    return twiml(
        f"<Say>O CPF {request.form['Digits']}, ou 111.444.777-35, é de Rita Canaria.</Say><!-- {CALLER} -->"
        f'<Gather action="http://user:hunter2@{request.host}/pass" finishOnKey="#">'
        "<Say><![CDATA[Senha de Campinas?]]></Say></Gather>"
    )


@app.post("/pass")
def password() -> Response:
    return twiml(
        f'<Play digits="{request.form["Digits"]}"/><Gather input="speech" action="/said"><Say>Diga.</Say></Gather>'
    )


@app.post("/said")
def said() -> Response:
    return twiml(
        f"<Say>Ouvi: {request.form['SpeechResult']}</Say>"
        f'<Dial action="/end" callerId="{CALLER}"><Number>{CALLEE}</Number>'
        "<Sip>sip:ramal7@pbx.example.com</Sip><Client><Identity>agente.sete</Identity>"
        '<Parameter name="mail" value="ana.canaria@example.com"/></Client></Dial>'
    )


@app.post("/end")
def end() -> Response:
    return twiml("<Hangup/>")


@pytest.fixture(scope="module")
def capture(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("capture")
    with app_server(app) as served, capturing(served, folder / "a") as made:
        transcript = made.dial(
            steps.Press(CPF),
            steps.Press(f"{PASSWORD}#"),
            steps.Speak("quero falar com Rita Canaria"),
            steps.Callee("answered", 20),
            fields=(("CallerName", "RITA CANARIA"), ("FromCity", "Campinas"), ("FromZip", "13010999"),
                    ("SipHeader_X-Token", "s3cr3t"), ("ForwardedFrom", "+55115500009999")),
        )  # fmt: skip
        assert transcript.error is None, transcript.error
    return made.file.read_text(encoding="utf-8")


@pytest.mark.network
def test_no_canary_stands_in_a_capture(capture: str) -> None:
    assert [canary for canary in CANARIES if canary.lower() in capture.lower()] == []
    assert len(capture.splitlines()) == 12


@pytest.mark.network
def test_what_is_replaced_is_replaced_by_the_same_everywhere(capture: str) -> None:
    records = [json.loads(line) for line in capture.splitlines()]
    asked = {each["n"]: dict(each["fields"]) for each in records if each.get("kind") == "request"}
    answers = {each["n"]: each["body"] for each in records if each.get("kind") == "answer"}
    digits = asked[2]["Digits"]
    assert re.fullmatch("[0-9]{11}", digits)
    assert f"O CPF {digits}, ou {digits[:3]}.{digits[3:6]}.{digits[6:9]}-{digits[9:]}" in answers[2]
    assert f'digits="{asked[3]["Digits"]}"' in answers[3]
    assert asked[4]["SpeechResult"] in answers[4]
    assert f'callerId="{asked[4]["From"]}"' in answers[4]
    assert len({each["From"] for each in asked.values()}) == 1
    urls = [each["url"] for each in records if each.get("kind") == "request"]
    assert urls[1].replace("&", "&amp;") in answers[1]
    cookies = re.findall(r"session=([a-z0-9]+)", capture)
    assert len(cookies) > 4
    assert len(set(cookies)) == 1


@pytest.mark.network
def test_what_the_vendor_says_and_the_app_asks_stays(capture: str) -> None:
    records = [json.loads(line) for line in capture.splitlines()]
    first = dict(records[1]["fields"])
    assert (first["CallStatus"], first["Direction"], first["ApiVersion"]) == ("ringing", "inbound", "2010-04-01")
    assert (first["CallerCountry"], first["FromCity"] == "", first["ToCity"]) == ("BR", False, "")
    assert "<Say>Digite o CPF.</Say>" in records[2]["body"]
    assert 'numDigits="11"' in records[2]["body"]
    replaced = records[-1]["replaced"]
    assert replaced["telephone numbers"] == 4
    assert records[-1]["unknown"] == ["SipHeader_X-Token"]


@pytest.mark.network
def test_texts_are_replaced_too_where_that_is_asked_for(tmp_path: Path) -> None:
    with app_server(app) as served, capturing(served, tmp_path / "a", replace_texts=True) as made:
        made.dial(steps.HangUp())
    body = made.of("answer")[0]["body"]
    assert "Digite" not in body
    say = ElementTree.fromstring(body).find(".//Say")
    assert say is not None
    assert re.fullmatch(r"[A-Z][a-z]{5} [a-z] [A-Z]{3}\.", say.text or "")


def scrubber() -> Scrubber:
    return Scrubber(Pseudonyms(KEY))


@given(st.sampled_from(["+5511987654321", "+14155550123", "+442071838750", "+351912345678", "+5240030015"]))
def test_a_number_becomes_one_of_its_country_that_nobody_has(number: str) -> None:
    made = Pseudonyms(KEY).telephone(number)
    before, after = (phonenumbers.parse(each) for each in (number, made))
    assert (len(made), after.country_code) == (len(number), before.country_code)
    assert not phonenumbers.is_possible_number(after) or not phonenumbers.is_valid_number(after)
    assert made[1 + len(str(before.country_code)) :].startswith("00")


@given(st.text("0123456789*# ", min_size=1, max_size=20))
def test_every_digit_becomes_another_and_other_keys_stay(keys: str) -> None:
    made = Pseudonyms(KEY).digits(keys)
    assert len(made) == len(keys)
    assert all((old != new) == old.isdigit() for old, new in zip(keys, made, strict=True))


@given(st.text(max_size=40))
def test_words_keep_their_lengths_and_lose_their_letters(said: str) -> None:
    made = Pseudonyms(KEY).words(said)
    assert len(made) == len(said)
    old, new = (re.findall(r"[^\W_]+", each) for each in (said, made))
    assert [len(each) for each in old] == [len(each) for each in new]
    assert not [
        each for each, other in zip(old, new, strict=True) if each.casefold() == other.casefold() and len(each) > 1
    ]


@given(st.text(min_size=4, max_size=30), st.text(max_size=20))
def test_a_value_that_was_replaced_is_found_in_later_texts(value: str, around: str) -> None:
    made = Pseudonyms(KEY)
    made.words(value)
    if re.fullmatch(r"[^\W_]{4,}", value):
        assert value.casefold() not in made.text(f"{around} {value}!").removeprefix(around).casefold()


@given(st.text(max_size=200))
def test_whatever_comes_is_taken_and_twice_the_same(text: str) -> None:
    one, other = scrubber(), scrubber()
    for each in (one, other):
        each.body(text, "text/xml")
    assert one.body(text, "text/plain") == other.body(text, "text/plain")
    assert one.address(text) == other.address(text)
    assert one.message(text) == other.message(text)
    assert one.headers([("Cookie", text), ("X-Any", text)]) == other.headers([("Cookie", text), ("X-Any", text)])


def test_a_number_that_was_said_is_the_same_however_it_is_written() -> None:
    scrub = scrubber()
    said = scrub.value("SpeechResult", "sou Rita Canaria, meu cpf é 111.444.777-35")
    number = re.sub(r"[^0-9]", "", said)
    assert scrub.value("Digits", CPF) == number
    echoed = scrub.body(
        "<Response><Say>sou Rita Canaria, meu cpf é 111.444.777-35; é 11144477735?</Say></Response>", "xml"
    )
    assert echoed == f"<Response><Say>{said}; é {number}?</Say></Response>"


def test_what_an_agent_hands_over_stays_json() -> None:
    scrub = scrubber()
    handed = json.dumps({"nome": "Rita Canária", "cpf": CPF, "ok": True, "id": 11144477735, "lista": ["é"]})
    made = scrub.value("HandoffData", handed)
    assert made == scrub.message(json.dumps({"type": "end", "handoffData": handed}))["handoffData"]
    told = json.loads(made)
    assert told.keys() == {"nome", "cpf", "ok", "id", "lista"}
    assert told["cpf"] == str(told["id"]).rjust(11, "0") == scrub.value("Digits", CPF)
    assert told["ok"] is True
    assert "Can" not in made


def test_another_capture_replaces_the_same_by_something_else() -> None:
    one, other = Pseudonyms(b"one key"), Pseudonyms(b"another key")
    assert one.telephone(CALLER) != other.telephone(CALLER)
    assert one.digits(CPF) != other.digits(CPF)
    assert one.sid("CA" + "1" * 32) != other.sid("CA" + "1" * 32)


def test_markup_stays_markup_where_somebody_said_a_word_of_it() -> None:
    scrub = scrubber()
    scrub.fields([("SpeechResult", "gather"), ("CallerName", "SPEECH RESPONSE")])
    body = '<Response><Gather input="speech" action="/a"><Say>speech and gather</Say></Gather></Response>'
    made = scrub.body(body, "text/xml")
    assert made.startswith('<Response><Gather input="speech" action="/a"><Say>')
    assert "speech and gather" not in made


@pytest.mark.parametrize("name", ["anonymous", "+266696687", "Restricted"])
def test_a_withheld_number_stays_withheld(name: str) -> None:
    assert scrubber().value("From", name) == name


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        ("client:ana.canaria", r"client:[a-z]{3}\.[a-z]{7}"),
        ("sip:ana@pbx.example.com", r"sip:[a-z]{3}@[a-z]+(\.[a-z]+)*\.example"),
        ("whatsapp:+5511987654321", r"whatsapp:\+5500[0-9]{9}"),
    ],
)
def test_a_party_that_is_no_number_keeps_its_kind(value: str, shape: str) -> None:
    made = scrubber().value("From", value)
    assert made != value
    assert re.fullmatch(shape, made) or "canaria" not in made


@pytest.mark.parametrize(
    ("message", "gone"),
    [
        ({"type": "setup", "from": CALLER, "callerName": "Rita Canaria", "customParameters": {"cpf": CPF}}, "canaria"),
        ({"type": "prompt", "voicePrompt": "sou Rita Canaria", "last": True}, "canaria"),
        ({"type": "dtmf", "digit": "7"}, '"digit": "7"'),
        ({"type": "end", "handoffData": '{"name":"Rita Canaria"}'}, "canaria"),
        ({"type": "text", "token": f"o cpf {CPF}", "last": True}, CPF),
        ({"event": "start", "start": {"customParameters": {"nome": "Canaria"}, "callSid": "CA" + "1" * 32}}, "canaria"),
        ({"event": "new", "thing": ["Canaria", 11144477735]}, CPF),
    ],
)
def test_messages_over_websockets_lose_what_is_somebodys(message: dict[str, object], gone: str) -> None:
    made = scrubber().message(json.dumps(message))
    told = json.dumps(made)
    assert gone not in told.lower()
    assert CPF not in told
    assert made.keys() == message.keys()
    assert [made.get(key) for key in ("type", "event", "last")] == [
        message.get(key) for key in ("type", "event", "last")
    ]


@pytest.mark.parametrize(
    ("said", "gone"),
    [
        ("o cpf 111.444.777.35", "444"),
        ("o cnpj 12.ABC.345/01DE-35", "ABC"),
        ("o cnpj 11.222.333/0001-81", "222"),
    ],
)
def test_a_document_is_taken_for_no_address_and_may_have_letters(said: str, gone: str) -> None:
    assert gone not in scrubber().body(f"<Response><Say>{said}</Say></Response>", "text/xml")


def test_an_address_of_the_network_stays() -> None:
    assert scrubber().body("de 192.168.0.10", "text/plain") == "de 192.168.0.10"


def test_keys_that_are_read_back_one_by_one_are_replaced() -> None:
    scrub = scrubber()
    body = "<Response><Say>Você digitou 4, 0, 7, 1. Tecle 1, 2, 3, 4.</Say></Response>"
    assert scrub.body(body, "text/xml") == body
    made = scrub.value("Digits", "4071")
    assert ", ".join(made) + ". Tecle 1, 2, 3, 4." in scrub.body(body, "text/xml")


def test_a_capture_is_its_owners_alone_from_the_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "chmod", lambda *_: None)
    before = os.umask(0)
    try:
        CaptureLog(tmp_path / "a.capture", lambda: 0.0).end()
    finally:
        os.umask(before)
    assert (tmp_path / "a.capture").stat().st_mode & 0o777 == 0o600
