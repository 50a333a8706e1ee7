"""The limits of the simulated carrier: what pages may have at once, and for how long."""

from __future__ import annotations

from value_class import value_class


@value_class
class PhoneLimits:
    """Times are seconds. A call holds a thread at most, and what it told is kept in memory."""

    phones: int = 64
    calls: int = 16
    """That go on at once."""

    streams: int = 256

    call_seconds: float = 1800.0
    """After which the carrier ends a call."""

    alone_seconds: float = 20.0
    """For which a phone may be without its page: one that is loaded anew comes back sooner."""

    kept_calls: int = 50
    kept_seconds: float = 1800.0
    """Calls that have ended, so that they can be saved and heard."""
