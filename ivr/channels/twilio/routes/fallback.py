"""``/twilio/fallback``: Twilio could not use what another webhook answered, or got no answer."""

from __future__ import annotations

import logging

from ivr.call.answer import Answer
from ivr.call.turn import Turns
from ivr.channels.twilio.deadline import in_time
from ivr.channels.twilio.error_responses import ErrorResponses
from ivr.channels.twilio.form import Form
from ivr.channels.twilio.twiml import render_goodbye

log = logging.getLogger(__name__)


def apologise(form: Form, turns: Turns, error_responses: ErrorResponses) -> Answer:
    """An apology and people; nothing more for a call that is over."""
    log.error("fallback", extra={"code": form.text("ErrorCode")})
    sid = form.required("CallSid")
    if in_time(lambda: turns.reports.has_ended(sid)):
        return Answer(render_goodbye())
    return Answer(error_responses.sorry())
