"""``/twilio/status``: how far a call is, told in any order."""

from __future__ import annotations

from collections.abc import Mapping

from ivr.call.answer import Answer
from ivr.call.turn import Turns
from ivr.channels.twilio.deadline import in_time
from ivr.channels.twilio.form import Form
from ivr.channels.twilio.outgoing_calls import RESERVATION
from ivr.channels.twilio.twiml import render_nothing


def note_status(form: Form, query: Mapping[str, str], turns: Turns) -> Answer:
    """Note the status; there is nothing to answer. Of a call that we made the query has our reservation."""
    sid, status, sequence = form.required("CallSid"), form.required("CallStatus"), form.whole("SequenceNumber")
    duration = form.text("CallDuration")
    seconds = int(duration) if duration else None
    in_time(lambda: turns.reports.status(sid, status, sequence, seconds, query.get(RESERVATION)))
    return Answer(render_nothing())
