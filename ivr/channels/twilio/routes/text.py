"""``/twilio/text``: what became of a text that the line sent."""

from __future__ import annotations

from collections.abc import Mapping

from data.texts import UNSUBSCRIBED
from ivr.call.answer import Answer
from ivr.call.turn import Turns
from ivr.channels.twilio.deadline import in_time
from ivr.channels.twilio.form import Form
from ivr.channels.twilio.outgoing_calls import RESERVATION
from ivr.channels.twilio.outgoing_texts import OPTED_OUT
from ivr.channels.twilio.twiml import render_nothing

_ENDED = frozenset({"delivered", "undelivered", "failed"})


def note_text(form: Form, query: Mapping[str, str], turns: Turns) -> Answer:
    """Note the status; there is nothing to answer. The query has our reservation of the text."""
    sid, status, error = form.required("MessageSid"), form.required("MessageStatus"), form.text("ErrorCode")
    reservation = query.get(RESERVATION, "")
    note = None
    if status in _ENDED:
        note = f"{status} ({error})" if error else status
    if error == str(OPTED_OUT):
        note = UNSUBSCRIBED
    in_time(lambda: turns.reports.text(reservation, sid, note))
    return Answer(render_nothing())
