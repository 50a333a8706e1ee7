"""<Enqueue> and <Leave>: waiting for an agent.

Source: Twilio, "TwiML Voice: <Enqueue>", "<Leave>" (twilio.com/docs/voice/twiml/enqueue, leave).
"""

from __future__ import annotations

from ivr.simulator.phones import steps
from tests.webapps import WebApp, call, codes, ended_by, events, said


def queueing(attributes: str = 'action="/after" waitUrl="/wait"') -> WebApp:
    app = WebApp().page("/voice", f"<Enqueue {attributes}>suporte</Enqueue><Say>depois</Say>")
    app.page("/wait", '<Say>aguarde na linha</Say><Pause length="10"/>')
    return app.page("/after", "<Say>como foi</Say>")


def test_an_agent_comes_talks_and_hangs_up_and_the_action_hears_of_it() -> None:
    app = queueing()
    transcript = call(app, steps.InQueue("bridged", after=25, seconds=20))
    form = app.last.form
    assert (form["QueueResult"], form["QueueTime"]) == ("bridged", "25")
    assert form["QueueSid"].startswith("QU")
    assert events(transcript, "enqueue")[0].as_dict() == {
        "t": 0.0,
        "kind": "enqueue",
        "queue": "suporte",
        "result": "bridged",
        "seconds": 25.0,
    }
    assert events(transcript, "request")[-1].t == 45
    assert said(transcript)[-1] == "como foi"


def test_the_wait_document_is_played_again_with_the_place_in_the_queue() -> None:
    app = queueing()
    call(app, steps.InQueue("bridged", after=25))
    waits = app.to("/wait")
    assert len(waits) == 3
    assert [wait.form["QueueTime"] for wait in waits] == ["0", "11", "22"]
    assert {"QueueSid", "QueuePosition", "AvgQueueTime", "CurrentQueueSize"} <= set(waits[0].form)


def test_without_a_wait_document_the_carrier_plays_its_own_music() -> None:
    app = queueing('action="/after"')
    call(app, steps.InQueue("bridged", after=25, seconds=5))
    assert app.last.form["QueueTime"] == "25"
    assert [one.path for one in app.received] == ["/voice", "/after"]


def test_a_wait_document_without_length_is_not_asked_for_without_end() -> None:
    app = queueing().page("/wait", "")
    transcript = call(app, steps.InQueue("bridged", after=25))
    assert transcript.error is None
    assert len(app.to("/wait")) == 1


def test_a_caller_who_hangs_up_in_the_queue_is_told_to_the_action() -> None:
    app = queueing()
    transcript = call(app, steps.InQueue("wait", seconds=30), steps.HangUp())
    assert app.last.form["QueueResult"] == "hangup"
    assert app.last.form["CallStatus"] == "completed"
    assert app.last.form["QueueTime"] == "31"
    assert ended_by(transcript) == "caller"
    assert said(transcript)[-1] == "aguarde na linha"


def test_leave_takes_the_caller_out_and_the_document_goes_on() -> None:
    app = queueing('waitUrl="/wait"').page("/wait", "<Say>fechado</Say><Leave/><Say>nunca</Say>")
    transcript = call(app)
    assert said(transcript) == ["fechado", "depois"]
    assert events(transcript, "enqueue")[0]["result"] == "leave"


def test_leave_with_an_action_goes_there() -> None:
    app = queueing().page("/wait", "<Leave/>")
    assert said(call(app)) == ["como foi"]
    assert app.last.form["QueueResult"] == "leave"


def test_leave_outside_of_a_queue_does_nothing() -> None:
    assert said(call(WebApp().page("/voice", "<Leave/><Say>segue</Say>"))) == ["segue"]


def test_a_gather_in_the_wait_document_takes_keys_and_stays_in_the_queue() -> None:
    app = queueing().page("/wait", '<Gather numDigits="1" action="/pressed"><Say>tecle 1 para sair</Say></Gather>')
    app.page("/pressed", "<Leave/>")
    call(app, steps.Press("1"))
    assert app.to("/pressed")[0].form["Digits"] == "1"
    assert app.to("/pressed")[0].form["QueueSid"] == app.to("/wait")[0].form["QueueSid"]
    assert app.last.form["QueueResult"] == "leave"


def test_hangup_in_the_wait_document_ends_the_call() -> None:
    transcript = call(queueing().page("/wait", "<Hangup/>"))
    assert ended_by(transcript) == "app"


def test_a_verb_that_has_no_place_in_a_wait_document_is_left_out() -> None:
    transcript = call(queueing().page("/wait", "<Dial>+551140030015</Dial><Leave/>"))
    assert codes(transcript) == [12200]
    assert events(transcript, "dial") == []


def test_an_agent_may_come_during_a_prompt_which_is_interrupted() -> None:
    transcript = call(queueing(), steps.InQueue("bridged", after=0.5))
    assert events(transcript, "say")[0]["interrupted"] is True


def test_a_queue_where_nobody_comes_ends_with_the_longest_call() -> None:
    transcript = call(queueing('action="/after"'))
    assert transcript.duration == 4 * 3600
    assert ended_by(transcript) == "carrier"


def test_a_queue_without_a_name_cannot_be_entered_14204() -> None:
    app = WebApp().page("/voice", '<Enqueue action="/after"/>').page("/after", "")
    transcript = call(app)
    assert codes(transcript) == [14204]
    assert app.last.form["QueueResult"] == "error"
    assert "QueueSid" not in app.last.form
