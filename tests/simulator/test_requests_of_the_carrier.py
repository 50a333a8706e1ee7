"""What the carrier sends, signs, follows and retries."""

from __future__ import annotations

import pytest
from twilio.request_validator import RequestValidator

from ivr.simulator.carrier import Carrier, Fallback, StatusCallback
from ivr.simulator.phones import steps
from ivr.simulator.transports import Request, Response, TransportError, WsgiTransport
from tests.webapps import CALL_SID, CALLED, CALLER, ENTRY, Page, Received, WebApp, call, codes, events, said

TOKEN = "a token of the tests"
CARRIER = Carrier(account_sid="AC" + "2" * 32, auth_token=TOKEN)


def is_signed(received: Received) -> bool:
    return bool(RequestValidator(TOKEN).validate(received.url, received.form, received.headers["X-Twilio-Signature"]))


def test_a_post_and_a_get_are_both_signed_as_the_application_sees_them() -> None:
    app = WebApp().page("/voice", '<Gather action="/next?a=1" method="GET" numDigits="1"/>').page("/next", "")
    call(app, steps.Press("1"), carrier=CARRIER, url=ENTRY + "?line=4003")
    assert [one.method for one in app.received] == ["POST", "GET"]
    assert all(is_signed(one) for one in app.received)


def test_an_entry_by_get_is_signed_too() -> None:
    app = WebApp().page("/voice", "")
    call(app, carrier=Carrier(auth_token=TOKEN, method="GET"))
    assert app.last.method == "GET"
    assert is_signed(app.last)


def test_every_request_has_the_fields_of_the_call() -> None:
    app = WebApp().page("/voice", "")
    call(app, carrier=CARRIER)
    form = app.last.form
    assert {name: form[name] for name in ("AccountSid", "CallSid", "From", "Caller", "To", "Called")} == {
        "AccountSid": "AC" + "2" * 32,
        "CallSid": CALL_SID,
        "From": CALLER,
        "Caller": CALLER,
        "To": CALLED,
        "Called": CALLED,
    }
    assert (form["ApiVersion"], form["Direction"], form["CallStatus"]) == ("2010-04-01", "inbound", "ringing")
    assert (form["FromCountry"], form["FromCity"], form["CalledZip"]) == ("BR", "", "")


def test_the_carrier_may_know_the_number_by_another_name() -> None:
    app = WebApp().page("/voice", "")
    transcript = call(app, carrier=Carrier(to="+5511999990000"))
    assert (app.last.form["To"], transcript.to) == ("+5511999990000", CALLED)


def test_an_outbound_call_is_in_progress_when_its_document_is_asked_for() -> None:
    app = WebApp().page("/voice", "")
    call(app, carrier=Carrier(direction="outbound-api"))
    assert (app.last.form["Direction"], app.last.form["CallStatus"]) == ("outbound-api", "in-progress")


def test_the_headers_are_the_vendors() -> None:
    app = WebApp().page("/voice", "<Redirect>/voice2</Redirect>").page("/voice2", "")
    call(app)
    first, second = (one.headers for one in app.received)
    assert first["User-Agent"] == "TwilioProxy/1.1"
    assert first["I-Twilio-Idempotency-Token"] != second["I-Twilio-Idempotency-Token"]
    assert first["Content-Type"].startswith("application/x-www-form-urlencoded")


def test_user_and_password_of_an_address_become_a_header_never_shown() -> None:
    app = WebApp().page("/voice", "")
    transcript = call(app, url="http://ops:s3cret@app.test/voice", carrier=CARRIER)
    assert app.last.headers["Authorization"] == "Basic b3BzOnMzY3JldA=="
    assert events(transcript, "request")[0]["url"] == ENTRY
    assert is_signed(app.last)


def test_cookies_are_kept_for_the_call_and_forgotten_after_it() -> None:
    cookies = (("Content-Type", "text/xml"), ("Set-Cookie", "a=1; Path=/"), ("Set-Cookie", "b=2; Path=/other"))
    app = WebApp().raw("/voice", Page(b"<Response><Redirect>/other</Redirect></Response>", headers=cookies))
    app.page("/other", "<Redirect>/third</Redirect>").page("/third", "")
    call(app)
    assert [one.headers.get("Cookie") for one in app.received] == [None, "b=2; a=1", "a=1"]
    call(app)
    assert "Cookie" not in app.to("/voice")[1].headers


def redirecting(status: str, location: str = "/there?x=1") -> WebApp:
    headers = (("Location", location),) if location else ()
    return WebApp().raw("/voice", Page(b"", status, headers)).page("/there", "<Say>aqui</Say>")


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other"])
def test_a_redirect_is_followed_by_get_without_the_form(status: str) -> None:
    app = redirecting(status)
    assert said(call(app, carrier=CARRIER)) == ["aqui"]
    assert (app.last.method, app.last.form, app.last.query) == ("GET", {}, {"x": "1"})
    assert is_signed(app.last)


def test_redirect_307_repeats_the_post_with_its_form() -> None:
    app = redirecting("307 Temporary Redirect")
    assert said(call(app, carrier=CARRIER)) == ["aqui"]
    assert (app.last.method, app.last.form["CallSid"]) == ("POST", CALL_SID)
    assert is_signed(app.last)


def test_relative_addresses_count_from_where_a_redirect_led() -> None:
    app = redirecting("302 Found", "/deep/there").page("/deep/there", "<Redirect>next</Redirect>")
    app.page("/deep/next", "<Say>fundo</Say>")
    assert said(call(app)) == ["fundo"]


@pytest.mark.parametrize(
    ("status", "location"), [("308 Permanent Redirect", "/there"), ("304 Not Modified", "/there"), ("302 Found", "")]
)
def test_other_redirects_are_an_error(status: str, location: str) -> None:
    transcript = call(redirecting(status, location))
    assert transcript.error is not None
    assert transcript.error.code == 11216


def test_a_redirect_in_a_circle_is_an_error() -> None:
    transcript = call(redirecting("302 Found", "/voice"))
    assert transcript.error is not None
    assert transcript.error.code == 11215


def test_a_server_error_is_11200_and_the_caller_hears_an_apology() -> None:
    app = WebApp().raw("/voice", Page(b"", "500 Internal Server Error"))
    transcript = call(app)
    assert transcript.error is not None
    assert transcript.error.as_dict() == {
        "code": 11200,
        "message": f"{ENTRY}: the server answered with status 500 (Twilio's error 11200, HTTP retrieval failure; the"
        " fallback takes over, or the call ends). Make the application answer with 200; its own log says why it did"
        " not.",
        "url": ENTRY,
    }
    assert transcript.status == "completed"
    assert len(said(transcript)) == 1
    assert events(transcript, "hangup")[0]["by"] == "carrier"


def test_an_exception_in_the_application_is_a_server_error(caplog: pytest.LogCaptureFixture) -> None:
    def broken(environ: object, start_response: object) -> list[bytes]:
        raise LookupError("senha 4321")

    transcript = call(WsgiTransport(broken))
    assert transcript.error is not None
    assert transcript.error.code == 11200
    assert "LookupError" in caplog.text
    assert "4321" not in caplog.text


class Failing:
    """A transport that fails as often as told, and then asks the application."""

    def __init__(self, app: WebApp, *errors: TransportError) -> None:
        self._inner = WsgiTransport(app)
        self._errors = list(errors)
        self.requests: list[Request] = []

    def send(self, request: Request, timeout: float) -> Response:
        assert 0 < timeout <= 15
        self.requests.append(request)
        if self._errors:
            raise self._errors.pop(0)
        return self._inner.send(request, timeout)


def test_a_connection_that_failed_once_is_tried_again_with_the_same_token() -> None:
    transport = Failing(WebApp().page("/voice", "<Say>oi</Say>"), TransportError("no connection"))
    transcript = call(transport)
    assert said(transcript) == ["oi"]
    assert transcript.error is None
    assert transport.requests[0] == transport.requests[1]
    assert [request["status"] for request in events(transcript, "request")] == [None, 200]
    assert transcript.requests == 2


@pytest.mark.parametrize(
    ("cause", "code", "tries"),
    [("connection", 11205, 2), ("timeout", 11205, 1), ("host", 11210, 1), ("tls", 11220, 1), ("protocol", 11206, 1)],
)
def test_what_brings_no_response_has_its_number(cause: str, code: int, tries: int) -> None:
    error = TransportError("nothing came", cause)  # type: ignore[arg-type]
    transport = Failing(WebApp(), error, error)
    transcript = call(transport)
    assert transcript.error is not None
    assert transcript.error.code == code
    assert len(transport.requests) == tries


@pytest.mark.parametrize("address", ["mailto:a@b.test", "ftp://app.test/", "http://[", "http://a:99999/x"])
def test_what_is_no_http_address_is_11100_and_is_never_sent(address: str) -> None:
    app = WebApp().page("/voice", f"<Redirect>{address}</Redirect>")
    transcript = call(app)
    assert transcript.error is not None
    assert transcript.error.code == 11100
    assert len(app.received) == 1


def with_fallback(page: Page) -> tuple[WebApp, Carrier]:
    app = WebApp().raw("/voice", page).page("/fallback", "<Say>reserva</Say>")
    return app, Carrier(fallback=Fallback("http://app.test/fallback"))


def test_the_fallback_hears_what_failed_and_the_call_goes_on_there() -> None:
    app, carrier = with_fallback(Page(b"", "503 Service Unavailable"))
    transcript = call(app, carrier=carrier)
    assert said(transcript) == ["reserva"]
    assert (app.last.form["ErrorCode"], app.last.form["ErrorUrl"]) == ("11200", ENTRY)
    assert transcript.error is None
    assert codes(transcript) == [11200]


def test_the_fallback_also_serves_later_documents() -> None:
    app, carrier = with_fallback(Page(b'<Response><Gather action="/broken" numDigits="1"/></Response>'))
    app.raw("/broken", Page(b"<Response><Say>", headers=(("Content-Type", "text/xml"),)))
    assert said(call(app, steps.Press("1"), carrier=carrier)) == ["reserva"]
    assert (app.last.form["ErrorCode"], app.last.form["ErrorUrl"]) == ("12100", "http://app.test/broken")


def test_a_fallback_by_get() -> None:
    app, _ = with_fallback(Page(b"", "500 Oops"))
    call(app, carrier=Carrier(fallback=Fallback("http://app.test/fallback", "GET")))
    assert (app.last.method, app.last.query["ErrorCode"]) == ("GET", "11200")


def test_a_fallback_that_fails_ends_the_call_with_its_own_error() -> None:
    app, carrier = with_fallback(Page(b"", "500 Oops"))
    app.raw("/fallback", Page(b"oops"))
    transcript = call(app, carrier=carrier)
    assert transcript.error is not None
    assert transcript.error.code == 12100


def reported(*happenings: str) -> tuple[WebApp, Carrier]:
    app = WebApp().page("/voice", '<Say>oi</Say><Pause length="9"/>').page("/status", "")
    return app, Carrier(auth_token=TOKEN, status_callback=StatusCallback("http://app.test/status", events=happenings))


def test_the_status_callback_hears_of_the_chosen_events_in_order() -> None:
    app, carrier = reported("initiated", "ringing", "answered", "completed")
    call(app, carrier=carrier)
    forms = [one.form for one in app.to("/status")]
    assert [form["CallStatus"] for form in forms] == ["initiated", "ringing", "in-progress", "completed"]
    assert [form["SequenceNumber"] for form in forms] == ["0", "1", "2", "3"]
    assert {form["CallbackSource"] for form in forms} == {"call-progress-events"}
    assert forms[0]["Timestamp"] == "Tue, 10 Mar 2026 13:00:00 +0000"
    assert [form.get("CallDuration") for form in forms] == [None, None, None, "10"]
    assert forms[-1]["Duration"] == "1"
    assert all(is_signed(one) for one in app.received)


def test_only_the_chosen_events_are_told() -> None:
    app, carrier = reported("completed")
    call(app, carrier=carrier)
    assert [one.form["CallStatus"] for one in app.to("/status")] == ["completed"]


def test_an_unanswered_call_is_reported_with_its_status_and_no_length() -> None:
    app, carrier = reported("answered", "completed")
    call(app.page("/voice", '<Reject reason="busy"/>'), carrier=carrier)
    assert [(one.form["CallStatus"], one.form["CallDuration"]) for one in app.to("/status")] == [("busy", "0")]


def test_status_callbacks_are_in_the_transcript_and_not_counted() -> None:
    app, carrier = reported("ringing", "completed")
    transcript = call(app, carrier=carrier)
    assert transcript.requests == 1
    assert [bool(request.get("callback")) for request in events(transcript, "request")] == [True, False, True]


def test_a_status_callback_that_fails_is_only_a_warning() -> None:
    app, carrier = reported("completed")
    transcript = call(app.raw("/status", Page(b"", "500 Oops")), carrier=carrier)
    assert codes(transcript) == [15003]
    assert transcript.error is None


def test_two_equal_calls_make_equal_requests() -> None:
    pages = '<Enqueue waitUrl="/wait" action="/after">fila</Enqueue>'
    runs = []
    for _ in range(2):
        app = WebApp().page("/voice", pages).page("/wait", "<Pause/>").page("/after", "")
        call(app, steps.InQueue("bridged", after=5), carrier=CARRIER)
        runs.append(app.received)
    assert runs[0] == runs[1]
