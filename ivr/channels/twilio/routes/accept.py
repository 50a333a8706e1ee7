"""``/twilio/accept`` and ``/twilio/accepted``: a telephone that has to accept its calls was picked up.

Twilio asks with the call of the callee, so that its ``To`` is the callee: the line stands in the signed query.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from ivr.call.answer import Answer
from ivr.call.lines import Lines
from ivr.channels.twilio.form import Form
from ivr.channels.twilio.twiml import render_accept, render_goodbye, render_nothing


def ask(query: Mapping[str, str], lines: Lines, clock: Callable[[], datetime], prefix: str) -> Answer:
    """The question whether the call is taken."""
    line = lines.version(query.get("line", ""), "").line
    now = clock().astimezone(line.header.zone)
    return Answer(render_accept(line, query.get("desk"), now, prefix))


def connect_or_end(form: Form) -> Answer:
    """The caller for the key 1, the end of the callee's call for any other."""
    took = form.text("Digits") == "1"
    return Answer(render_nothing() if took else render_goodbye())
