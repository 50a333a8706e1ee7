"""<Sms> of a call: a text is sent and the call goes on.

Source: Twilio's page on <Sms> of voice.
"""

from __future__ import annotations

import pytest

from ivr.simulator.carrier import Carrier
from ivr.simulator.transcript import Transcript
from tests.webapps import CALLED, CALLER, WebApp, call, codes, events, said


def sent(transcript: Transcript) -> list[tuple[str, str, str, str]]:
    return [(one["from"], one["to"], one["body"], one["status"]) for one in events(transcript, "text")]


def test_the_text_goes_from_the_number_dialled_to_the_caller() -> None:
    transcript = call(WebApp().page("/voice", "<Sms>Seu protocolo é 42.</Sms><Say>segue</Say>"))
    assert sent(transcript) == [(CALLED, CALLER, "Seu protocolo é 42.", "delivered")]
    assert [message.direction for message in transcript.texts] == ["outbound-call"]
    assert said(transcript) == ["segue"]
    assert transcript.warnings == []


def test_in_an_outbound_call_it_goes_to_whoever_is_called() -> None:
    transcript = call(WebApp().page("/voice", "<Sms>oi</Sms>"), carrier=Carrier(direction="outbound-api"))
    assert sent(transcript) == [(CALLER, CALLED, "oi", "delivered")]


def test_the_action_hears_that_it_is_being_sent_and_the_call_goes_on_there() -> None:
    app = WebApp().page("/voice", '<Sms action="/enviado">oi</Sms><Say>nunca</Say>').page("/enviado", "<Say>foi</Say>")
    transcript = call(app)
    (asked,) = app.to("/enviado")
    assert asked.form["SmsStatus"] == "sending"
    assert asked.form["SmsSid"] == transcript.texts[0].sid
    assert asked.form["CallStatus"] == "in-progress"
    assert said(transcript) == ["foi"]


def test_the_status_callback_hears_what_became_of_it_also_after_the_call() -> None:
    app = WebApp().page("/voice", '<Sms statusCallback="/status">oi</Sms>').page("/status", "")
    transcript = call(app)
    assert [one.form["SmsStatus"] for one in app.to("/status")] == ["sent", "delivered"]
    assert transcript.duration == 0.0


def test_lines_of_a_text_stay_lines() -> None:
    transcript = call(WebApp().page("/voice", "<Sms>\n  um\n  dois\n</Sms>"))
    assert transcript.texts[0].body == "um\n  dois"


@pytest.mark.parametrize(
    ("sms", "code"),
    [
        ("<Sms/>", 14103),
        (f"<Sms>{'a' * 1601}</Sms>", 14103),
        ('<Sms to="ana">oi</Sms>', 14101),
        ('<Sms from="+551130030099">oi</Sms>', 14102),
    ],
)
def test_a_text_that_cannot_be_sent_is_told_the_action_as_invalid(sms: str, code: int) -> None:
    app = WebApp().page("/voice", sms.replace("<Sms", '<Sms action="/enviado"', 1)).page("/enviado", "")
    transcript = call(app)
    assert codes(transcript) == [code]
    assert transcript.warnings[0].failure
    assert transcript.texts == []
    (asked,) = app.to("/enviado")
    assert (asked.form["SmsStatus"], asked.form["SmsSid"]) == ("invalid", "")


def test_nobody_can_be_texted_whose_number_is_hidden() -> None:
    assert codes(call(WebApp().page("/voice", "<Sms>oi</Sms>"), from_="anonymous")) == [14101]


@pytest.mark.parametrize(
    ("sms", "code"),
    [
        ('<Sms method="PUT">oi</Sms>', 14104),
        ('<Sms statusCallback="mailto:ana@app.test">oi</Sms>', 14105),
        ('<Sms körper="x">oi</Sms>', 12200),
        ("<Sms>oi<Say>a</Say></Sms>", 12200),
    ],
)
def test_what_is_written_wrong_is_warned_of_and_the_text_is_sent(sms: str, code: int) -> None:
    transcript = call(WebApp().page("/voice", sms))
    assert codes(transcript) == [code]
    assert [message.body for message in transcript.texts] == ["oi"]


def test_a_text_of_a_secret_answer_is_shown_as_marks() -> None:
    app = WebApp().page("/voice", "<Sms>4711</Sms>")
    transcript = call(app, conceals_speech=lambda _: True)
    assert sent(transcript) == [(CALLED, CALLER, "••••", "delivered")]
    assert transcript.texts[0].body == "4711"
    assert "4711" not in str(transcript.as_dict())
