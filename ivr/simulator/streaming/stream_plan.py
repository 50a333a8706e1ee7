"""A stream plan is everything that a media stream is opened with."""

from __future__ import annotations

from dataclasses import field
from typing import Final

from ivr.simulator.sockets import Handshake
from value_class import value_class

INBOUND: Final = "inbound"
OUTBOUND: Final = "outbound"


@value_class
class StreamPlan:
    """A stream plan is everything that a stream is opened with.

    A ``two_way`` stream plays what the application sends. ``slow`` is for how many seconds the network holds up what
    goes either way, again and again, and ``breaks`` after how many it fails (0: never).
    """

    handshake: Handshake
    account_sid: str
    call_sid: str
    stream_sid: str
    tracks: tuple[str, ...] = (INBOUND,)
    parameters: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    two_way: bool = False
    timeout: float = 5.0
    pace: float = 1.0
    slow: float = 0.0
    breaks: float = 0.0
