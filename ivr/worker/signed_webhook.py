"""``SignedWebhook`` posts JSON to a receiver of the company's own, signed, so that the receiver knows whose it is.

The header ``IVR-Signature: t=TIME,v1=HEX`` has the Unix time of the request and the HMAC-SHA256, by the shared secret,
of that time, a dot and the body. A receiver computes it anew, compares in constant time, and refuses what is older than
five minutes. ``IVR-Delivery`` is the same in each try of a delivery: what was taken before is to be answered, and
dropped.

The name of the receiver is resolved here, and the connection made to that very address, so that a name cannot mean one
machine when it is judged and another when it is connected to. No redirect is followed. An address of a private network
is refused unless that is allowed, and so is plain http to any other machine than this one.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import datetime
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from ivr.addresses import is_loopback, is_public
from ivr.call.outgoing import NotSentError
from ivr.webhook_receiver import WebhookReceiver

SIGNATURE: Final = "IVR-Signature"
DELIVERY: Final = "IVR-Delivery"

CONNECT_SECONDS: Final = 2.0
LONGEST_SECONDS: Final = 3.0
"""For the whole request, its name's resolution included: calls are given to agents by the same worker."""

TRY_AGAIN: Final = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS})


def signature_of(secret: bytes, at: int, body: bytes) -> str:
    """Return the value of the header SIGNATURE for a body that is sent ``at`` that Unix time."""
    signed = hmac.new(secret, f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={signed}"


class SignedWebhook:
    """Posts to ``receiver``; ``clock`` gives aware instants."""

    def __init__(self, receiver: WebhookReceiver, clock: Callable[[], datetime]) -> None:
        self._receiver = receiver
        self._clock = clock

    def post(self, body: bytes, delivery: str) -> None:
        """Send ``body`` under the name ``delivery``. Raises NotSentError, whose text says what came instead, and holds
        nothing of the address but its host.

        Where no answer comes the receiver may have it all the same: it is sent again, under the same name.
        """
        failure: list[NotSentError] = []
        taken = threading.Event()

        def ask() -> None:
            try:
                self._ask(body, delivery)
            except NotSentError as error:
                failure.append(error)
            except Exception as error:
                failure.append(NotSentError(f"the receiver was not reached: {type(error).__name__}", for_good=False))
            taken.set()

        # Resolving a name, and a receiver that sends a byte now and then, know no time-out of their own.
        threading.Thread(target=ask, name="signed webhook", daemon=True).start()
        if not taken.wait(LONGEST_SECONDS):
            raise NotSentError(f"the receiver did not answer within {LONGEST_SECONDS:g} s", for_good=False)
        if failure:
            raise failure[0]

    def _ask(self, body: bytes, delivery: str) -> None:
        parts = urlsplit(self._receiver.url)
        host = parts.hostname or ""
        is_tls = parts.scheme == "https"
        if not is_tls and not is_loopback(host):
            raise NotSentError(f"{self._receiver.prefix}_URL is no https address", for_good=True)
        port = parts.port or (443 if is_tls else 80)
        with closing(self._connected(host, port)) as plain:
            made = ssl.create_default_context().wrap_socket(plain, server_hostname=host) if is_tls else plain
            with closing(made), self._bounded(made):
                connection = http.client.HTTPConnection(host, port, timeout=LONGEST_SECONDS)
                connection.sock = made
                at = int(self._clock().timestamp())
                headers = {
                    "Host": parts.netloc,
                    "Content-Type": "application/json",
                    "User-Agent": "ivr",
                    SIGNATURE: signature_of(self._receiver.secret, at, body),
                    DELIVERY: delivery,
                    "Connection": "close",
                }
                path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
                connection.request("POST", path, body, headers)
                status = connection.getresponse().status
        _judge(status)

    def _connected(self, host: str, port: int) -> socket.socket:
        """A connection to the receiver, at an address that was judged."""
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError:
            raise NotSentError(f"the name {host} is not known", for_good=False) from None
        addresses = [str(each[4][0]) for each in found]
        if not (self._receiver.private or is_loopback(host) or all(map(is_public, addresses))):
            raise NotSentError(
                f"{host} is in a private network; set {self._receiver.prefix}_PRIVATE=yes where that is meant",
                for_good=True,
            )
        try:
            return socket.create_connection((addresses[0], port), CONNECT_SECONDS)
        except OSError as error:
            raise NotSentError(f"{host} was not reached: {type(error).__name__}", for_good=False) from None

    def _bounded(self, made: socket.socket) -> _Bounded:
        return _Bounded(made)


class _Bounded:
    """Ends a connection soon after LONGEST_SECONDS, whatever it is at: a thread that nobody waits for any more ends,
    too.

    Not at the very moment, at which the one who waits is to be told of the time, and not of a connection that was
    ended.
    """

    def __init__(self, made: socket.socket) -> None:
        self._made = made
        self._timer = threading.Timer(LONGEST_SECONDS + 0.5, self._end)
        self._timer.daemon = True

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def _end(self) -> None:
        with suppress(OSError):
            self._made.shutdown(socket.SHUT_RDWR)


def _judge(status: int) -> None:
    """Raise NotSentError for an answer that is no yes."""
    if status in range(200, 300):
        return
    if status in range(300, 400):
        raise NotSentError(
            f"the receiver answered {status}, a redirect, which is not followed; name its last address", for_good=True
        )
    refused = status in range(400, 500) and status not in TRY_AGAIN
    raise NotSentError(f"the receiver answered {status}", for_good=refused)
