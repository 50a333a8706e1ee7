"""One websocket to an ASGI application in this process: its own thread on one side, the call's on the other."""

from __future__ import annotations

import asyncio
import queue
from collections.abc import Mapping
from typing import Any

from ivr.simulator.asgi.scope import AsgiApplication, Message, log_error, scope_of
from ivr.simulator.sockets import LOST, NORMAL, ClosedSocket, Handshake, Received
from ivr.simulator.transports import TransportError

REFUSED = 403
"""What a server makes of an application that closes before it has accepted."""


class AsgiWebsocket:
    """The application's side, in its event loop; ``accepted`` is there once it has taken the websocket, or refused it.

    What the application sends waits in ``sent``, until the call takes it.
    """

    def __init__(self, handshake: Handshake, state: Mapping[str, Any]) -> None:
        self.loop = asyncio.get_running_loop()
        self.accepted: asyncio.Future[None] = self.loop.create_future()
        self.sent: queue.SimpleQueue[str | bytes | ClosedSocket] = queue.SimpleQueue()
        self._handshake = handshake
        self._state = state
        self._received: asyncio.Queue[Message] = asyncio.Queue()
        self._received.put_nowait({"type": "websocket.connect"})
        self._closed = False

    async def run(self, app: AsgiApplication) -> None:
        """Call the application, which lasts as long as the websocket does."""
        common = scope_of(self._handshake.url, self._handshake.headers, self._state)
        code = NORMAL
        try:
            await app(
                {**common, "type": "websocket", "http_version": "1.1", "subprotocols": []}, self._next, self._take
            )
        except Exception as error:
            log_error(error)
            code = LOST
        finally:
            self._refuse("the application ended without accepting the websocket")
            self._close(ClosedSocket(code))

    def tell(self, message: Message) -> None:
        """Let the application receive ``message``; from any thread."""
        if not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self._received.put_nowait, message)

    async def _next(self) -> Message:
        return await self._received.get()

    async def _take(self, message: Message) -> None:
        match message["type"]:
            case "websocket.accept":
                self.accepted.set_result(None)
            case "websocket.send" if not self._closed:
                text, data = message.get("text"), message.get("bytes")
                self.sent.put(text if text is not None else data or b"")
            case "websocket.close":
                self._refuse(f"the application answered the handshake with status {REFUSED}")
                self._close(ClosedSocket(message.get("code", NORMAL), message.get("reason") or ""))

    def _refuse(self, reason: str) -> None:
        if not self.accepted.done():
            self.accepted.set_exception(TransportError(reason, "protocol"))

    def _close(self, closed: ClosedSocket) -> None:
        if not self._closed:
            self._closed = True
            self.sent.put(closed)
            self._received.put_nowait({"type": "websocket.disconnect", "code": closed.code, "reason": closed.reason})


class AsgiSocket:
    """The call's side of a websocket that the application has accepted."""

    def __init__(self, websocket: AsgiWebsocket) -> None:
        self._websocket = websocket
        self._closed: ClosedSocket | None = None

    def send(self, text: str) -> None:
        """Let the application receive the text."""
        if self._closed is None:
            self._websocket.tell({"type": "websocket.receive", "text": text, "bytes": None})

    def receive(self, timeout: float) -> Received:
        """Take the next message of the application's, if need be after a wait."""
        if self._closed is not None:
            return self._closed
        try:
            message = self._websocket.sent.get(timeout > 0, timeout or None)
        except queue.Empty:
            return None
        if isinstance(message, ClosedSocket):
            self._closed = message
        return message

    def close(self, code: int = NORMAL, reason: str = "") -> None:
        """Tell the application that the call has closed the websocket."""
        if self._closed is None:
            self._closed = ClosedSocket(code, reason)
            self._websocket.tell({"type": "websocket.disconnect", "code": code, "reason": reason})
