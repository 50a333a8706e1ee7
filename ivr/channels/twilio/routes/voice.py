"""``/twilio/voice``: a call comes in."""

from __future__ import annotations

from ivr.call.answer import Answer
from ivr.call.turn import Turns
from ivr.channels.twilio.deadline import in_time
from ivr.channels.twilio.form import Form
from ivr.channels.twilio.routes.incoming import incoming_call


def begin_call(form: Form, turns: Turns) -> Answer:
    """The first turn of the call."""
    incoming = incoming_call(form)
    return in_time(lambda: turns.start(incoming))
