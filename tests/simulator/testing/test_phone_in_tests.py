"""The telephone of a test: ``phone.dial``, and a call that goes on step by step."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from twilio.request_validator import RequestValidator

from ivr.simulator.clock import VirtualClock
from ivr.simulator.testing import Telephone
from tests.webapps import Page, WebApp


@pytest.fixture
def menu() -> WebApp:
    """Greets, asks for a key, and says goodbye; 3 dials, 4 enqueues, 5 records."""
    gather = "<Gather numDigits='1' action='/key'><Say>Para suporte, tecle 2.</Say></Gather><Say>Não ouvi nada.</Say>"
    app = WebApp().page("/voice", f"<Say>Olá!</Say>{gather}")
    return app.page("/key", "<Pause length='2'/><Say>Opção recebida.</Say>")


def failure(did: object) -> str:
    """What the assertion of a step says that fails."""
    with pytest.raises(AssertionError) as raised:
        did()  # type: ignore[operator]
    return str(raised.value)


def test_a_caller_texts_and_is_texted_while_the_call_goes_on(phone: Telephone, menu: WebApp) -> None:
    menu.page("/sms", "<Message>Recebemos a foto.</Message>").page("/key", "<Sms>Até já.</Sms><Say>Tchau.</Say>")
    call = phone.dial(menu, messaging="/sms")
    call.hears("tecle 2").text("segue a foto", media=("http://app.test/a.png",)).receives("RECEBEMOS")
    assert menu.last.form["Body"] == "segue a foto"
    call.press("2").receives("até já").hears("tchau")
    assert [(text.direction, text.body) for text in call.texts] == [
        ("outbound-reply", "Recebemos a foto."),
        ("outbound-call", "Até já."),
    ]
    assert "'nada' was not texted" in failure(lambda: call.receives("nada"))


def test_a_call_is_a_conversation(phone: Telephone, menu: WebApp) -> None:
    call = phone.dial(menu)
    call.hears("olá").hears("tecle 2")
    call.press("2")
    call.hears("opcao recebida")
    assert call.ended
    assert call.status == "completed"
    assert menu.last.form["Digits"] == "2"


def test_a_prompt_is_heard_as_it_begins_and_a_key_may_cut_it_off(phone: Telephone, menu: WebApp) -> None:
    call = phone.dial(menu).hears("tecle 2").press("2", during=1)
    says = [event for event in call.transcript.events if event.kind == "say"]
    assert [say["interrupted"] for say in says[:2]] == [False, True]


def test_a_prompt_not_heard_fails_at_the_next_wait_with_what_was_heard(phone: Telephone, menu: WebApp) -> None:
    call = phone.dial(menu)
    assert failure(lambda: call.hears("Bom dia")) == (
        "'Bom dia' was not heard; heard instead: \"Olá! Para suporte, tecle 2.\""
    )


def test_a_failure_after_an_error_says_which(phone: Telephone, menu: WebApp) -> None:
    told = failure(lambda: phone.dial(menu, path="/nowhere").expects(11200).hears("olá"))
    assert "the call met error 11200: http://app.test/nowhere: the server answered with status 404" in told


def test_only_what_was_heard_since_the_last_act_counts(phone: Telephone, menu: WebApp) -> None:
    call = phone.dial(menu).press("2")
    assert failure(lambda: call.hears("olá")) == "'olá' was not heard; heard instead: \"Opção recebida.\""


def test_a_pattern_and_anything_can_be_heard(phone: Telephone, menu: WebApp) -> None:
    phone.dial(menu).hears(re.compile(r"tecle \d")).hears(None)


def test_what_must_not_be_heard_is_looked_for_until_the_line_waits_again(phone: Telephone, menu: WebApp) -> None:
    call = phone.dial(menu).does_not_hear("ouvidoria")
    assert failure(lambda: call.does_not_hear("suporte")).startswith("'suporte' was heard; heard instead:")


def test_within_counts_the_seconds_since_the_last_act(phone: Telephone, menu: WebApp) -> None:
    call = phone.dial(menu).press("2")
    call.hears("recebida", within=2)
    assert failure(lambda: call.hears("recebida", within=1.5)) == (
        "'recebida' was heard only 2.0 s after the caller's last act, not within 1.5 s"
    )


def test_silence_lets_the_gather_time_out(phone: Telephone, menu: WebApp) -> None:
    call = phone.dial(menu).silence().hears("não ouvi nada")
    assert call.ended


def test_keys_that_nothing_will_ever_hear_fail(phone: Telephone, menu: WebApp) -> None:
    call = phone.dial(menu).press("2")
    assert failure(lambda: call.press("4711")) == (
        "the call ended before this: keys, for which no gather, recording or talk was listening;"
        ' heard instead: "Opção recebida."'
    )
    assert call.ended


def test_keys_that_a_keypad_has_not_are_the_tests_mistake(phone: Telephone, menu: WebApp) -> None:
    call = phone.dial(menu)
    with pytest.raises(ValueError, match="0-9") as raised:
        call.press("47a")
    assert "47a" not in str(raised.value)


def test_keys_pressed_too_early_are_lost(phone: Telephone, menu: WebApp) -> None:
    call = phone.dial(menu).press_early("2").silence()
    assert call.ended
    assert menu.to("/key") == []


def test_speech_goes_to_a_gather_that_takes_it(phone: Telephone) -> None:
    app = WebApp().page("/voice", "<Gather input='speech' action='/said'/>").page("/said", "<Say>Certo.</Say>")
    phone.dial(app).speak("suporte técnico", confidence=0.7).hears("certo")
    assert (app.last.form["SpeechResult"], app.last.form["Confidence"]) == ("suporte técnico", "0.7")


def test_a_message_is_recorded(phone: Telephone) -> None:
    app = WebApp().page("/voice", "<Say>Deixe um recado.</Say><Record action='/done'/>").page("/done", "<Say>Ok.</Say>")
    phone.dial(app).hears("recado").record(12).press("#").hears("ok")
    assert app.last.form["RecordingDuration"] == "12"


@pytest.fixture
def destination() -> WebApp:
    app = WebApp().page("/voice", "<Dial action='/after' hangupOnStar='true'>+5511900000000</Dial>")
    return app.page("/after", "<Say>De volta.</Say>")


def test_a_callee_answers_and_talks(phone: Telephone, destination: WebApp) -> None:
    phone.dial(destination).callee.answers(42).hears("de volta")
    assert (destination.last.form["DialCallStatus"], destination.last.form["DialCallDuration"]) == ("completed", "42")


def test_a_caller_may_end_the_talk(phone: Telephone, destination: WebApp) -> None:
    call = phone.dial(destination).callee.answers(until_caller=True).press("*").hears("de volta")
    assert call.ended


@pytest.mark.parametrize(
    ("verb", "status"),
    [
        ("is_busy", "busy"),
        ("does_not_answer", "no-answer"),
        ("cannot_be_reached", "failed"),
        ("is_canceled", "canceled"),
    ],
)
def test_a_callee_does_not_answer_for_one_reason_or_another(
    phone: Telephone, destination: WebApp, verb: str, status: str
) -> None:
    getattr(phone.dial(destination).callee, verb)().hears("de volta")
    assert destination.last.form["DialCallStatus"] == status


def test_of_several_legs_one_is_named(phone: Telephone) -> None:
    legs = "<Number>+5511900000000</Number><Number>+5511900000001</Number>"
    call = phone.dial(WebApp().page("/voice", f"<Dial>{legs}</Dial>")).callee.answers(5, leg=2)
    outcomes = [event["outcome"] for event in call.transcript.events if event.kind == "dial"]
    assert outcomes == ["canceled", "answered"]


def test_a_callee_accepts_the_call_by_a_key_in_the_whisper(phone: Telephone) -> None:
    app = WebApp().page("/voice", "<Dial action='/after'><Number url='/whisper'>+5511900000000</Number></Dial>")
    app.page("/whisper", "<Gather numDigits='1' action='/accept'><Say>Tecle 1.</Say></Gather><Hangup/>")
    app.page("/accept", "").page("/after", "<Say>De volta.</Say>")
    call = phone.dial(app).callee.answers(5, keys="1").does_not_hear("tecle 1").hears("de volta")
    assert app.to("/accept")[0].form["Digits"] == "1"
    assert call.requests[-1].params["DialCallStatus"] == "completed"


def test_an_agent_takes_the_caller_out_of_the_queue(phone: Telephone) -> None:
    app = WebApp().page("/voice", "<Enqueue action='/after' waitUrl='/wait'>fila</Enqueue>")
    app.page("/wait", "<Say>Aguarde.</Say><Pause length='10'/><Say>Já vamos.</Say>").page("/after", "<Say>Fim.</Say>")
    call = phone.dial(app).hears("aguarde").hears("já vamos")
    call.queue.waits(20)
    call.queue.agent_answers(7, after=5).hears("fim")
    assert (app.last.form["QueueResult"], app.last.form["QueueTime"]) == ("bridged", "25")


def test_a_wait_in_a_queue_is_over_when_it_was_said(phone: Telephone) -> None:
    call = phone.dial(WebApp().page("/voice", "<Enqueue>fila</Enqueue>"))
    call.queue.waits(20)
    assert (call.clock.elapsed(), call.status) == (20, "in-progress")


def test_in_a_queue_nothing_is_waited_for_without_end(phone: Telephone) -> None:
    app = WebApp().page("/voice", "<Enqueue waitUrl='/wait'>fila</Enqueue>").page("/wait", "<Say>Aguarde.</Say>")
    call = phone.dial(app)
    assert "was not heard" in failure(lambda: call.hears("atendente"))
    assert call.clock.elapsed() > 600


def test_sounds_are_known_by_their_address(phone: Telephone) -> None:
    app = WebApp().page("/voice", "<Play>http://cdn.test/ola.mp3</Play><Gather/>")
    call = phone.dial(app).plays("ola.mp3").plays(None)
    assert failure(lambda: call.plays("adeus.mp3")) == (
        "'adeus.mp3' was not played; played instead: http://cdn.test/ola.mp3"
    )


def test_hanging_up_ends_the_call(phone: Telephone, menu: WebApp) -> None:
    call = phone.dial(menu).hang_up()
    assert call.ended
    assert call.transcript.events[-1]["by"] == "caller"


def test_requests_are_there_to_be_looked_at(phone: Telephone, menu: WebApp) -> None:
    call = phone.dial(menu).press("2")
    first, second = call.requests
    assert (first.method, first.url, first.params["CallStatus"], first.status) == (
        "POST",
        "http://app.test/voice",
        "ringing",
        200,
    )
    assert (second.url, second.params["Digits"]) == ("http://app.test/key", "2")
    assert "<Say>Opção recebida.</Say>" in second.body


def test_the_parameters_of_a_get_are_found_in_its_address(phone: Telephone, menu: WebApp) -> None:
    assert phone.dial(menu, method="GET").requests[0].params["CallStatus"] == "ringing"


def test_status_callbacks_are_told_apart(phone: Telephone, menu: WebApp) -> None:
    menu.page("/status", "")
    call = phone.dial(menu, status_callback="/status", status_events=("answered", "completed"))
    call.silence()
    assert call.ended
    assert [request.params["CallStatus"] for request in call.callbacks] == ["in-progress", "completed"]
    assert len(call.requests) == 1


def test_a_fallback_takes_over(phone: Telephone, menu: WebApp) -> None:
    menu.raw("/voice", Page(b"", "500 Oops")).page("/fallback", "<Say>Desculpe.</Say>")
    phone.dial(menu, fallback="/fallback").expects(11200).hears("desculpe")


@pytest.mark.parametrize(("page", "failed"), [("<Refer/>", "Refer"), ("<Oops", 12100)])
def test_what_failed_in_a_call_is_told_unless_the_test_expects_it(page: str, failed: str | int) -> None:
    telephone = Telephone()
    call = telephone.dial(WebApp().page("/voice", page))
    assert len(call.failures) == 1
    with pytest.raises(AssertionError, match="the call met "):
        telephone.verify()
    call.expects(failed)
    telephone.verify()


def test_who_calls_whom_when_and_on_whose_account_is_the_tests_choice(phone: Telephone, menu: WebApp) -> None:
    at = datetime(2026, 12, 24, 23, tzinfo=UTC)
    call = phone.dial(
        menu,
        path="/voice?line=2",
        from_="client:ana",
        to="+551130030015",
        at=at,
        account_sid="AC1",
        auth_token="sesame",
    )
    form = menu.last.form
    assert (form["From"], form["To"], form["AccountSid"]) == ("client:ana", "+551130030015", "AC1")
    signature = menu.last.headers["X-Twilio-Signature"]
    assert RequestValidator("sesame").validate("http://app.test/voice?line=2", form, signature)
    assert call.clock.now() == at


def test_an_application_may_go_by_the_calls_clock(phone: Telephone, menu: WebApp) -> None:
    clock = VirtualClock(datetime(2026, 3, 10, 18, tzinfo=UTC))
    call = phone.dial(menu, clock=clock).silence()
    assert call.clock is clock
    assert clock.elapsed() > 5


def test_every_call_is_another_call(phone: Telephone, menu: WebApp) -> None:
    phone.dial(menu)
    phone.dial(menu)
    assert len({request.form["CallSid"] for request in menu.received}) == 2


def test_what_is_secret_is_shown_as_marks(phone: Telephone, menu: WebApp) -> None:
    call = phone.dial(menu, secret=lambda _: True).press("7")
    assert [event["digits"] for event in call.transcript.events if event.kind == "press"] == ["•"]


def test_a_target_that_is_none_is_told(phone: Telephone) -> None:
    with pytest.raises(ValueError, match=r"'localhost:5000' is no http:// or https:// address"):
        phone.dial("localhost:5000")


def test_a_time_without_a_zone_is_told(phone: Telephone, menu: WebApp) -> None:
    with pytest.raises(ValueError, match="zone"):
        phone.dial(menu, at=datetime(2026, 3, 10, 10))


def test_a_call_that_is_left_open_is_hung_up_at_the_end(menu: WebApp) -> None:
    telephone = Telephone()
    call = telephone.dial(menu)
    telephone.hang_up()
    assert call.ended
    assert call.transcript.events[-1]["by"] == "caller"


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.mark.network
def test_a_url_is_called_over_http(phone: Telephone, menu: WebApp) -> None:
    with make_server("127.0.0.1", 0, menu, handler_class=Quiet) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            url = f"http://127.0.0.1:{server.server_port}/voice"
            assert phone.dial(url).hears("tecle 2").press("2").hears("recebida").ended
        finally:
            server.shutdown()
            thread.join()
