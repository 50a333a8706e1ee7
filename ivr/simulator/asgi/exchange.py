"""One HTTP request to an ASGI application, and what the application makes of it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from ivr.simulator.asgi.scope import AsgiApplication, Message, log_error, scope_of
from ivr.simulator.transports import BODY_LIMIT, FORM, Headers, Request, Response, TransportError


class AsgiExchange:
    """One HTTP request and what the application makes of it; ``answer`` is there once its last byte is."""

    def __init__(self, request: Request, state: Mapping[str, Any]) -> None:
        self.answer: asyncio.Future[Response] = asyncio.get_running_loop().create_future()
        self._request = request
        self._state = state
        self._asked = False
        self._status = 0
        self._headers: list[tuple[str, str]] = []
        self._body = b""

    async def run(self, app: AsgiApplication) -> None:
        """Call the application; what it does after its answer is its own affair."""
        try:
            await app(self._scope(), self._receive, self._send)
        except Exception as error:
            log_error(error)
            if not self._status:
                self._answered(Response(500, Headers(), b"", self._request.url))
        if not self.answer.done():
            what = "broke off its answer" if self._status else "ended without an answer"
            self.answer.set_exception(TransportError(f"the application {what}", "protocol"))

    async def _receive(self) -> Message:
        if not self._asked:
            self._asked = True
            return {"type": "http.request", "body": self._request.body, "more_body": False}
        await asyncio.wait([self.answer])
        return {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            self._headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in message["headers"]]
        elif message["type"] == "http.response.body":
            self._body = (self._body + message.get("body", b""))[:BODY_LIMIT]
            if not message.get("more_body", False):
                self._answered(Response(self._status, Headers(self._headers), self._body, self._request.url))

    def _answered(self, response: Response) -> None:
        if not self.answer.done():
            self.answer.set_result(response)

    def _scope(self) -> Message:
        headers = list(self._request.headers)
        if self._request.method == "POST":
            headers += [("Content-Type", FORM), ("Content-Length", str(len(self._request.body)))]
        common = scope_of(self._request.url, headers, self._state)
        return {**common, "type": "http", "method": self._request.method, "http_version": "1.1"}
