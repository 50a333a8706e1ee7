"""<Queue> in a <Dial>: an agent takes the first caller of a queue.

Source: Twilio, "TwiML Voice: <Queue>" (twilio.com/docs/voice/twiml/queue).
"""

from __future__ import annotations

from ivr.simulator.phones import steps
from tests.webapps import CALL_SID, WebApp, call, codes, events


def taking(attributes: str = "", dial: str = 'action="/after"') -> WebApp:
    app = WebApp().page("/voice", f"<Dial {dial}><Queue {attributes}>suporte</Queue></Dial>")
    return app.page("/after", "").page("/whisper", "<Say>um técnico vai atender</Say>")


def test_an_empty_queue_is_waited_at_for_the_timeout_of_the_dial() -> None:
    app = taking(dial='action="/after" timeout="12"')
    transcript = call(app)
    assert app.last.form["DialCallStatus"] == "no-answer"
    assert events(transcript, "request")[-1].t == 12


def test_a_caller_in_the_queue_is_connected() -> None:
    app = taking()
    call(app, steps.Callee("answered", seconds=30))
    assert (app.last.form["DialCallStatus"], app.last.form["DialCallDuration"]) == ("completed", "30")


def test_url_is_performed_for_the_caller_who_is_taken_out() -> None:
    app = taking('url="/whisper" method="GET"')
    transcript = call(app, steps.Callee("answered", seconds=30))
    query = app.to("/whisper")[0].query
    assert query["DequeingCallSid"] == CALL_SID
    assert query["QueueSid"].startswith("QU")
    assert events(transcript, "say")[0]["leg"] == 1


def test_url_may_not_gather() -> None:
    app = taking('url="/whisper"').page("/whisper", "<Gather/>")
    assert codes(call(app, steps.Callee("answered"))) == [13201]


def test_a_queue_without_a_name_is_14212() -> None:
    app = WebApp().page("/voice", "<Dial><Queue/></Dial>")
    assert codes(call(app)) == [14212]


def test_a_wrong_method_is_14210() -> None:
    assert codes(call(taking('url="/whisper" method="PUT"'), steps.Callee("answered"))) == [14210]
