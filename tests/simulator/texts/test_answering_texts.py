"""A text comes in: the messaging webhook is asked, and the document that it answers is performed.

Sources: Twilio, "Twilio's request to your incoming message Webhook URL", the pages on <Message> and <Redirect> of
"TwiML for Programmable Messaging", and the dictionary's 14101 to 14110.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import pytest
from twilio.request_validator import RequestValidator
from twilio.twiml import voice_response
from twilio.twiml.messaging_response import MessagingResponse

from ivr.simulator.carrier import DEMO_CALLER, DEMO_NUMBER, DEMO_TOKEN
from ivr.simulator.telephone import Telephone
from ivr.simulator.text_talk import TextTalk
from ivr.simulator.texting.reply_verbs import VERBS_OF_CALLS
from ivr.simulator.texts.account_texts import AccountTexts, TextFate
from ivr.simulator.verbs import registry, unsimulated
from tests.webapps import Page, WebApp, codes


@pytest.fixture
def phone() -> Iterator[Telephone]:
    telephone = Telephone()
    yield telephone
    telephone.hang_up()


def sent(talk: TextTalk) -> list[str]:
    return [message.body for message in talk.texts]


def test_the_webhook_hears_of_the_text_in_the_vendors_fields_signed(phone: Telephone) -> None:
    app = WebApp().page("/sms", "")
    phone.text(app, "Olá, é a ação?", media=("http://app.test/foto.png",))
    assert app.last.form == {
        "AccountSid": "AC" + "0" * 32,
        "ApiVersion": "2010-04-01",
        "Body": "Olá, é a ação?",
        "From": DEMO_CALLER,
        "FromCity": "",
        "FromCountry": "BR",
        "FromState": "",
        "FromZip": "",
        "MediaContentType0": "image/png",
        "MediaUrl0": "http://app.test/foto.png",
        "MessageSid": app.last.form["MessageSid"],
        "NumMedia": "1",
        "NumSegments": "1",
        "SmsMessageSid": app.last.form["MessageSid"],
        "SmsSid": app.last.form["MessageSid"],
        "SmsStatus": "received",
        "To": DEMO_NUMBER,
        "ToCity": "",
        "ToCountry": "BR",
        "ToState": "",
        "ToZip": "",
    }
    assert app.last.form["MessageSid"].startswith("MM")
    signature = app.last.headers["X-Twilio-Signature"]
    assert RequestValidator(DEMO_TOKEN).validate("http://app.test/sms", app.last.form, signature)


def test_what_the_vendors_library_writes_is_sent(phone: Telephone) -> None:
    answer = MessagingResponse()
    answer.message("um")
    two = answer.message(to="+5511911112222", from_=DEMO_NUMBER)
    two.body("dois")
    two.media("/a.png")
    answer.redirect("/mais")
    app = WebApp().raw("/sms", Page(str(answer).encode())).page("/mais", "<Message>três</Message>")
    talk = phone.text(app, "oi").receives("DOIS").receives("três")
    assert [(one.to, one.body, one.media, one.direction, one.status) for one in talk.texts] == [
        (DEMO_CALLER, "um", (), "outbound-reply", "delivered"),
        ("+5511911112222", "dois", ("http://app.test/a.png",), "outbound-reply", "delivered"),
        (DEMO_CALLER, "três", (), "outbound-reply", "delivered"),
    ]
    assert app.to("/mais")[0].form["Body"] == "oi"


@pytest.mark.parametrize(
    "page",
    [
        Page(b"<Response/>"),
        Page(b"", headers=(("Content-Type", "text/plain"),)),
        Page(b"", "204 No Content", ()),
        Page(b" \n", headers=(("Content-Type", "text/plain"),)),
    ],
)
def test_an_empty_answer_sends_nothing(phone: Telephone, page: Page) -> None:
    talk = phone.text(WebApp().raw("/sms", page), "oi").receives_nothing()
    assert (talk.texts, talk.failures) == ([], [])


def test_plain_text_is_a_text_with_its_lines(phone: Telephone) -> None:
    plain = Page("olá\nvocê".encode(), headers=(("Content-Type", "text/plain; charset=utf-8"),))
    assert sent(phone.text(WebApp().raw("/sms", plain), "oi")) == ["olá\nvocê"]


def test_the_action_hears_of_the_text_and_answers_what_comes_next(phone: Telephone) -> None:
    app = WebApp().page("/sms", '<Message action="/foi">um</Message><Message>nunca</Message>')
    app.page("/foi", "<Message>dois</Message>", "")
    talk = phone.text(app, "oi")
    assert sent(talk) == ["um", "dois"]
    asked, *statuses = app.to("/foi")
    assert (asked.form["MessageStatus"], asked.form["MessageSid"]) == ("sending", talk.texts[0].sid)
    assert asked.form["Body"] == "oi"
    assert [one.form["MessageStatus"] for one in statuses] == ["sent", "delivered"]


def test_statuses_go_to_the_status_callback_where_there_is_one(phone: Telephone) -> None:
    app = WebApp().page("/sms", '<Message action="/foi" statusCallback="/st">um</Message>').page("/foi", "")
    talk = phone.text(app.page("/st", ""), "oi", texts=AccountTexts({DEMO_CALLER: TextFate("undelivered", 30005)}))
    assert len(app.to("/foi")) == 1
    assert [one.params["MessageStatus"] for one in talk.callbacks] == ["sent", "undelivered"]
    assert talk.callbacks[-1].params["ErrorCode"] == "30005"


def test_verbs_of_calls_answer_no_text_and_are_warned_of(phone: Telephone) -> None:
    app = WebApp().page("/sms", "<Say>oi</Say><Message>mesmo assim</Message><Fax/>")
    talk = phone.text(app, "oi").expects(14110, 12200)
    assert codes(talk.transcript) == [14110, 12200]
    assert sent(talk) == ["mesmo assim"]
    phone.verify()


def test_the_verbs_of_calls_are_those_that_the_vendor_has() -> None:
    played = registry.VERBS.keys() | unsimulated.VERBS | {"Prompt"}
    assert played - {"Redirect", "Sms"} == VERBS_OF_CALLS
    written = {name for name, _ in inspect.getmembers(voice_response, inspect.isclass)}
    assert written >= VERBS_OF_CALLS


@pytest.mark.parametrize(
    ("verb", "code"),
    [
        ("<Message/>", 14103),
        ("<Message><Media>ftp://a</Media></Message>", 14103),
        ('<Message to="ana">oi</Message>', 14101),
        ('<Message from="+551130030099">oi</Message>', 14102),
    ],
)
def test_a_reply_that_cannot_be_sent_fails_the_test(phone: Telephone, verb: str, code: int) -> None:
    talk = phone.text(WebApp().page("/sms", verb), "oi")
    assert (codes(talk.transcript), talk.texts) == ([code], [])
    with pytest.raises(AssertionError, match=f"the conversation met error {code}"):
        phone.verify()


@pytest.mark.parametrize(
    ("verb", "code"),
    [
        ('<Message method="PUT">oi</Message>', 14104),
        ('<Message statusCallback="mailto:a@app.test">oi</Message>', 14105),
        ("<Message>oi<Say>a</Say></Message>", 12200),
        ('<Message corpo="a">oi</Message>', 12200),
        ("<Message>oi</Message>solto", 12200),
    ],
)
def test_a_reply_that_is_written_wrong_is_sent_and_warned_of(phone: Telephone, verb: str, code: int) -> None:
    talk = phone.text(WebApp().page("/sms", verb), "oi")
    assert (codes(talk.transcript), sent(talk)) == ([code], ["oi"])


def test_an_application_that_goes_in_a_circle_is_stopped(phone: Telephone) -> None:
    app = WebApp().page("/sms", "<Redirect/>")
    talk = phone.text(app, "oi").expects(14106)
    assert len(app.received) == 20
    assert talk.transcript.error
    assert talk.transcript.error.code == 14106


def test_where_the_webhook_fails_the_fallback_answers(phone: Telephone) -> None:
    app = WebApp().raw("/sms", Page(b"", "500 Oh")).page("/f", "<Message>até já</Message>")
    talk = phone.text(app, "oi", fallback="/f").expects(11200)
    assert sent(talk) == ["até já"]
    assert (app.last.form["ErrorCode"], app.last.form["ErrorUrl"]) == ("11200", "http://app.test/sms")
    assert app.last.form["Body"] == "oi"


@pytest.mark.parametrize(
    ("page", "code"),
    [(Page(b"", "500 Oh"), 11200), (Page(b"<Response>"), 12100), (Page(b"<a/>"), 12102), (Page(b"", "200 OK"), 12100)],
)
def test_without_a_document_the_conversation_has_an_error(phone: Telephone, page: Page, code: int) -> None:
    talk = phone.text(WebApp().raw("/sms", page), "oi")
    assert talk.transcript.error
    assert talk.transcript.error.code == code
    with pytest.raises(AssertionError, match=str(code)):
        phone.verify()


def test_who_texts_stop_is_sent_nothing_until_start(phone: Telephone) -> None:
    app = WebApp().page("/sms", "<Message>oi</Message>")
    talk = phone.text(app, " stop ").expects(21610)
    assert (sent(talk), codes(talk.transcript)) == ([], [21610])
    assert sent(talk.text("oi")) == []
    assert sent(talk.text("Start")) == ["oi"]


def test_cookies_hold_for_a_conversation(phone: Telephone) -> None:
    page = Page(b"<Response/>", headers=(("Content-Type", "text/xml"), ("Set-Cookie", "passo=1; Path=/")))
    app = WebApp().raw("/sms", page)
    phone.text(app, "um").text("dois")
    assert [one.headers.get("Cookie") for one in app.received] == [None, "passo=1"]
    phone.text(app, "outra conversa")
    assert "Cookie" not in app.last.headers


def test_what_came_before_the_last_text_is_not_received_again(phone: Telephone) -> None:
    app = WebApp().page("/sms", "<Message>um</Message>", "<Message>dois</Message>")
    talk = phone.text(app, "a").receives("um").text("b").receives("dois")
    with pytest.raises(AssertionError, match="'um' was not texted; texted instead: \"dois\""):
        talk.receives("um")
    with pytest.raises(AssertionError, match="a text came"):
        talk.receives_nothing()


def test_time_passes_until_what_was_sent_has_arrived(phone: Telephone) -> None:
    talk = phone.text(WebApp().page("/sms", "<Message>um</Message>"), "a")
    assert talk.clock.elapsed() == 3.0
