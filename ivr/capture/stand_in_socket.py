"""``StandInSockets`` are the app's end of captured websockets: what the app sent comes again, in the same places.

A message of the app's comes once as much has been sent to it as had been when it came: of a relay the setup, prompts
and keys count, of a stream the frames, of which one goes out each 20 ms, and apart from them all else. So an agent
takes no time to think, and the simulated call goes its own pace.
"""

from __future__ import annotations

import base64
import json
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from ivr.capture.captured_sockets import INPUTS, CapturedMessage, CapturedSocket
from ivr.simulator.sockets import LOST, NORMAL, ClosedSocket, Handshake, Received, Socket
from ivr.simulator.transports import TransportError
from value_class import value_class

QUIET: Final = b"\xff"
"""Silence in µ-law, in place of sound of which the capture has only the length."""

COUNTED: Final = frozenset({"setup", "interrupt"}) | INPUTS


@value_class
class SentSoFar:
    """An app has been sent so many ``frames`` of sound, and ``others`` that it may have waited for."""

    frames: int = 0
    others: int = 0

    def after(self, kind: str, *, relay: bool) -> SentSoFar:
        """Return how much it is with a message of that kind more."""
        if relay:
            return SentSoFar(0, self.others + (kind in COUNTED))
        return SentSoFar(self.frames + (kind == "media"), self.others + (kind != "media"))

    def reaches(self, other: SentSoFar) -> bool:
        """Return whether it is as much as ``other``."""
        return self.frames >= other.frames and self.others >= other.others


NOTHING: Final = SentSoFar()


@dataclass
class PlayedSocket:
    """A websocket that the simulator opened: its handshake, and what it sent and when."""

    captured: CapturedSocket
    handshake: Handshake
    sent: list[tuple[float, dict[str, Any]]] = field(default_factory=list)


class StandInSockets:
    """A SocketTransport that opens the captured websockets in their order; ``elapsed`` is the simulated call's time."""

    def __init__(self, sockets: tuple[CapturedSocket, ...], elapsed: Callable[[], float]) -> None:
        self._waiting = deque(sockets)
        self._elapsed = elapsed
        self.played: list[PlayedSocket] = []
        self.extra: list[Handshake] = []

    def open(self, handshake: Handshake, timeout: float) -> Socket:  # noqa: ARG002 - nothing is waited for
        """Open the next one; raises TransportError where there is none, or the app refused it."""
        if not self._waiting:
            self.extra.append(handshake)
            raise TransportError("the capture has no such websocket")
        captured = self._waiting.popleft()
        played = PlayedSocket(captured, handshake)
        self.played.append(played)
        if captured.status != 101:
            raise TransportError(f"the app refused the websocket with {captured.status}", "protocol")
        return StandInSocket(played, self._elapsed)

    @property
    def missing(self) -> list[CapturedSocket]:
        """Return the captured websockets that the simulator did not open."""
        return list(self._waiting)

    @property
    def current(self) -> PlayedSocket | None:
        """Return the one that was opened last."""
        return self.played[-1] if self.played else None


class StandInSocket:
    """One open websocket."""

    def __init__(self, played: PlayedSocket, elapsed: Callable[[], float]) -> None:
        self._played = played
        self._elapsed = elapsed
        self._sent = NOTHING
        self._stream_sid = ""
        self._changed = threading.Condition()
        self._script = deque(_answers(played.captured))
        self._closed: ClosedSocket | None = None

    def send(self, text: str) -> None:
        """Take down what the simulator sends."""
        message = json.loads(text)
        with self._changed:
            self._stream_sid = message.get("streamSid") or self._stream_sid
            self._played.sent.append((self._elapsed(), message))
            kind = str(message.get("type") or message.get("event") or "")
            self._sent = self._sent.after(kind, relay=self._played.captured.is_relay)
            self._changed.notify_all()

    def receive(self, timeout: float) -> Received:
        """Return what the app sends next, where it has come to that; a stream waits for it, a relay's call need not."""
        until = time.monotonic() + timeout
        with self._changed:
            while True:
                if self._closed is not None:
                    return self._closed
                if self._script and self._sent.reaches(self._script[0][0]):
                    return self._taken(self._script.popleft()[1])
                left = until - time.monotonic()
                if left <= 0 or not self._played.handshake.beside:
                    return None
                self._changed.wait(left)

    def close(self, code: int = NORMAL, reason: str = "") -> None:
        """Close it."""
        with self._changed:
            self._closed = self._closed or ClosedSocket(code, reason)
            self._changed.notify_all()

    def _taken(self, captured: CapturedMessage) -> Received:
        if captured.code is not None:
            self._closed = ClosedSocket(LOST if captured.code == 1005 else captured.code)
            return self._closed
        if captured.message is None:
            return b"\x00" * captured.size
        told = _with_sound(captured.message)
        if "streamSid" in told and self._stream_sid:  # an app names the stream as it was told
            told = told | {"streamSid": self._stream_sid}
        return json.dumps(told, ensure_ascii=False)


def _answers(captured: CapturedSocket) -> list[tuple[SentSoFar, CapturedMessage]]:
    """What the app sent, each with how much had been sent to it before."""
    answers: list[tuple[SentSoFar, CapturedMessage]] = []
    before = NOTHING
    closed_first = next((each.way for each in captured.messages if each.code is not None), None)
    for each in captured.messages:
        if each.way == "from-app":
            if each.code is None or closed_first == "from-app":  # else it only agrees that the socket is closed
                answers.append((before, each))
        elif each.code is None:
            before = before.after(each.type, relay=captured.is_relay)
    return answers


def _with_sound(message: dict[str, Any]) -> dict[str, Any]:
    """A message with as much silence as it had sound."""
    media = message.get("media")
    if not isinstance(media, dict) or "bytes" not in media:
        return message
    payload = base64.b64encode(QUIET * int(media["bytes"])).decode("ascii")
    return message | {"media": {name: one for name, one in media.items() if name != "bytes"} | {"payload": payload}}
