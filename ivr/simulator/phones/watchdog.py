"""Gives up a call whose application goes round in a circle, and would be asked for hours.

A step that fits into nothing for a quarter of an hour of the call, while the application is asked again and again, is
taken for one that can never come. A talk, a recording or a long prompt asks for nothing meanwhile, and may last.
"""

from __future__ import annotations

from ivr.simulator.transcript import Event
from wording import phrase

SECONDS = 900.0
REQUESTS = 25


class Watchdog:
    """Counts seconds and requests since the last step that was done, or since the call began."""

    def __init__(self) -> None:
        self._since = self._now = 0.0
        self._requests = 0

    def notice(self, event: Event) -> None:
        """Count the event's second, and the request where it is one."""
        self._now = event.t
        if event.kind == "request" and "callback" not in event.details and "media" not in event.details:
            self._requests += 1

    def renew(self) -> None:
        """Count anew: a step was done."""
        self._since, self._requests = self._now, 0

    def lost(self) -> str | None:
        """Return why the watchdog gives the call up; None as long as it does not."""
        seconds = self._now - self._since
        if seconds < SECONDS or self._requests < REQUESTS:
            return None
        return phrase(
            "given up after {seconds:.0f} s and {requests} requests in which no step could be done",
            seconds=seconds,
            requests=self._requests,
        )
