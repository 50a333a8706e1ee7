"""A receiver of alarms on this machine: a real HTTP server that keeps what it is sent, and answers as it is told."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from ivr.worker.signed_webhook import DELIVERY, SIGNATURE

SECRET = b"a secret of the tests, long enough"


@dataclass(frozen=True)
class Posted:
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def told(self) -> dict[str, Any]:
        read: dict[str, Any] = json.loads(self.body)
        return read

    @property
    def delivery(self) -> str:
        return self.headers[DELIVERY]

    @property
    def at(self) -> int:
        return int(self.headers[SIGNATURE].partition(",")[0].removeprefix("t="))

    def is_signed_with(self, secret: bytes) -> bool:
        """As the guide tells receivers to find out."""
        parts = dict(part.split("=", 1) for part in self.headers[SIGNATURE].split(","))
        expected = hmac.new(secret, parts["t"].encode() + b"." + self.body, hashlib.sha256).hexdigest()
        return hmac.compare_digest(expected, parts["v1"])


@dataclass
class Receiver:
    """``answers`` come one after the other, then 204; one of them may be a status with headers. Under ``secret`` it
    refuses what another one has signed.
    """

    port: int = 0
    secret: bytes | None = None
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    posted: list[Posted] = field(default_factory=list)
    silent: threading.Event | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hooks/token-of-the-receiver?key=also"

    def told(self) -> list[tuple[str, str, str]]:
        return [(each.told["event"], each.told["kind"], each.told["subject"]) for each in self.posted]


@contextmanager
def receiving() -> Iterator[Receiver]:
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            if receiver.silent:
                receiver.silent.wait(10)
                return
            body = self.rfile.read(int(self.headers["Content-Length"]))
            posted = Posted(self.path, dict(self.headers), body)
            receiver.posted.append(posted)
            status, headers = receiver.answers.pop(0) if receiver.answers else (204, {})
            if receiver.secret and not posted.is_signed_with(receiver.secret):
                status = 401
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    receiver.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield receiver
    server.shutdown()
    server.server_close()
