"""POST Calls/{sid}.json: a call that goes on is sent elsewhere, or ended.

Source: Twilio, Call resource, "Update a Call".
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from twilio.base.exceptions import TwilioRestException

from ivr.simulator.phones import steps
from ivr.simulator.rest.callees import CalleeBehaviour
from tests.simulator.rest.account import AGENT, Account
from tests.webapps import CALL_SID, WebApp, ended_by, events, said


def waiting_app() -> WebApp:
    app = WebApp().page("/voice", "<Say>aguarde</Say><Pause length='60'/><Say>nunca dito</Say>")
    return app.page("/agent", "<Say>oi</Say>").page("/elsewhere", "<Say>em outro lugar</Say>")


def updating(account: Account, **options: object) -> Callable[[], object]:
    return lambda: account.client.calls(CALL_SID).update(**options)


def test_a_call_leaves_its_document_for_the_one_at_the_url() -> None:
    account = Account(waiting_app())
    account.when("/voice", account.dial)
    account.when("/agent", updating(account, url="http://app.test/elsewhere", method="GET"))
    transcript = account.incoming()
    assert said(transcript) == ["aguarde", "em outro lugar"]
    assert (account.app.last.method, account.app.last.path) == ("GET", "/elsewhere")
    assert events(transcript, "request")[-1].t == 5
    assert events(transcript, "pause")[0].t < 5


def test_a_call_can_be_given_its_document_in_the_request() -> None:
    account = Account(waiting_app())
    account.when("/voice", account.dial)
    account.when("/agent", updating(account, twiml="<Response><Say>direto</Say></Response>"))
    assert said(account.incoming()) == ["aguarde", "direto"]


def test_an_update_during_its_webhook_takes_the_place_of_the_answer() -> None:
    account = Account(
        waiting_app().page("/voice", "<Gather numDigits='1' action='/next'/>").page("/next", "<Say>velho</Say>")
    )
    account.when("/next", updating(account, url="http://app.test/elsewhere"))
    assert said(account.incoming(steps.Press("1"))) == ["em outro lugar"]
    assert [one.path for one in account.app.received] == ["/voice", "/next", "/elsewhere"]


def test_the_action_of_an_interrupted_dial_is_told_and_its_answer_is_lost() -> None:
    # Seen on the vendor's own line: the action is asked first, then the document that the call was sent to.
    app = waiting_app().page("/voice", "<Dial action='/dialled'>+5511911112222</Dial>")
    account = Account(app.page("/dialled", "<Say>perdido</Say>"), callees={AGENT: CalleeBehaviour(ring=20)})
    account.when("/voice", account.dial)
    account.when("/agent", updating(account, url="http://app.test/elsewhere"))
    transcript = account.incoming(steps.Callee("answered", until_caller=True))
    told = account.app.to("/dialled")[0].form
    assert (told["DialCallStatus"], told["DialCallDuration"], told["CallStatus"]) == ("completed", "15", "in-progress")
    assert said(transcript) == ["em outro lugar"]


def test_completed_ends_a_call_in_progress() -> None:
    account = Account(waiting_app())
    account.when("/voice", account.dial)
    account.when("/agent", updating(account, status="completed"))
    transcript = account.incoming()
    assert (transcript.status, ended_by(transcript), transcript.duration) == ("completed", "api", 5)
    assert said(transcript) == ["aguarde"]


@pytest.mark.parametrize("status", ["canceled", "completed"])
def test_a_call_that_nobody_has_answered_is_canceled_by_either_status(status: str) -> None:
    account = Account(waiting_app(), callees={AGENT: CalleeBehaviour("no-answer")})
    ringing: list[str] = []
    account.when("/voice", lambda: ringing.append(account.dial()))
    account.app.page("/voice", "<Pause length='3'/><Redirect>/later</Redirect>").page("/later", "")
    account.when("/later", lambda: account.client.calls(ringing[0]).update(status=status))
    account.incoming()
    call = account.client.calls(ringing[0]).fetch()
    assert (call.status, call.duration) == ("canceled", None)
    assert account.transcript(ringing[0]).duration == 3


def test_canceled_leaves_a_call_in_progress_alone() -> None:
    account = Account(waiting_app())
    account.when("/voice", account.dial)
    account.when("/agent", updating(account, status="canceled"))
    assert said(account.incoming()) == ["aguarde", "nunca dito"]


def test_a_call_that_has_ended_cannot_be_sent_elsewhere() -> None:
    account = Account(waiting_app())
    account.incoming()
    for options in ({"url": "http://app.test/elsewhere"}, {"status": "completed"}):
        with pytest.raises(TwilioRestException, match="not in-progress") as refused:
            updating(account, **options)()
        assert (refused.value.status, refused.value.code) == (400, 21220)


def test_a_call_that_still_rings_cannot_be_sent_elsewhere() -> None:
    account = Account(waiting_app())
    sid = account.dial()
    with pytest.raises(TwilioRestException) as refused:
        account.client.calls(sid).update(url="http://app.test/elsewhere")
    assert refused.value.code == 21220


def test_an_unknown_status_is_refused() -> None:
    account = Account(waiting_app())
    sid = account.dial()
    with pytest.raises(TwilioRestException, match="canceled or completed"):
        account.client.calls(sid).update(status="paused")
