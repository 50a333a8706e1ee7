"""What is written down of a call, what is concealed, and a phone with a person at it."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from ivr.simulator import acts, moments
from ivr.simulator.acts import Act
from ivr.simulator.carrier import Carrier, Fallback
from ivr.simulator.clock import RealClock, VirtualClock
from ivr.simulator.moments import Moment
from ivr.simulator.phones import steps
from ivr.simulator.phones.scripted import ScriptedPhone
from ivr.simulator.transcript import Event
from ivr.simulator.transports import Request, Response, TransportError, WsgiTransport
from tests.webapps import AT, CALL_SID, CALLED, CALLER, ENTRY, Page, WebApp, call, events, said

SECRET = (("Content-Type", "text/xml"), ("X-Secret", "yes"))


def marked_secret(response: Response) -> bool:
    return response.headers.get("X-Secret") == "yes"


def asking_a_password(attributes: str = "") -> WebApp:
    body = f'<Response><Gather action="/next" {attributes}><Say>sua senha</Say></Gather></Response>'
    return WebApp().raw("/voice", Page(body.encode(), headers=SECRET)).page("/next", '<Gather numDigits="1"/>')


def test_a_transcript_is_one_json_object_with_everything_in_it() -> None:
    transcript = call(WebApp().page("/voice", "<Say>oi</Say>"))
    told = json.loads(json.dumps(transcript.as_dict()))
    params = told["events"][0].pop("params")
    assert params["CallSid"] == CALL_SID
    assert told == {
        "call": None,
        "target": ENTRY,
        "from": CALLER,
        "to": CALLED,
        "call_sid": CALL_SID,
        "status": "completed",
        "passed": True,
        "failures": [],
        "error": None,
        "warnings": [],
        "duration": 0.13,
        "events": [
            {"t": 0.0, "kind": "request", "method": "POST", "url": ENTRY, "status": 200},
            {
                "t": 0.0,
                "kind": "say",
                "text": "oi",
                "language": None,
                "voice": None,
                "loop": 1,
                "interrupted": False,
            },
            {"t": 0.13, "kind": "hangup", "by": "app"},
        ],
    }


@pytest.mark.parametrize("method", ["POST", "GET"])
def test_secret_keys_are_marks_in_the_transcript_and_real_in_the_request(method: str) -> None:
    app = asking_a_password(f'method="{method}"')
    transcript = call(app, steps.Press("8642#"), conceals=marked_secret)
    received = app.last.form if method == "POST" else app.last.query
    assert received["Digits"] == "8642"
    assert events(transcript, "press")[0]["digits"] == "•••••"
    assert events(transcript, "request")[1]["params"]["Digits"] == "••••"
    assert "8642" not in json.dumps(transcript.as_dict())
    assert "8642" not in repr(transcript)
    assert "8642" not in repr(transcript.exchanges)


def test_secret_speech_is_concealed_as_well() -> None:
    app = asking_a_password('input="speech"')
    transcript = call(app, steps.Speak("abre-te sésamo"), conceals=marked_secret)
    assert app.last.form["SpeechResult"] == "abre-te sésamo"
    assert "sésamo" not in json.dumps(transcript.as_dict(), ensure_ascii=False)


def test_what_the_line_says_in_secret_is_heard_and_shown_as_marks() -> None:
    body = '<Response><Say>o número é A de amor</Say><Gather action="/next"><Say>está certo?</Say></Gather></Response>'
    app = WebApp().raw("/voice", Page(body.encode(), headers=SECRET)).page("/next", "<Say>obrigado</Say>")
    did = (steps.Hear("A de amor"), steps.Press("1#"), steps.Hear("obrigado"))
    transcript = call(app, *did, conceals_speech=marked_secret)
    assert transcript.passed, transcript.failures
    assert said(transcript) == ["•" * 20, "•" * 11, "obrigado"]
    assert [event["digits"] for event in events(transcript, "press")] == ["1#"]
    assert "amor" not in repr(transcript) + json.dumps(transcript.as_dict())


def test_a_failure_quotes_nothing_that_was_said_in_secret() -> None:
    app = WebApp().raw("/voice", Page(b"<Response><Say>A de amor</Say></Response>", headers=SECRET))
    transcript = call(app, steps.Hear("outra coisa"), conceals_speech=marked_secret)
    (failure,) = transcript.failures
    assert failure.endswith('heard instead: "•••••••••"')


def test_keys_lost_before_a_secret_gather_are_concealed_too() -> None:
    body = b"<Response><Say>sua senha</Say><Gather/></Response>"
    app = WebApp().raw("/voice", Page(body, headers=SECRET))
    transcript = call(app, steps.Early("8642"), conceals=marked_secret)
    assert events(transcript, "press")[0]["digits"] == "••••"


def test_after_a_secret_document_keys_are_shown_again() -> None:
    app = asking_a_password()
    transcript = call(app, steps.Press("8642#"), steps.Press("7"), conceals=marked_secret)
    assert [press["digits"] for press in events(transcript, "press")] == ["•••••", "7"]
    assert events(transcript, "request")[2]["params"]["Digits"] == "7"


def test_the_fallback_is_told_of_the_failure_without_the_secret_keys() -> None:
    app = asking_a_password('method="GET"').raw("/next", Page(b"", "500 Oops")).page("/fallback", "")
    carrier = Carrier(fallback=Fallback("http://app.test/fallback"))
    transcript = call(app, steps.Press("8642#"), conceals=marked_secret, carrier=carrier)
    assert app.last.form["ErrorUrl"] == "http://app.test/next"
    assert "8642" not in json.dumps(transcript.as_dict())


def test_a_request_without_a_response_is_told_without_the_secret_keys() -> None:
    class Dead(WsgiTransport):
        def send(self, request: Request, timeout: float) -> Response:
            if "/next" in request.url:
                raise TransportError("nothing came", "timeout")
            return super().send(request, timeout)

    app = asking_a_password('method="GET"').page("/fallback", "")
    carrier = Carrier(fallback=Fallback("http://app.test/fallback"))
    transcript = call(Dead(app), steps.Press("8642#"), conceals=marked_secret, carrier=carrier)
    assert app.last.form["ErrorUrl"] == "http://app.test/next"
    assert "8642" not in json.dumps(transcript.as_dict())


def test_exchanges_keep_the_headers_of_each_response() -> None:
    transcript = call(asking_a_password(), steps.Press("1#"))
    responses = [exchange.response for exchange in transcript.exchanges]
    assert [response.headers.get("x-secret") for response in responses if response] == ["yes", None]


def test_the_auth_token_is_never_in_a_repr() -> None:
    assert "hush" not in repr(Carrier(auth_token="hush"))


def test_an_observer_is_told_each_event_once_as_it_begins() -> None:
    told: list[tuple[float, str, object]] = []
    clock = VirtualClock(AT)

    def observer(event: Event) -> None:
        told.append((clock.elapsed(), event.kind, event.get("interrupted")))

    app = WebApp().page("/voice", "<Gather><Say>bom dia a todos</Say></Gather>")
    transcript = call(app, steps.HangUp(during=1), observer=observer, clock=clock)
    assert told[:3] == [(0.0, "request", None), (0.0, "gather", None), (0.0, "say", False)]
    assert len(told) == len(transcript.events)
    assert events(transcript, "say")[0]["interrupted"] is True


class OneKeyAtATime:
    """A person who presses each key when asked, half a second after the last, and writes down what was asked."""

    def __init__(self, keys: str) -> None:
        self.keys = list(keys)
        self.asked: list[Moment] = []

    def act(self, moment: Moment) -> Act | None:
        self.asked.append(moment)
        return acts.Press(self.keys.pop(0), after=0.5) if self.keys and moment.gather else None

    def notice(self, event: Event) -> None:
        pass

    def ended(self) -> str | None:
        return None


def test_keys_pressed_one_by_one_come_together_in_one_request() -> None:
    app = WebApp().page("/voice", '<Gather action="/next"><Say>digite o documento</Say></Gather>').page("/next", "")
    phone = OneKeyAtATime("123#")
    transcript = call(app, phone=phone)
    assert app.last.form["Digits"] == "123"
    assert [press["digits"] for press in events(transcript, "press")] == ["1", "2", "3", "#"]
    assert [(moment.kind, moment.keyed, moment.seconds) for moment in phone.asked[1:]] == [
        ("gather", 1, 5.0),
        ("gather", 2, 5.0),
        ("gather", 3, 5.0),
    ]


def test_a_moment_says_what_is_played_and_accepted_and_for_how_long() -> None:
    body = '<Gather numDigits="4" finishOnKey="*" input="dtmf speech"><Say>a</Say><Pause length="3"/></Gather>'
    phone = OneKeyAtATime("")
    call(WebApp().raw("/voice", Page(f"<Response>{body}</Response>".encode(), headers=SECRET)), phone=phone)
    assert phone.asked[1] == Moment(
        "playing",
        "Pause",
        3.0,
        prompt=moments.PlayedPrompt("Pause"),
        index=2,
        gather=moments.AcceptedInput(("dtmf", "speech"), 4, "*"),
    )


def test_a_moment_says_when_what_is_given_is_secret() -> None:
    phone = OneKeyAtATime("1")
    call(asking_a_password(), phone=phone, conceals=marked_secret)
    assert [moment.secret for moment in phone.asked] == [True, True, False]


def test_a_clock_begins_at_a_time_with_a_zone() -> None:
    with pytest.raises(ValueError, match="a time with a zone"):
        VirtualClock(datetime(2026, 3, 10, 10, 0))


def test_a_virtual_clock_moves_forward_only() -> None:
    clock = VirtualClock(AT)
    clock.advance(90)
    clock.advance_to(30)
    assert clock.elapsed() == 90
    assert (clock.now() - AT).total_seconds() == 90


def test_a_real_clock_waits_only_for_what_has_not_passed_yet() -> None:
    clock = RealClock()
    clock.advance_to(0.002)
    before = clock.elapsed()
    assert before >= 0.002
    clock.advance_to(0.001)
    assert clock.elapsed() - before < 1
    assert clock.now().tzinfo is not None


def test_the_application_hears_the_time_that_the_call_has_reached() -> None:
    clock = VirtualClock(AT)
    call(WebApp().page("/voice", '<Pause length="30"/>'), clock=clock, phone=ScriptedPhone([]))
    assert (clock.now() - AT).total_seconds() == 30


def test_nothing_is_said_twice() -> None:
    assert said(call(WebApp().page("/voice", "<Say>um</Say><Say>dois</Say>"))) == ["um", "dois"]
