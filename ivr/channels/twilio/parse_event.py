"""Twilio's form of a turn, read as the event that it tells, in the words of the call."""

from __future__ import annotations

import re
from typing import Final

from ivr.call import events
from ivr.channels.twilio.form import Form
from ivr.channels.twilio.outcomes import DIAL_STATUSES, QUEUE_RESULTS

OUTCOMES: Final = (
    "DialCallStatus",
    "DialCallDuration",
    "DialBridged",
    "QueueResult",
    "QueueTime",
    "RecordingSid",
    "RecordingUrl",
    "RecordingDuration",
)
"""What Twilio did, and no caller has keyed: an address may tell it."""

_WITHOUT_KEYS: Final = ("DialCallStatus", "QueueResult", "RecordingUrl", "SpeechResult")
"""One of these is in every form that tells of something else than keys and silence."""

_RECORDING_SID: Final = re.compile(r"RE[0-9a-f]{32}")


def parse_event(form: Form) -> events.Event:
    """The most telling event of the form. Raises RequestError for a field that is not Twilio's.

    Twilio sends ``Digits`` also with a recording (the key that ended it) and with a dial: those are looked for first.
    """
    if form.has_any(_WITHOUT_KEYS) and (event := _without_keys(form)):
        return event
    digits = form.text("Digits") or ""
    finish = form.text("FinishedOnKey") or ""
    # The finishing key is no part of the entry; pressed alone it is all that the caller did.
    return events.Keys(digits or finish) if digits or finish else events.Silence()


def _without_keys(form: Form) -> events.Event | None:
    """The event of the form where it is no key and no silence."""
    dial = form.text("DialCallStatus")
    if dial == "completed" and form.text("DialBridged") == "false":
        # A callee picked up and did not accept the call: to the caller that is no answer.
        dial = "no-answer"
    if dial:
        return events.DialEnded(
            DIAL_STATUSES[dial], form.whole("DialCallDuration"), _recorded_at(form.text("RecordingUrl"))
        )
    queue = form.text("QueueResult")
    if queue:
        return events.QueueLeft(QUEUE_RESULTS[queue], form.whole("QueueTime"))
    url = form.text("RecordingUrl")
    if url:
        return events.Recorded(form.text("RecordingSid") or "", url, form.whole("RecordingDuration"))
    speech = form.text("SpeechResult")
    if speech:
        return events.Speech(speech, float(form.text("Confidence") or 0))
    return None


def _recorded_at(url: str | None) -> events.TalkRecording | None:
    """The recording behind ``url``, which ends in its sid; None for an address without one."""
    found = _RECORDING_SID.search(url or "")
    return events.TalkRecording(found[0], url) if found and url else None
