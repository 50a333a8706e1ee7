"""<Number> in a <Dial>: the whisper, the digits, the status callback of one leg. <Client> and <Sip> have them too.

Sources: Twilio, "TwiML Voice: <Number>", "<Client>", "<Sip>" (twilio.com/docs/voice/twiml/number, client, sip).
"""

from __future__ import annotations

import pytest

from ivr.simulator.phones import steps
from ivr.simulator.transcript import Transcript
from tests.webapps import CALL_SID, CALLER, Page, WebApp, call, codes, events, said

DIALLED = "+551140030015"


def dialling(inside: str, attributes: str = 'action="/after"') -> WebApp:
    app = WebApp().page("/voice", f"<Dial {attributes}>{inside}</Dial>").page("/after", "<Say>como foi</Say>")
    app.page("/status", "")
    return app.page("/whisper", "<Say>chamada da central</Say>")


def screened(inside: str = f'<Number url="/whisper">{DIALLED}</Number>') -> WebApp:
    """A callee who must press 1 to take the call."""
    app = dialling(inside)
    app.page("/whisper", '<Gather numDigits="1" action="/take"><Say>tecle 1 para atender</Say></Gather><Hangup/>')
    return app.page("/take", "<Say>conectando</Say>")


@pytest.mark.parametrize(
    "inside",
    [
        f'<Number url="/whisper">{DIALLED}</Number>',
        '<Client url="/whisper">ana</Client>',
        '<Sip url="/whisper">sip:ana@pbx.test</Sip>',
    ],
)
def test_url_is_performed_for_the_callee_before_the_talk(inside: str) -> None:
    app = dialling(inside)
    transcript = call(app, steps.Callee("answered", seconds=20))
    assert [one.path for one in app.received] == ["/voice", "/whisper", "/after"]
    assert [(say["text"], say.get("leg")) for say in events(transcript, "say")] == [
        ("chamada da central", 1),
        ("como foi", None),
    ]
    assert app.last.form["DialBridged"] == "true"


def test_the_whisper_is_asked_for_in_the_name_of_the_legs_own_call() -> None:
    app = dialling(f'<Number url="/whisper">{DIALLED}</Number>', 'action="/after" callerId="+551133334444"')
    call(app, steps.Callee("answered"))
    form = app.to("/whisper")[0].form
    assert (form["From"], form["To"], form["Direction"]) == ("+551133334444", DIALLED, "outbound-dial")
    assert (form["ParentCallSid"], form["CallStatus"]) == (CALL_SID, "in-progress")
    assert form["CallSid"] == app.last.form["DialCallSid"]


def test_method_is_that_of_the_whisper() -> None:
    app = dialling(f'<Number url="/whisper" method="GET">{DIALLED}</Number>')
    call(app, steps.Callee("answered"))
    assert (app.to("/whisper")[0].method, app.to("/whisper")[0].query["To"]) == ("GET", DIALLED)


def test_what_the_callee_keys_goes_to_the_gather_of_the_whisper() -> None:
    app = screened()
    transcript = call(app, steps.Callee("answered", seconds=20, keys="1"))
    assert app.to("/take")[0].form["Digits"] == "1"
    assert [(press["digits"], press["leg"]) for press in events(transcript, "press")] == [("1", 1)]
    assert app.last.form["DialCallStatus"] == "completed"
    assert events(transcript, "dial")[0].get("outcome") == "answered"


def test_a_callee_who_presses_nothing_does_not_get_the_call() -> None:
    app = screened()
    transcript = call(app, steps.Callee("answered", seconds=20))
    assert (app.last.form["DialCallStatus"], app.last.form["DialBridged"]) == ("completed", "false")
    assert events(transcript, "dial")[0].as_dict()["seconds"] == 0
    assert said(transcript)[-1] == "como foi"


def test_while_one_hears_its_whisper_the_others_ring_on() -> None:
    inside = f'<Number url="/whisper">{DIALLED}</Number><Number>+551140030016</Number>'
    app = screened(inside)
    transcript = call(app, steps.Callee("answered", leg=1), steps.Callee("answered", seconds=9, leg=2))
    assert [dial["outcome"] for dial in events(transcript, "dial")] == ["completed", "answered"]
    assert (app.last.form["DialCallDuration"], app.last.form["DialBridged"]) == ("9", "true")


def test_the_caller_may_hang_up_during_the_whisper() -> None:
    app = dialling(f'<Number url="/whisper">{DIALLED}</Number>').page("/whisper", '<Pause length="60"/>')
    transcript = call(app, steps.Callee("answered"), steps.HangUp(inside="Dial"))
    assert transcript.status == "completed"
    assert (app.last.path, app.last.form["DialBridged"]) == ("/after", "false")
    assert app.last.form["DialCallStatus"] == "completed"


def test_a_whisper_may_not_dial_13201() -> None:
    app = dialling(f'<Number url="/whisper">{DIALLED}</Number>').page(
        "/whisper", f"<Dial>{DIALLED}</Dial><Say>oi</Say>"
    )
    transcript = call(app, steps.Callee("answered"))
    assert codes(transcript) == [13201]
    assert len(events(transcript, "dial")) == 1


def test_a_whisper_that_fails_takes_the_leg_and_not_the_call() -> None:
    app = dialling(f'<Number url="/whisper">{DIALLED}</Number>').raw("/whisper", Page(b"", "500 Oops"))
    transcript = call(app, steps.Callee("answered"))
    assert app.last.form["DialBridged"] == "false"
    assert said(transcript)[-1] == "como foi"
    assert transcript.error is not None
    assert transcript.error.code == 11200


def test_what_is_whispered_is_not_heard_by_the_caller() -> None:
    app = dialling(f'<Number url="/whisper">{DIALLED}</Number>')
    assert call(app, steps.NotHear("chamada da central"), steps.Callee("answered"), steps.Hear("como foi")).passed


def test_send_digits_are_keyed_once_the_callee_has_answered() -> None:
    transcript = call(dialling(f'<Number sendDigits="ww12">{DIALLED}</Number>'), steps.Callee("answered"))
    assert [(play["digits"], play["leg"]) for play in events(transcript, "play")] == [("ww12", 1)]


def test_wrong_send_digits_are_13222() -> None:
    assert codes(call(dialling(f'<Number sendDigits="abc">{DIALLED}</Number>'), steps.Callee("busy"))) == [13222]


STATUS = 'statusCallback="/status" statusCallbackEvent="initiated ringing answered completed"'


def test_the_status_callback_hears_of_the_leg_from_beginning_to_end() -> None:
    app = dialling(f"<Number {STATUS}>{DIALLED}</Number>")
    transcript = call(app, steps.Callee("answered", seconds=20))
    forms = [one.form for one in app.to("/status")]
    assert [form["CallStatus"] for form in forms] == ["initiated", "ringing", "in-progress", "completed"]
    assert [form["SequenceNumber"] for form in forms] == ["0", "1", "2", "3"]
    assert {(form["ParentCallSid"], form["From"], form["To"]) for form in forms} == {(CALL_SID, CALLER, DIALLED)}
    assert (forms[-1]["CallDuration"], forms[0]["CallSid"]) == ("20", app.last.form["DialCallSid"])
    assert transcript.requests == 2


@pytest.mark.parametrize("outcome", ["busy", "no-answer", "failed", "canceled"])
def test_an_unanswered_leg_is_completed_with_its_status(outcome: steps.Outcome) -> None:
    app = dialling(f'<Number statusCallback="/status">{DIALLED}</Number>')
    call(app, steps.Callee(outcome))
    assert [one.form["CallStatus"] for one in app.to("/status")] == [outcome]


def test_each_leg_has_its_own_callback_and_the_losers_are_canceled() -> None:
    inside = "".join(f'<Number statusCallback="/{name}">+55114003001{name}</Number>' for name in "12")
    app = dialling(inside).page("/1", "").page("/2", "")
    call(app, steps.Callee("answered", leg=2))
    assert app.to("/1")[0].form["CallStatus"] == "canceled"
    assert app.to("/2")[0].form["CallStatus"] == "completed"


def test_completed_is_the_event_that_is_told_by_default() -> None:
    app = dialling('<Client statusCallback="/status" statusCallbackMethod="GET">ana</Client>')
    call(app, steps.Callee("answered"))
    assert [(one.method, one.query["CallStatus"]) for one in app.to("/status")] == [("GET", "completed")]


def test_an_unknown_event_is_a_warning() -> None:
    inside = f'<Number statusCallback="/status" statusCallbackEvent="answered sneezed">{DIALLED}</Number>'
    app = dialling(inside)
    transcript = call(app, steps.Callee("answered"))
    assert codes(transcript) == [12200]
    assert [one.form["CallStatus"] for one in app.to("/status")] == ["in-progress"]


def test_more_than_ten_numbers_are_13250() -> None:
    transcript = call(dialling(f"<Number>{DIALLED}</Number>" * 11), steps.Callee("answered"))
    assert codes(transcript) == [13250]
    assert len(events(transcript, "dial")) == 10


def test_a_sip_address_begins_with_sip() -> None:
    assert codes(call(dialling("<Sip>ana@pbx.test</Sip>"), steps.Callee("busy"))) == [13243]


@pytest.mark.parametrize(
    ("inside", "to"),
    [
        ("<Client><Identity>ana</Identity><Parameter name='a' value='b'/></Client>", "ana"),
        ("<Application><ApplicationSid>AP1</ApplicationSid></Application>", "AP1"),
        ("<WhatsApp>+5511987654321</WhatsApp>", "+5511987654321"),
        ("<Sim>DE1</Sim>", "DE1"),
    ],
)
def test_the_other_nouns_ring_too(inside: str, to: str) -> None:
    transcript = call(dialling(inside), steps.Callee("answered"))
    assert [(dial["to"], dial["outcome"]) for dial in events(transcript, "dial")] == [(to, "answered")]
    assert codes(transcript) == []


@pytest.mark.parametrize(
    ("attribute", "code"), [('machineDetection="Maybe"', 12200), ('machineDetection="Enable"', 21262)]
)
def test_machine_detection_is_looked_at(attribute: str, code: int) -> None:
    assert codes(call(dialling(f"<Number {attribute}>{DIALLED}</Number>"), steps.Callee("answered"))) == [code]


@pytest.mark.parametrize("caller", ["client:ana", "sip:202@pbx.example.com", "SIPS:+5521991040175@pbx.example.com"])
def test_a_caller_without_a_number_rings_no_telephone_without_a_caller_id(caller: str) -> None:
    def dialling(attributes: str, noun: str) -> Transcript:
        app = WebApp().page("/voice", f'<Dial action="/after"{attributes}>{noun}</Dial>').page("/after", "<Hangup/>")
        transcript = call(app, steps.Callee("answered", 5), from_=caller)
        assert app.last.form["DialCallStatus"] == ("failed" if codes(transcript) else "completed")
        return transcript

    number = "<Number>+15005550006</Number>"
    assert codes(dialling("", number)) == [13214]
    assert codes(dialling(' callerId="+551140030015"', number)) == []
    assert codes(dialling("", "<Sip>sip:ana@pbx.example.com</Sip>")) == []
