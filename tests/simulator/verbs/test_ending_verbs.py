"""<Redirect>, <Hangup>, <Reject>, and the end of a document.

Source: Twilio, "TwiML Voice: <Redirect>", "<Hangup>", "<Reject>" (twilio.com/docs/voice/twiml/redirect ...).
"""

from __future__ import annotations

import pytest

from tests.webapps import WebApp, call, codes, ended_by, events, said


def test_the_end_of_the_document_hangs_up() -> None:
    transcript = call(WebApp().page("/voice", "<Say>tchau</Say>"))
    assert ended_by(transcript) == "app"
    assert transcript.status == "completed"


def test_an_empty_document_is_an_answered_call() -> None:
    assert call(WebApp().page("/voice", "")).status == "completed"


def test_hangup_leaves_the_verbs_after_it_unreached() -> None:
    transcript = call(WebApp().page("/voice", "<Hangup/><Say>nunca</Say>"))
    assert said(transcript) == []
    assert transcript.status == "completed"


def test_redirect_goes_on_with_another_document() -> None:
    app = WebApp().page("/voice", "<Redirect>other?x=1</Redirect><Say>nunca</Say>").page("/other", "<Say>aqui</Say>")
    assert said(call(app)) == ["aqui"]
    assert (app.last.method, app.last.query) == ("POST", {"x": "1"})


def test_redirect_by_get() -> None:
    app = WebApp().page("/voice", '<Redirect method="GET">/other</Redirect>').page("/other", "")
    call(app)
    assert app.last.method == "GET"
    assert app.last.query["CallStatus"] == "in-progress"


def test_an_empty_redirect_asks_for_the_same_document() -> None:
    app = WebApp().page("/voice", "<Redirect/>", "<Say>outra vez</Say>")
    assert said(call(app)) == ["outra vez"]


def test_a_circle_of_redirects_is_told_instead_of_followed_for_ever() -> None:
    transcript = call(WebApp().page("/voice", "<Redirect/>"))
    assert transcript.error is not None
    assert "in a circle" in transcript.error.message


@pytest.mark.parametrize(
    ("reason", "status"), [("", "no-answer"), ('reason="rejected"', "no-answer"), ('reason="busy"', "busy")]
)
def test_reject_ends_the_call_unanswered(reason: str, status: str) -> None:
    transcript = call(WebApp().page("/voice", f"<Reject {reason}/><Say>nunca</Say>"))
    assert transcript.status == status
    assert said(transcript) == []
    assert len(events(transcript, "reject")) == 1


def test_reject_after_an_answer_only_hangs_up() -> None:
    assert call(WebApp().page("/voice", '<Say>oi</Say><Reject reason="busy"/>')).status == "completed"


def test_an_unknown_element_is_left_out_and_the_right_one_is_named() -> None:
    transcript = call(WebApp().page("/voice", "\n<say>oi</say><Say>segue</Say>"))
    assert codes(transcript) == [12200]
    assert "line 2: <say> is no verb (did you mean <Say>?); it is left out" in transcript.warnings[0].message
    assert said(transcript) == ["segue"]


@pytest.mark.parametrize(
    ("verb", "code"),
    [
        ('<Redirect method="PUT">/other</Redirect>', 13710),
        ('<Reject reason="tired"/>', 13810),
        ("<Hangup a='b'/>", 12200),
    ],
)
def test_a_wrong_attribute_has_the_vendors_number(verb: str, code: int) -> None:
    assert codes(call(WebApp().page("/voice", verb).page("/other", ""))) == [code]


def test_case_counts_in_the_name_of_an_attribute() -> None:
    transcript = call(WebApp().page("/voice", '<Gather numdigits="1"/>'))
    assert codes(transcript) == [12200]
    assert "has no attribute 'numdigits'" in transcript.warnings[0].message
    assert transcript.warnings[0].message.endswith("Write numDigits: case counts.")
