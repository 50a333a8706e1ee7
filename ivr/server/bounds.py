"""``Bounds`` says what one listener takes from its clients; numbers are passed in, so that tests need not wait."""

from __future__ import annotations

import resource
from dataclasses import replace

from value_class import value_class

ACCEPTED_AT_ONCE = 256
"""Connections that wait to be accepted, and as many as asyncio accepts before it looks at any of them."""

OTHER_FILES = 200
"""What the process holds open beside its connections: database, logs, menus, modules."""


@value_class
class Bounds:
    """The bounds of a listener's connections; times are seconds. Twilio sends a request whole and within a second,
    keeps its connections open for a few seconds, and its forms have about 2 kB; its answers may have 64 kB.
    """

    connections: int = 1000
    """Open at once. One more takes the place of one that never sent a request, else of the one idle for longest."""

    idle: float = 25.0
    """From a connection's beginning, or its last answer, to the first byte of a request."""

    head: float = 10.0
    """From the first byte of a request to the end of its head."""

    body: float = 10.0
    """From the end of the head to the end of the body."""

    stalled: float = 30.0
    """For which a client may leave an answer unread."""

    linger: float = 1.0
    """For which what a refused client still sends is thrown away, so that it can read why it was refused."""

    drain: float = 0.25
    """For which an idle connection may still bring a request that was on its way when the server began to stop."""

    stop: float = 12.0
    """From the signal to the end, whatever is in hand by then. Twilio itself gives up after 15 s."""

    head_bytes: int = 16 * 1024
    headers: int = 100
    body_bytes: int = 64 * 1024
    wire_bytes: int = 512 * 1024
    """Of one body with what stands around its chunks: each of them may be a single byte, with its length before it."""

    large_body_bytes: int = 0
    """Of a body that announces its length, for as many requests at once as ``large_bodies``: files that customers send.
    Others are as small as ever, so that strangers fill no memory with them."""

    large_bodies: int = 0

    large_body: float = 60.0
    """From the end of the head to the end of such a body."""

    thrown_away_bytes: int = 256 * 1024
    """Of one refused request; a client that sends more is cut off."""


def within_open_files(bounds: Bounds) -> Bounds:
    """Return ``bounds`` with as many connections as this process may have open files for; ask for more files first."""
    wanted = bounds.connections + ACCEPTED_AT_ONCE + OTHER_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    if soft != resource.RLIM_INFINITY and soft < wanted:
        return replace(bounds, connections=max(soft - ACCEPTED_AT_ONCE - OTHER_FILES, soft // 4))
    return bounds
