"""Reports a call's progress to the status callback of its number.

Source: Twilio, Call resource, status callbacks: SequenceNumber counts from 0, Timestamp is RFC 2822 in UTC, and the
last one brings the length of the call.
"""

from __future__ import annotations

import math
from datetime import UTC
from email.utils import format_datetime

from ivr.simulator import codes
from ivr.simulator.carrier import Carrier
from ivr.simulator.clock import Clock
from ivr.simulator.effects import Steps
from ivr.simulator.parameters import Params
from ivr.simulator.transcript import Transcript
from ivr.simulator.twiml_notice import TwimlNotice, WebhookError
from ivr.simulator.webhooks import Webhooks

STATUSES = {"initiated": "initiated", "ringing": "ringing", "answered": "in-progress"}
"""The CallStatus that each event reports; ``completed`` reports how the call ended."""


class CallProgress:
    """Tells the number's status callback of the events that it is set up for."""

    def __init__(self, carrier: Carrier, clock: Clock, webhooks: Webhooks, transcript: Transcript) -> None:
        self._callback = carrier.status_callback
        self._clock = clock
        self._webhooks = webhooks
        self._transcript = transcript
        self._sequence = 0
        self.answered_at: float | None = None

    def report(self, event: str, params: Params) -> Steps[None]:
        """``event`` (initiated, ringing, answered or completed) has come; ``params`` are the call's fields now."""
        if event == "answered":
            self.answered_at = self._clock.elapsed()
        if self._callback is None or event not in self._callback.events:
            return
        extra = {
            "CallStatus": STATUSES.get(event, dict(params)["CallStatus"]),
            "CallbackSource": "call-progress-events",
            "SequenceNumber": str(self._sequence),
            "Timestamp": format_datetime(self._clock.now().astimezone(UTC)),
        }
        if event == "completed":
            seconds = math.ceil(self._clock.elapsed() - self.answered_at) if self.answered_at is not None else 0
            extra["CallDuration"] = str(seconds)
            extra["Duration"] = str(math.ceil(seconds / 60))
        self._sequence += 1
        yield from self.tell(self._callback.method, self._callback.url, tuple({**dict(params), **extra}.items()))

    def tell(self, method: str, url: str, params: Params, *, secret: bool = False) -> Steps[None]:
        """Make one callback; an answer that refuses it is noted as a warning."""
        try:
            yield from self._webhooks.ask(method, url, params, secret=secret, aside="callback")
        except WebhookError as error:
            what = f"the callback was refused: {error}"
            self._transcript.warnings.append(TwimlNotice.of(codes.CALLBACK_REFUSED, what, error.url))
