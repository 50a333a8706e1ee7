"""The clinic's telephone, called in this process: no server, no port."""

from __future__ import annotations

from app import app


def test_a_spoken_yes_confirms(phone):
    call = phone.dial(app).hears("tuesday at ten").speak("Yes, please").hears("it is confirmed")
    assert call.ended


def test_another_key_rings_the_desk(phone):
    call = phone.dial(app).press("2")
    call.callee.answers(20)
    assert call.ended


def test_a_number_without_an_appointment_is_told_so(phone):
    assert phone.dial(app, from_="+5511900000000").hears("no appointment").ended
