"""Twilio's words for how a dial or a wait in a queue ended, each with ours. A form with another word is refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from routing.outcomes import TargetOutcome

DIAL_STATUSES: Final[Mapping[str, TargetOutcome]] = {
    "completed": "completed",
    "answered": "answered",
    "busy": "busy",
    "no-answer": "no-answer",
    "failed": "failed",
    "canceled": "canceled",
}
"""``DialCallStatus`` (https://www.twilio.com/docs/voice/twiml/dial#dialcallstatus-values)."""

QUEUE_RESULTS: Final[Mapping[str, TargetOutcome]] = {
    "bridged": "answered",
    "bridging-in-process": "answered",
    "leave": "queue-timeout",
    "queue-full": "queue-full",
    "hangup": "hangup",
    "redirected": "redirected",
    "redirected-from-bridged": "redirected-from-bridged",
    "error": "error",
    "system-error": "system-error",
}
"""``QueueResult`` (https://www.twilio.com/docs/voice/twiml/enqueue#queueresult-values)."""
