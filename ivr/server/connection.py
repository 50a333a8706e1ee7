"""``BoundedConnection`` reads and writes one HTTP connection within the listener's bounds.

uvicorn and httptools (the parser of Node.js) read and write HTTP; they bound neither heads, bodies, their times nor the
number of connections. This protocol counts what they tell and refuses: 408 what comes too slowly, 413 a body and 431 a
head that is too large, before it is kept. Nothing is ever written to a file. Requests that are sent before the last one
was answered (pipelining, which Twilio does not do) are not read: the connection closes after the answer.
"""

from __future__ import annotations

import asyncio
from enum import Enum, auto
from http import HTTPStatus
from typing import Any, cast

from uvicorn import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from ivr.server.bounds import Bounds

NEVER = 365 * 24 * 3600
"""uvicorn's own limit of idle connections, which knows less than the one here."""


class BoundedConfig(Config):
    """The configuration of uvicorn with the bounds of its connections."""

    bounds: Bounds


class Phase(Enum):
    """A connection is in one phase at a time; each has a limit of its own."""

    NEW = auto()
    HEAD = auto()
    BODY = auto()
    WORK = auto()
    IDLE = auto()
    REFUSED = auto()


class BoundedConnection(HttpToolsProtocol):
    """A connection of a listener whose settings are a BoundedConfig; the listener calls ``close_overdue`` regularly."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._bounds = cast(BoundedConfig, config).bounds
        self._phase = Phase.NEW
        self._since = self.loop.time()
        self._made = self._since
        self._bytes = 0
        self._wire = 0
        self._large = 0
        self._requests = 0
        self._deaf = False
        self._ending = False
        self._closing_since: float | None = None
        self._stalled_since: float | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a place among the connections; where all are taken, abort the least useful one."""
        super().connection_made(transport)
        others = [each for each in self.connections if isinstance(each, BoundedConnection) and each is not self]
        open_ones = [each for each in others if not each.transport.is_closing()]
        if len(open_ones) >= self._bounds.connections:
            loser = min(open_ones, key=BoundedConnection._worth)
            # Where every other connection waits for an answer, the newest is given up.
            (self if loser._phase is Phase.WORK else loser).transport.abort()

    def _worth(self) -> tuple[int, float]:
        """The least is given up first."""
        if self._phase is Phase.REFUSED:
            return (0, self._since)
        if self._phase is Phase.WORK:
            return (4, self._since)
        if self._requests == 0:
            return (1, self._made)
        return (2 if self._phase is Phase.IDLE else 3, self._since)

    def data_received(self, data: bytes) -> None:
        """Count the bytes, and let uvicorn's parser read them."""
        if self._phase is Phase.REFUSED:
            self._bytes += len(data)
            if self._bytes > self._bounds.thrown_away_bytes:
                self.transport.abort()
            return
        if self._deaf:
            return
        if self._phase in {Phase.NEW, Phase.IDLE}:
            self._enter(Phase.HEAD)
        if self._phase is Phase.HEAD:
            self._bytes += len(data)
        super().data_received(data)
        if self._phase is Phase.HEAD and self._bytes > self._bounds.head_bytes:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        if self._phase is Phase.BODY:
            # The parser tells nothing of a chunk's extensions, and keeps a header behind the body until it ends.
            self._wire += len(data)
            if self._wire > self._bounds.wire_bytes + self._large:
                self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)

    def eof_received(self) -> bool | None:  # type: ignore[override]
        """Keep the connection open for an answer that is being made, after the client closed its side."""
        if self._phase is Phase.WORK:
            self.cycle.keep_alive = False
            return True
        return None

    def on_message_begin(self) -> None:
        """Begin the head of a request; after an unanswered one (pipelining) read no more."""
        if self._is_unheard():
            return
        unanswered = self._unanswered()
        if unanswered:
            self._deaf = True
            unanswered.keep_alive = False
            self.flow.pause_reading()
            return
        if self._phase is not Phase.HEAD:
            # It came in one piece with the end of the one before.
            self._enter(Phase.HEAD)
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """Take a part of the request's target."""
        if not self._is_unheard():
            super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take one header. Those behind a chunked body are none of the head that was judged, and are dropped."""
        if not self._is_unheard() and self._phase is not Phase.BODY:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Refuse a head that is too large or announces too large a body, before the body is read."""
        if self._is_unheard():
            return
        size = len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)
        if size > self._bounds.head_bytes or len(self.headers) > self._bounds.headers:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
            return
        announced = max((int(value) for name, value in self.headers if name == b"content-length"), default=0)
        large = announced > self._bounds.body_bytes
        if large and announced > self._bounds.large_body_bytes:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return
        if large and self._large_bodies() >= self._bounds.large_bodies:
            self._refuse(HTTPStatus.SERVICE_UNAVAILABLE)
            return
        self._enter(Phase.BODY)
        self._large = announced if large else 0
        super().on_headers_complete()
        if self._ending:
            self.cycle.keep_alive = False

    def on_body(self, body: bytes) -> None:
        """Count a part of the body, also where it is chunked and its length was never announced."""
        if self._is_unheard():
            return
        self._bytes += len(body)
        if self._bytes > max(self._bounds.body_bytes, self._large):
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Hand the whole request to the application, and wait for its answer."""
        if self._is_unheard():
            return
        self._requests += 1
        super().on_message_complete()
        answered = self.cycle.response_complete
        self._enter(Phase.IDLE if answered else Phase.WORK)
        if answered and self._ending:
            self.transport.close()

    def on_response_complete(self) -> None:
        """Wait for the next request, since the answer is written. Where the body was not read to its end by then, it
        still has its time.
        """
        super().on_response_complete()
        self._unset_keepalive_if_required()
        if self._phase is Phase.WORK:
            self._enter(Phase.IDLE)

    def pause_writing(self) -> None:
        """Start the clock of a client that does not read its answer."""
        super().pause_writing()
        self._stalled_since = self.loop.time()

    def resume_writing(self) -> None:
        """Stop that clock, since the client reads again."""
        super().resume_writing()
        self._stalled_since = None

    def shutdown(self) -> None:
        """Begin a graceful shutdown: one more answer at most, to a request that is in hand or on its way."""
        self._ending = True
        if self._phase in {Phase.NEW, Phase.IDLE}:
            self.loop.call_later(self._bounds.drain, self._close_if_idle)
        elif unanswered := self._unanswered():
            unanswered.keep_alive = False

    def close_overdue(self, now: float) -> None:
        """Close or refuse what has taken too long by ``now`` (of the loop's clock)."""
        bounds, lasts = self._bounds, now - self._since
        if self._stalled_since is not None and now - self._stalled_since > bounds.stalled:
            self.transport.abort()
        elif self.transport.is_closing():
            self._closing_since = now if self._closing_since is None else self._closing_since
            if now - self._closing_since > bounds.stalled:
                self.transport.abort()
        elif self._phase in {Phase.NEW, Phase.IDLE} and lasts > bounds.idle:
            self.transport.close()
        elif (self._phase is Phase.HEAD and lasts > bounds.head) or (
            self._phase is Phase.BODY and lasts > (bounds.large_body if self._large else bounds.body)
        ):
            self._refuse(HTTPStatus.REQUEST_TIMEOUT)
        elif self._phase is Phase.REFUSED and lasts > bounds.linger:
            self.transport.abort()

    def _unanswered(self) -> RequestResponseCycle | None:
        cycle = cast("RequestResponseCycle | None", self.cycle)
        return cycle if cycle and not cycle.response_complete else None

    def _is_unheard(self) -> bool:
        return self._deaf or self._phase is Phase.REFUSED

    def _enter(self, phase: Phase) -> None:
        self._phase = phase
        self._since = self.loop.time()
        self._bytes = self._wire = 0
        if phase not in {Phase.BODY, Phase.WORK}:
            self._large = 0

    def _large_bodies(self) -> int:
        """How many connections have a large body in hand."""
        others = (each for each in self.connections if isinstance(each, BoundedConnection))
        return sum(each._large > 0 for each in others if not each.transport.is_closing())

    def _close_if_idle(self) -> None:
        if self._phase in {Phase.NEW, Phase.IDLE}:
            self.transport.close()

    def _refuse(self, status: HTTPStatus) -> None:
        cycle = self.cycle if self._phase is Phase.BODY else None
        self._enter(Phase.REFUSED)
        if cycle is not None:
            if cycle.response_started:
                self.transport.abort()
                return
            # The application hears that the client has gone.
            cycle.disconnected = True
            cycle.message_event.set()
        told = f"{status.phrase}.\n".encode()
        head = (
            f"HTTP/1.1 {status.value} {status.phrase}\r\nContent-Type: text/plain; charset=utf-8\r\n"
            f"Content-Length: {len(told)}\r\nConnection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + told)
        self.flow.resume_reading()
        if self.transport.can_write_eof():
            self.transport.write_eof()
