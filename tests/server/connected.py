"""A server of small bounds on a port of this machine, and a client that reads what it answers."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from ivr.server.bounds import Bounds
from ivr.server.front import Bulkhead, Front, Refusal, refuse_nothing
from ivr.server.listener import Listener, bind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIEnvironment


SMALL = Bounds(
    connections=8, idle=0.5, head=0.5, body=0.5, stalled=0.6, linger=0.3, drain=0.1, stop=5,
    head_bytes=2000, headers=20, body_bytes=1000, wire_bytes=100_000, thrown_away_bytes=300_000,
)  # fmt: skip
PATIENCE = 20.0
FORM = "Content-Type: application/x-www-form-urlencoded\r\n"


class Connected:
    """A listener with an application that counts, sleeps as long as it is asked to, and tells how much came."""

    def __init__(self, bounds: Bounds) -> None:
        self.reached = 0
        self.heads: list[tuple[str, str | None]] = []
        bulkhead = Bulkhead("test", 4, waiting=None)
        few = Bulkhead("few", 1, waiting=0)
        front = Front(
            self._app,
            judge_head=lambda environ: Refusal(403, "No.") if "HTTP_X_NO" in environ else None,
            judge=refuse_nothing,
            bulkhead_of=lambda path: None if path == "/now" else few if path == "/few" else bulkhead,
        )
        self.listener = Listener(front, bounds)
        self._socket = bind("127.0.0.1", 0, "port")
        self.port = self._socket.getsockname()[1]
        self.thread = threading.Thread(target=self.listener.run_on, args=(self._socket,))

    def _app(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        self.reached += 1
        body = environ["wsgi.input"].read()
        self.heads.append((environ["HTTP_HOST"], environ.get("HTTP_X_NO")))
        query = environ["QUERY_STRING"]
        if query.startswith("sleep="):
            time.sleep(float(query[6:]))
        answer = b"y" * int(query[6:]) if query.startswith("bytes=") else f"{len(body)} came".encode()
        start_response("200 OK", [("Content-Length", str(len(answer)))])
        return [answer]

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)

    def ask(self, text: str) -> str:
        """What is answered to ``text``, up to the end of the connection, which is closed from this side too."""
        with self.connect() as connection:
            connection.sendall(text.encode())
            return ended(connection)


@contextmanager
def serving(bounds: Bounds = SMALL) -> Iterator[Connected]:
    served = Connected(bounds)
    served.thread.start()
    while not served.listener.started:
        time.sleep(0.01)
    try:
        yield served
    finally:
        served.listener.should_exit = True
        served.thread.join(PATIENCE)
        assert not served.thread.is_alive()


@pytest.fixture(scope="module")
def served() -> Iterator[Connected]:
    with serving() as here:
        yield here


def ended(connection: socket.socket) -> str:
    """Whatever still comes, until the server closes; a reset ends it as well."""
    told = b""
    try:
        while part := connection.recv(65536):
            told += part
    except ConnectionError:
        pass
    return told.decode()


def post(length: int, *headers: str, path: str = "/") -> str:
    more = "".join(f"{each}\r\n" for each in headers)
    return f"POST {path} HTTP/1.1\r\nHost: x\r\n{FORM}Content-Length: {length}\r\n{more}\r\n"


def answered(connection: socket.socket) -> str:
    """One answer on a connection that stays open."""
    told = b""
    while not (b"\r\n\r\n" in told and told.endswith((b"came", b"No.\n"))):
        part = connection.recv(65536)
        assert part, told
        told += part
    return told.decode()
