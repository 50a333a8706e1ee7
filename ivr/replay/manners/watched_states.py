"""``WatchedStates`` reads off the answers of a line of ours in which state the call stands."""

from __future__ import annotations

from ivr.replay.call_result import STATES_HEADER
from ivr.simulator.transports import Request, Response, Transport


class WatchedStates:
    """Sends requests by another transport; ``last`` is the state that was entered last, empty before any was."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self.last = ""

    def send(self, request: Request, timeout: float) -> Response:
        """Ask as the other transport does, and raise what it raises."""
        response = self._transport.send(request, timeout)
        entered = [state.strip() for state in (response.headers.get(STATES_HEADER) or "").split(",") if state.strip()]
        self.last = entered[-1] if entered else self.last
        return response
