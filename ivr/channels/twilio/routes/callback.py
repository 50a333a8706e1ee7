"""``/twilio/callback``: a call that we made was picked up.

Its ``To`` is whom we called, so that the line, the destination and our reservation stand in the signed query.
"""

from __future__ import annotations

from collections.abc import Mapping

from ivr.call.answer import Answer
from ivr.call.turn import Turns
from ivr.channels.twilio.deadline import in_time
from ivr.channels.twilio.form import Form
from ivr.channels.twilio.outgoing_calls import RESERVATION
from ivr.channels.twilio.routes.incoming import incoming_call


def begin_callback(form: Form, query: Mapping[str, str], turns: Turns) -> Answer:
    """The first turn of the call: it connects with the destination of which the callback was asked."""
    incoming = incoming_call(form)
    line, destination = query.get("line", ""), query.get("desk", "")
    reservation = query.get(RESERVATION)
    if reservation:
        in_time(lambda: turns.reports.answered(reservation, incoming.sid))
    return in_time(lambda: turns.call_back(incoming, line, destination))
