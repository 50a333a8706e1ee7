"""Messages.json: texts that the application sends over the API, and those that come in.

Source: Twilio, Message resource, and "Outbound Message Status in Status Callbacks".
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.request_validator import RequestValidator

from ivr.simulator.carrier import DEMO_TOKEN, Carrier
from ivr.simulator.rest.switchboard import Switchboard
from ivr.simulator.texts.account_texts import TextFate
from ivr.simulator.texts.text_message import TextDraft
from tests.simulator.rest.account import AGENT, Account, client
from tests.webapps import CALLED, CALLER, WebApp, codes, events

STATUS = "http://app.test/texts"


def account(fate: TextFate | None = None) -> Account:
    made = Account(WebApp().page("/voice", "<Say>um momento</Say><Pause length='9'/>").page("/texts", ""))
    made.switchboard.numbers.add(CALLED)
    made.switchboard.texts.fates = {AGENT: fate} if fate else {}
    return made


def send(account: Account, **options: Any) -> str:
    sid: str = account.client.messages.create(**{"to": AGENT, "from_": CALLED, "body": "Olá", **options}).sid
    return sid


def refusal(account: Account, **options: Any) -> tuple[int, int]:
    with pytest.raises(TwilioRestException) as refused:
        send(account, **options)
    return refused.value.status, refused.value.code


def test_a_text_is_queued_then_sent_then_delivered() -> None:
    made = account()
    created = made.client.messages.create(to=AGENT, from_=CALLED, body="Olá")
    assert created.sid.startswith("SM")
    assert (created.status, created.direction, created.date_sent) == ("queued", "outbound-api", None)
    assert (created.body, created.num_segments, created.num_media) == ("Olá", "1", "0")
    made.switchboard.run()
    message = made.client.messages(created.sid).fetch()
    assert (message.status, message.error_code, message.to, message.from_) == ("delivered", None, AGENT, CALLED)
    assert (message.date_sent - message.date_created).total_seconds() == 1
    assert (message.date_updated - message.date_created).total_seconds() == 3


def test_statuses_after_the_first_are_told_signed_and_in_order() -> None:
    made = account()
    sid = send(made, status_callback=STATUS)
    made.switchboard.run()
    told = made.app.to("/texts")
    assert [one.form["MessageStatus"] for one in told] == ["sent", "delivered"]
    assert told[0].form == {
        "AccountSid": made.carrier.account_sid,
        "ApiVersion": "2010-04-01",
        "From": CALLED,
        "MessageSid": sid,
        "MessageStatus": "sent",
        "SmsSid": sid,
        "SmsStatus": "sent",
        "To": AGENT,
    }
    validator = RequestValidator(DEMO_TOKEN)
    assert all(validator.validate(STATUS, one.form, one.headers["X-Twilio-Signature"]) for one in told)


@pytest.mark.parametrize(
    ("fate", "statuses", "error"),
    [
        (TextFate("undelivered"), ["sent", "undelivered"], 30003),
        (TextFate("undelivered", 30006), ["sent", "undelivered"], 30006),
        (TextFate("failed", 30007), ["failed"], 30007),
        (TextFate("sent"), ["sent"], None),
    ],
)
def test_what_becomes_of_a_text_is_what_the_script_says(fate: TextFate, statuses: list[str], error: int | None) -> None:
    made = account(fate=fate)
    sid = send(made, status_callback=STATUS)
    made.switchboard.run()
    told = made.app.to("/texts")
    assert [one.form["SmsStatus"] for one in told] == statuses
    assert told[-1].form.get("ErrorCode") == (None if error is None else str(error))
    message = made.client.messages(sid).fetch()
    assert (message.status, message.error_code) == (statuses[-1], error)
    assert (message.error_message is None) == (error is None)


def test_a_fate_of_a_beginning_holds_for_all_numbers_that_begin_so() -> None:
    made = account()
    made.switchboard.texts.fates = {"+44": TextFate(refused=21408), "+447": TextFate()}
    assert refusal(made, to="+442079460000") == (400, 21408)
    assert send(made, to="+447700900123")


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"to": "+0"}, 21211),
        ({"to": "telefone"}, 21211),
        ({"to": ""}, 21604),
        ({"from_": ""}, 21603),
        ({"from_": "+1"}, 21212),
        ({"from_": "um nome comprido"}, 21212),
        ({"from_": "+551130030099"}, 21659),
        ({"to": CALLED}, 21266),
        ({"body": ""}, 21602),
        ({"body": "a" * 1601}, 21617),
        ({"media_url": ["ftp://app.test/a.png"]}, 21620),
        ({"media_url": [f"http://app.test/{each}.png" for each in range(11)]}, 21623),
        ({"status_callback": "texts"}, 21609),
        ({"validity_period": 36001}, 90007),
    ],
)
def test_a_text_that_the_vendor_would_not_take_is_refused_as_it_does(options: dict[str, Any], code: int) -> None:
    made = account()
    assert refusal(made, **options) == (400, code)
    assert made.client.messages.list() == []


@pytest.mark.parametrize("code", [21408, 21606, 21610, 21612, 21614])
def test_what_lies_with_the_receiver_is_refused_where_the_script_says_so(code: int) -> None:
    assert refusal(account(fate=TextFate(refused=code))) == (400, code)


@pytest.mark.parametrize(
    "options",
    [
        {"messaging_service_sid": "MG" + "0" * 32},
        {"send_at": datetime(2026, 3, 11, tzinfo=UTC)},
        {"schedule_type": "fixed"},
        {"content_sid": "HX" + "0" * 32},
        {"application_sid": "AP" + "0" * 32},
    ],
)
def test_a_text_that_would_go_another_way_is_told_not_to_be_simulated(options: dict[str, Any]) -> None:
    made = account()
    assert refusal(made, **options) == (501, 0)
    assert [notice.code for notice in made.switchboard.refusals()] == [0]


def test_a_parameter_without_effect_is_told_and_the_text_is_sent() -> None:
    made = account()
    made.when("/voice", lambda: send(made, smart_encoded=True))
    transcript = made.incoming()
    assert codes(transcript) == [0]
    assert "SmartEncoded" in transcript.warnings[0].message
    assert [message.to for message in transcript.texts] == [AGENT]


def test_numbers_written_for_people_are_read_and_a_sender_may_be_a_word() -> None:
    made = account()
    message = made.client.messages.create(to="+55 (11) 90000-0001", from_=CALLED, body="oi")
    assert message.to == AGENT
    # Not over the API: the vendor's own description of an answer knows numbers as senders alone.
    with made.switchboard.held():
        assert made.switchboard.send_text(TextDraft("4003VITRINE", AGENT, "oi")).from_ == "4003VITRINE"


def test_a_text_with_media_needs_no_words() -> None:
    made = account()
    message = made.client.messages.create(to=AGENT, from_=CALLED, media_url=["http://app.test/a.png"])
    assert message.sid.startswith("MM")
    assert (message.num_media, message.body) == ("1", "")


def test_the_list_is_filtered_and_has_the_newest_first() -> None:
    made = account()
    first, second = send(made), send(made, to="+5511900000002")
    listed = made.client.messages.list
    assert [one.sid for one in listed()] == [second, first]
    assert [one.sid for one in listed(to=AGENT)] == [first]
    assert [one.sid for one in listed(from_=CALLED, limit=1)] == [second]
    assert listed(date_sent=date(2026, 3, 10)) == []
    made.switchboard.run()
    assert len(listed(date_sent=date(2026, 3, 10))) == 2
    assert listed(date_sent_after=date(2026, 3, 11)) == []


def test_a_redacted_text_has_no_words_and_all_its_segments() -> None:
    made = account()
    sid = send(made, body="ç" * 100)
    made.switchboard.run()
    redacted = made.client.messages(sid).update(body="")
    assert (redacted.body, redacted.num_segments) == ("", "2")
    assert made.client.messages(sid).fetch().body == ""


def test_a_text_is_deleted_once_it_has_come_to_its_end() -> None:
    made = account()
    sid = send(made)
    with pytest.raises(TwilioRestException) as early:
        made.client.messages(sid).delete()
    assert (early.value.status, early.value.code) == (409, 20009)
    made.switchboard.run()
    assert made.client.messages(sid).delete()
    with pytest.raises(TwilioRestException) as gone:
        made.client.messages(sid).fetch()
    assert (gone.value.status, gone.value.code) == (404, 20404)


@pytest.mark.parametrize(
    ("change", "code"), [({"body": "outro"}, 20001), ({"status": "canceled"}, 30409), ({"status": "sent"}, 20001)]
)
def test_a_text_that_was_sent_takes_no_other_change(change: dict[str, str], code: int) -> None:
    made = account()
    sid = send(made)
    made.switchboard.run()
    with pytest.raises(TwilioRestException) as refused:
        made.client.messages(sid).update(**change)
    assert refused.value.code == code
    assert made.client.messages(sid).fetch().body == "Olá"


def test_a_text_of_a_webhook_stands_in_the_transcript_of_its_call() -> None:
    made = account()
    made.when("/voice", lambda: send(made, to=CALLER, status_callback=STATUS))
    transcript = made.incoming()
    (event,) = events(transcript, "text")
    assert (event.t, event["body"], event["direction"], event["status"]) == (0.0, "Olá", "outbound-api", "delivered")
    assert [message.body for message in transcript.texts] == ["Olá"]
    callbacks = [one for one in events(transcript, "request") if one.get("callback")]
    assert [(one.t, one["params"]["MessageStatus"]) for one in callbacks] == [(1.0, "sent"), (3.0, "delivered")]
    assert transcript.warnings == []


def test_a_callback_about_a_text_that_is_refused_is_a_warning() -> None:
    made = account()
    made.when("/voice", lambda: send(made, status_callback="http://app.test/nowhere"))
    transcript = made.incoming()
    assert codes(transcript) == [15003, 15003]
    assert all(notice.failure for notice in transcript.warnings)


def test_two_runs_of_one_account_give_texts_the_same_identifiers() -> None:
    assert send(account()) == send(account())


def test_another_accounts_token_sends_nothing() -> None:
    made = account()
    stranger = client(made.switchboard, token="1" * 32)
    with pytest.raises(TwilioRestException) as refused:
        stranger.messages.create(to=AGENT, from_=CALLED, body="Olá")
    assert refused.value.status == 401
    assert made.switchboard.texts.kept == {}


def test_numbers_of_the_carrier_may_send() -> None:
    made = Account(WebApp().page("/voice", ""), carrier=Carrier(numbers=("+551130030015",)))
    made.incoming()
    assert send(made, from_="+551130030015")
    assert isinstance(made.switchboard, Switchboard)
