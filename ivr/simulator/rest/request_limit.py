"""The limit on an account's requests: so many at once, and as many refused in advance as a script says.

Source: Twilio, error 20429: a request beyond the account's concurrency is answered with 429, is not carried out, and
may be sent again after a while; ``Twilio-Concurrent-Requests`` tells how many are in hand.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ivr.simulator.carrier_faults import CarrierFaults
from ivr.simulator.rest import api_errors
from ivr.simulator.rest.api_errors import ApiError


class RequestLimit:
    """Counts the requests in hand; ``faults`` gives what goes wrong on the account now."""

    def __init__(self, faults: Callable[[], CarrierFaults]) -> None:
        self._faults = faults
        self._lock = threading.Lock()
        self._in_hand = 0
        self._throttled_of: CarrierFaults | None = None
        self._throttled = 0

    @contextmanager
    def taken(self) -> Iterator[int]:
        """Take a request in hand while the block runs; yields how many are, this one counted."""
        with self._lock:
            self._in_hand += 1
            count = self._in_hand
        try:
            yield count
        finally:
            with self._lock:
                self._in_hand -= 1

    def check(self, in_hand: int) -> None:
        """Raise ApiError where the request is one too many, ``in_hand`` being so many."""
        faults = self._faults()
        with self._lock:
            if self._throttled_of is not faults:  # other faults than before: their count begins anew
                self._throttled_of, self._throttled = faults, 0
            refused = self._throttled < faults.throttled
            self._throttled += refused
        if refused or 0 < faults.requests_at_once < in_hand:
            told = "Too many requests: the script lets the account have too many in hand; nothing was done, try again"
            raise ApiError(api_errors.TOO_MANY_REQUESTS, told, 429)
