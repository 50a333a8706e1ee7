"""Callers over kept connections: signed requests that are written beforehand, so that asking costs next to nothing."""

from __future__ import annotations

import base64
import hmac
import itertools
import selectors
import socket
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

TOKEN = "a token for benchmarks"
KEYS = ("2", "*", "4", "8", "*", "7", "9", "*", "2")
"""Ordinary turns of a caller who looks around; no password, whose cost is meant."""

FORM = {
    "AccountSid": "AC" + "a" * 32,
    "ApiVersion": "2010-04-01",
    "CallStatus": "in-progress",
    "CallToken": '{"parentCallInfoToken":"eyJhbGciOiJFUzI1NiJ9"}',
    **{f"{who}{what}": "" for who in ("Called", "Caller", "From", "To") for what in ("City", "State", "Zip")},
    **{f"{who}Country": "BR" for who in ("Called", "Caller", "From", "To")},
    "Called": "+551140030015",
    "Caller": "+5511987654321",
    "Direction": "inbound",
    "From": "+5511987654321",
    "StirVerstat": "TN-Validation-Passed-A",
    "To": "+551140030015",
}
"""The fields that Twilio sends with every request of a call, 27 of them."""


def request_of(port: int, path: str, form: dict[str, str]) -> bytes:
    """Return a request as Twilio signs and sends it to ``http://127.0.0.1:port``."""
    signed = f"http://127.0.0.1:{port}{path}" + "".join(f"{name}{form[name]}" for name in sorted(form))
    signature = base64.b64encode(hmac.digest(TOKEN.encode(), signed.encode(), "sha1")).decode()
    body = urlencode(form)
    return (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded; charset=UTF-8\r\n"
        f"User-Agent: TwilioProxy/1.1\r\nAccept: */*\r\nX-Twilio-Signature: {signature}\r\n"
        f"I-Twilio-Idempotency-Token: {'0' * 36}\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


def call_of(port: int, sid: str, keys: Sequence[str] = KEYS) -> list[bytes]:
    """Return the requests of one call, its beginning first."""
    usual = {"CallSid": sid, **FORM}
    turns = (request_of(port, f"/twilio/turn/{turn}", usual | {"Digits": key}) for turn, key in enumerate(keys, 1))
    return [request_of(port, "/twilio/voice", usual), *turns]


def end_of(port: int, sid: str) -> bytes:
    """Return the request that tells the end of the call."""
    form = {"CallSid": sid, **FORM, "CallStatus": "completed", "CallDuration": "60", "SequenceNumber": "2"}
    return request_of(port, "/twilio/status", form)


@dataclass
class Answers:
    """The seconds that each answer took, and how many of them were none."""

    seconds: list[float] = field(default_factory=list)
    errors: int = 0
    lasted: float = 0.0

    @property
    def rate(self) -> float:
        """Return the answers of a second."""
        return len(self.seconds) / self.lasted

    @property
    def median(self) -> float:
        """Return the seconds within which half of the answers came."""
        return statistics.median(self.seconds)

    @property
    def p99(self) -> float:
        """Return the seconds within which 99 of 100 answers came."""
        return sorted(self.seconds)[int(len(self.seconds) * 0.99)]


class Callers:
    """Several callers at one server, each with a call of its own and one connection."""

    def __init__(self, port: int, callers: int, keys: Sequence[str] = KEYS) -> None:
        self._port = port
        self._keys = keys
        self._numbers = itertools.count()
        self._sockets = [socket.create_connection(("127.0.0.1", port)) for _ in range(callers)]
        self._selector = selectors.DefaultSelector()
        for each in self._sockets:
            each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def close(self) -> None:
        """Close every connection."""
        for each in self._sockets:
            each.close()

    def calls(self, prefix: int, number: int) -> list[list[bytes]]:
        """Return so many calls, whose names begin with ``prefix``."""
        return [call_of(self._port, f"CA{prefix:08x}{next(self._numbers):024x}", self._keys) for _ in range(number)]

    def play(self, calls: Sequence[Sequence[bytes]], every: float | None = None) -> Answers:
        """Play the calls and time their answers; one request ``every`` so many seconds, or each as soon as the one
        before it is answered.
        """
        answers = Answers()
        waiting = iter(calls)
        selector, now = self._selector, time.perf_counter
        turns: dict[socket.socket, Iterator[bytes]] = {}
        asked: dict[socket.socket, float] = {}
        got: dict[socket.socket, bytes] = {}
        idle = list(self._sockets)
        began = due = now()

        def ask(caller: socket.socket) -> bool:
            request = next(turns.get(caller, iter(())), None)
            if request is None:
                call = next(waiting, None)
                if call is None:
                    return False
                turns[caller] = iter(call)
                request = next(turns[caller])
            caller.sendall(request)
            asked[caller], got[caller] = now(), b""
            selector.register(caller, selectors.EVENT_READ)
            return True

        while idle or asked:
            while idle and (every is None or now() >= due):
                # A caller for whom no call is left is idle no more.
                if ask(idle.pop(0)):
                    due += every or 0.0
            rest = None if every is None or not idle else max(0.0, due - now())
            if not asked and rest:
                time.sleep(rest)
            for key, _ in selector.select(rest) if asked else ():
                caller = key.fileobj
                assert isinstance(caller, socket.socket)
                got[caller] += caller.recv(65536)
                if not _is_whole(got[caller]):
                    continue
                selector.unregister(caller)
                answers.seconds.append(now() - asked.pop(caller))
                answers.errors += b" 200 OK\r\n" not in got[caller][:20] or b"<Response" not in got[caller]
                idle.append(caller)
        answers.lasted = now() - began
        return answers


def _is_whole(answer: bytes) -> bool:
    head, found, body = answer.partition(b"\r\n\r\n")
    if not found:
        return False
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    return len(body) >= length
