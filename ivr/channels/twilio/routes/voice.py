"""``/twilio/voice``: a call comes in."""

from __future__ import annotations

from ivr.call.answer import Answer
from ivr.call.turn import Turns
from ivr.channels.twilio.deadline import Deadline
from ivr.channels.twilio.form import Form
from ivr.channels.twilio.routes.incoming import incoming_call


def begin_call(form: Form, turns: Turns, deadline: Deadline) -> Answer:
    """The first turn of the call."""
    incoming = incoming_call(form)
    return deadline.within(lambda: turns.start(incoming))
