"""``incoming_call`` reads out of a form which call it is of, the caller, and what was dialled."""

from __future__ import annotations

from ivr.call.answer import Incoming
from ivr.channels.twilio.form import Form


def incoming_call(form: Form) -> Incoming:
    """Return the call, the caller and what was dialled. Raises RequestError where the form names no call."""
    return Incoming(form.required("CallSid"), form.party("From"), form.party("To"))
