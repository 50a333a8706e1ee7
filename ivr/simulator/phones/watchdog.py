"""How long a step is waited for: an application that goes round in a circle would be asked for hours of a call.

A step that fits into nothing for a quarter of an hour of the call, while the application is asked again and again, is
taken for one that can never come. A talk, a recording or a long prompt asks for nothing meanwhile, and may last.
"""

from __future__ import annotations

from ivr.simulator.transcript import Event

SECONDS = 900.0
REQUESTS = 25


class Watchdog:
    """Counts since the last step that was done, or from the call's beginning."""

    def __init__(self) -> None:
        self._since = self._now = 0.0
        self._requests = 0

    def notice(self, event: Event) -> None:
        """Time passes, and the application is asked."""
        self._now = event.t
        steers = event.kind == "request" and "callback" not in event.details and "media" not in event.details
        self._requests += steers

    def renew(self) -> None:
        """A step was done."""
        self._since, self._requests = self._now, 0

    def lost(self) -> str | None:
        """Why nothing more is to be expected; None as long as something is."""
        seconds = self._now - self._since
        if seconds < SECONDS or self._requests < REQUESTS:
            return None
        return f"given up after {seconds:.0f} s and {self._requests} requests in which no step could be done"
