"""A turn's form to the event that it tells."""

from __future__ import annotations

from typing import Final

from ivr.call.events import DialEnded, Event, Keys, QueueLeft, Recorded, Silence, Speech
from ivr.channels.twilio.form import Form

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
"""What the telephone company did, and no caller has keyed: an address may tell it."""


def parse_event(form: Form) -> Event:
    """The most telling event of the form. Raises RequestError for a field that is not Twilio's.

    Twilio sends ``Digits`` also with a recording (the key that ended it) and with a dial: those are looked for first.
    """
    dial = form.text("DialCallStatus")
    if dial == "completed" and form.text("DialBridged") == "false":
        # Somebody picked up and did not accept the call; to the caller that is nobody.
        dial = "no-answer"
    if dial:
        return DialEnded(dial, form.whole("DialCallDuration"), form.text("RecordingUrl") or "")
    queue = form.text("QueueResult")
    if queue:
        return QueueLeft(queue, form.whole("QueueTime"))
    url = form.text("RecordingUrl")
    if url:
        return Recorded(form.text("RecordingSid") or "", url, form.whole("RecordingDuration"))
    speech = form.text("SpeechResult")
    if speech:
        return Speech(speech, float(form.text("Confidence") or 0))
    digits = form.text("Digits") or ""
    finish = form.text("FinishedOnKey") or ""
    # The finishing key is no part of the entry; pressed alone it is all that the caller did.
    return Keys(digits or finish) if digits or finish else Silence()
