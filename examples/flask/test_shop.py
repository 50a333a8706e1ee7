"""The shop's menu, called step by step."""

from __future__ import annotations

from app import COUNTER, app


def test_the_hours_are_on_key_1(phone):
    call = phone.dial(app).hears("for our hours, press 1").press("1")
    call.hears("from 9 to 18 hours")
    assert call.ended


def test_the_counter_is_rung_and_talks(phone):
    call = phone.dial(app).press("2")
    call.callee.answers(30)
    assert call.ended
    (dialled,) = (event for event in call.transcript.events if event.kind == "dial")
    assert dialled["to"] == COUNTER


def test_who_is_not_answered_is_called_back(phone):
    call = phone.dial(app).press("2")
    call.callee.does_not_answer()
    call.hears("leave your number").record(6).hang_up()
    assert call.requests[-1].params["RecordingDuration"] == "6"


def test_who_presses_nothing_is_asked_twice(phone):
    call = phone.dial(app).silence().silence().hears("goodbye")
    assert call.ended


def test_a_request_that_nobody_signed_is_refused(phone):
    call = phone.dial(app, auth_token="another").expects(11200)
    assert call.ended
    assert call.requests[0].status == 403
