"""``carrier.fields``: whatever Twilio may send beside the fields of every call, signed and sent with each request."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.errors import ScriptError
from ivr.simulator.carrier import DEMO_TOKEN
from ivr.simulator.signature import sign
from tests.replay.test_nothing_failed_is_green import played
from tests.webapps import WebApp

FIELDS = {
    "FromCity": "Campinas", "FromState": "SP", "FromZip": "13000-000", "ToCity": "São Paulo",
    "ForwardedFrom": "+551130030000", "CallerName": "ANA SILVA", "StirVerstat": "TN-Validation-Passed-A",
    "SipHeader_X-Protocolo": "42", "SipDomain": "a.sip.test",
}  # fmt: skip


def fields(**given: str) -> str:
    return "carrier: {fields: {" + ", ".join(f"{name}: '{value}'" for name, value in given.items()) + "}}"


def test_the_fields_go_with_each_request_signed_as_all_others(tmp_path: Path) -> None:
    app = WebApp().page("/voice", "<Redirect>/next</Redirect>").page("/next", "<Say>oi</Say>")
    status = fields(**FIELDS).replace("carrier: {", "carrier: {status_callback: {url: /next}, ")
    assert played(tmp_path, app, status).passed
    assert len(app.received) == 3
    for one in app.received:
        assert {name: one.form[name] for name in FIELDS} == FIELDS
        assert one.headers["X-Twilio-Signature"] == sign(DEMO_TOKEN, one.url, tuple(one.form.items()))


def test_what_is_said_of_from_is_said_of_caller_and_of_to_of_called(tmp_path: Path) -> None:
    app = WebApp().page("/voice", "<Say>oi</Say>")
    played(tmp_path, app, fields(FromCity="Campinas", ToState="SP"))
    form = app.last.form
    assert [form[name] for name in ("FromCity", "CallerCity", "ToState", "CalledState")] == ["Campinas"] * 2 + [
        "SP"
    ] * 2


def test_the_leg_of_a_dial_is_another_call_and_has_none_of_them(tmp_path: Path) -> None:
    app = WebApp().page("/voice", "<Dial><Number url='/whisper'>+551140030015</Number></Dial>").page("/whisper", "")
    played(tmp_path, app, fields(CallerName="ANA") + "\nsteps: [{callee: answered}]")
    assert ["CallerName" in one.form for one in app.received] == [True, False]


@pytest.mark.parametrize("name", ["CallSid", "From", "Digits", "AccountSid", "SpeechResult", "DialCallStatus"])
def test_a_field_that_the_call_itself_decides_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ScriptError, match=f"the simulator writes {name} itself"):
        played(tmp_path, WebApp(), fields(**{name: "x"}))


@pytest.mark.parametrize(
    ("name", "hint"), [("FromTown", "Twilio sends no field"), ("FormCity", "did you mean FromCity")]
)
def test_a_field_that_twilio_never_sends_is_refused(tmp_path: Path, name: str, hint: str) -> None:
    with pytest.raises(ScriptError, match=hint):
        played(tmp_path, WebApp(), fields(**{name: "x"}))


def test_a_client_sends_whatever_parameters_it_likes(tmp_path: Path) -> None:
    app = WebApp().page("/voice", "<Say>oi</Say>")
    assert played(tmp_path, app, "from: 'client:ana'\n" + fields(customerId="7")).passed
    assert app.last.form["customerId"] == "7"
