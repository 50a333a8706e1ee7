"""The seam between the carrier and an application's websocket: what is opened, sent, received and closed.

A call names a ``Handshake``, and a ``SocketTransport`` makes a ``Socket`` of it. The one that dials is in
``websocket_transport``; a test may have its own.
"""

from __future__ import annotations

from dataclasses import field
from typing import Protocol, TypeAlias

from value_class import value_class

NORMAL = 1000
"""The close code of a conversation that has come to its end (RFC 6455)."""

LOST = 1006
"""What a socket is closed with whose other end is gone without a word; it is never sent."""


@value_class
class Handshake:
    """The request that opens a websocket: ``url`` as it is dialled, and the headers besides those of the protocol.

    One that is used ``beside`` the call, by a thread of its own, is let go by no driver of calls.
    ``tunnel_to`` is the host and port of this machine that a tunnel leads the address to, where one does: that is
    connected to, and spoken to without TLS.
    """

    url: str = field(repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    tunnel_to: tuple[str, int] | None = None
    beside: bool = False


@value_class
class ClosedSocket:
    """The socket is closed, by either end; nothing more will be received."""

    code: int
    reason: str = ""


Received: TypeAlias = str | bytes | ClosedSocket | None
"""A message of text or of bytes, that the socket is closed, or None where nothing came in time."""


class Socket(Protocol):
    """An open websocket."""

    def send(self, text: str) -> None:
        """Send a message of text. What is sent into a closed socket is lost: ``receive`` tells that it is closed."""
        ...

    def receive(self, timeout: float) -> Received:
        """Wait ``timeout`` real seconds at most for the next message; 0 takes what is already there."""
        ...

    def close(self, code: int = NORMAL, reason: str = "") -> None:
        """Close it, and wait a moment for the other end to agree; one that is closed already stays as it is.

        LOST breaks the connection off without a word.
        """
        ...


class SocketTransport(Protocol):
    """Opens websockets."""

    def open(self, handshake: Handshake, timeout: float) -> Socket:
        """Open within ``timeout`` real seconds; raises TransportError where no websocket answers there."""
        ...
