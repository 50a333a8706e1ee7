"""``/twilio/recorded``: the recording of a talk is there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from data.recordings import RecordingRecord
from ivr.call.answer import Answer
from ivr.call.turn import Turns
from ivr.channels.twilio.deadline import in_time
from ivr.channels.twilio.form import Form
from ivr.channels.twilio.twiml import render_nothing


def note_recording(form: Form, query: Mapping[str, str], turns: Turns, clock: Callable[[], datetime]) -> Answer:
    """Note where the talk can be heard; there is nothing to answer."""
    if (form.text("RecordingStatus") or "completed") == "completed":
        told = RecordingRecord(
            sid=form.required("RecordingSid"),
            call_sid=form.required("CallSid"),
            at=clock(),
            destination=query.get("desk") or None,
            url=form.required("RecordingUrl"),
            seconds=form.whole("RecordingDuration"),
        )
        in_time(lambda: turns.reports.recorded(told))
    return Answer(render_nothing())
