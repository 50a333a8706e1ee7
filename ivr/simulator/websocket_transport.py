"""Websockets over the network, by the library ``websockets``, which is loaded with TLS when the first one is opened.

As with HTTP here nothing is read from the environment, no proxy is used, and redirects are not followed.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ivr.simulator.sockets import LOST, NORMAL, ClosedSocket, Handshake, Received, Socket
from ivr.simulator.transports import TransportError

if TYPE_CHECKING:
    from websockets.sync.client import ClientConnection

MESSAGE_LIMIT = 1024 * 1024
"""Bytes of one message that are taken."""

WAITING_FRAMES = 1024
"""Messages that wait here to be received before the other end has to wait."""

CLOSING_SECONDS = 1.0
"""Real seconds for the other end to agree that the socket is closed."""

DEFAULT_PORTS = {"ws": 80, "wss": 443}

Dial = Callable[[str, int, float], socket.socket]
"""Connects to a host and port within so many seconds."""


def _connect(host: str, port: int, timeout: float) -> socket.socket:
    return socket.create_connection((host, port), timeout)


class WebsocketTransport:
    """Opens ws:// and, over TLS, wss:// addresses; ``dial`` makes the connection."""

    def __init__(self, dial: Dial = _connect) -> None:
        self._dial = dial

    def open(self, handshake: Handshake, timeout: float) -> Socket:
        """Connect and shake hands, all within ``timeout`` seconds."""
        import ssl

        from websockets.exceptions import InvalidHandshake, InvalidStatus, InvalidURI
        from websockets.sync.client import connect

        deadline = time.monotonic() + timeout
        scheme, host, port = _parts(handshake.url)
        where = f"{host}:{port}" if port != DEFAULT_PORTS[scheme] else host
        try:
            connection = self._dial(*(handshake.tunnel_to or (host, port)), timeout)
            connection.settimeout(None)  # else an agent that says nothing for so long would be cut off
            url = handshake.url
            if handshake.tunnel_to:
                url = "ws" + url[len(scheme) :]
            return WebSocket(
                connect(
                    url,
                    sock=connection,
                    additional_headers=list(handshake.headers),
                    user_agent_header=None,
                    proxy=None,
                    open_timeout=max(deadline - time.monotonic(), 0.001),
                    ping_interval=None,
                    close_timeout=CLOSING_SECONDS,
                    max_size=MESSAGE_LIMIT,
                    max_queue=WAITING_FRAMES,
                )
            )
        except TimeoutError:
            raise TransportError(
                f"{where} did not answer the handshake within {timeout:g} seconds", "timeout"
            ) from None
        except ssl.SSLError:
            raise TransportError(f"the certificate of {where} was not accepted", "tls") from None
        except socket.gaierror:
            told = f"the host name {host} is unknown; lead it to this machine with --tunnel {host}=127.0.0.1:PORT"
            raise TransportError(told, "host") from None
        except InvalidStatus as error:
            status = error.response.status_code
            raise TransportError(f"{where} answered the handshake with status {status}", "protocol") from None
        except InvalidURI:
            raise TransportError("that is not a websocket address", "address") from None
        except (InvalidHandshake, EOFError):
            raise TransportError(f"{where} did not answer as a websocket does", "protocol") from None
        except OSError:
            raise TransportError(f"no connection to {where}", "connection") from None


class WebSocket:
    """One open websocket of the library's."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._closed = False

    def send(self, text: str) -> None:
        """Send the text."""
        from websockets.exceptions import ConnectionClosed

        try:
            self._connection.send(text)
        except (ConnectionClosed, OSError):
            return

    def receive(self, timeout: float) -> Received:
        """Take the next message, if need be after a wait."""
        from websockets.exceptions import ConnectionClosed

        try:
            return self._connection.recv(timeout)
        except TimeoutError:
            return None
        except ConnectionClosed as closed:
            # Who closed first is told by the first frame that was sent or received; neither: the connection broke.
            frame = closed.sent if closed.rcvd is None or not closed.rcvd_then_sent else closed.rcvd
            return ClosedSocket(frame.code, frame.reason) if frame else ClosedSocket(LOST)

    def close(self, code: int = NORMAL, reason: str = "") -> None:
        """Say so to the other end, and hang up where it does not agree."""
        if not self._closed:
            self._closed = True
            if code == LOST:
                with suppress(OSError):
                    self._connection.socket.shutdown(socket.SHUT_RDWR)
                return
            self._connection.close(code, reason)


def _parts(url: str) -> tuple[str, str, int]:
    try:
        parts = urlsplit(url)
        scheme, host, port = parts.scheme.lower(), parts.hostname or "", parts.port
    except ValueError:
        scheme, host, port = "", "", None
    if scheme not in DEFAULT_PORTS or not host:
        raise TransportError(
            "that is not a websocket address: it begins with wss:// (or ws:// on this machine)", "address"
        )
    return scheme, host, port or DEFAULT_PORTS[scheme]
