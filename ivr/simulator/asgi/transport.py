"""A transport to an ASGI application in this process (ASGI 3.0): its requests, websockets and lifespan.

The application gets an event loop and a thread of its own, as a server would give it: tasks that it starts go on
between two requests, and a webhook that waits for something does not stand in the way of the caller's thread.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextlib import suppress
from threading import Thread
from typing import Any, TypeVar
from urllib.parse import urlsplit

from ivr.simulator.asgi.exchange import AsgiExchange
from ivr.simulator.asgi.lifespan import Lifespan
from ivr.simulator.asgi.scope import AsgiApplication
from ivr.simulator.asgi.websocket import AsgiSocket, AsgiWebsocket
from ivr.simulator.sockets import Handshake, Socket
from ivr.simulator.transports import Request, Response, TransportError

T = TypeVar("T")

STARTING = 30.0
"""Seconds that an application may take to start."""

STOPPING = 5.0
"""Seconds that it may take to stop, and what it still runs to end; a handler that will not be cancelled is left."""


class AsgiTransport:
    """Asks an ASGI application as a server would, and opens its websockets, whatever name an address has.

    ``close`` ends its lifespan and its thread.
    The lifespan begins with the first request. An application without one is asked all the same.
    """

    def __init__(self, app: AsgiApplication) -> None:
        self._app = app
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: Thread | None = None
        self._lifespan: Lifespan | None = None
        self._running: set[asyncio.Task[None]] = set()

    def send(self, request: Request, timeout: float) -> Response:
        """Ask once; raises TransportError where no whole answer came within ``timeout`` seconds.

        An exception in the application before it answers is a 500, as any server makes of it.
        """
        return self._within(timeout, request.url, lambda: self._ask(request))

    def open(self, handshake: Handshake, timeout: float) -> Socket:
        """Open a websocket within ``timeout`` seconds; raises TransportError where the application does not accept."""
        return self._within(timeout, handshake.url, lambda: self._open(handshake))

    def close(self) -> None:
        """Let the application stop as it wishes to, and end what it still runs."""
        if self._loop is None or self._thread is None:
            return
        loop, thread = self._loop, self._thread
        self._loop = self._thread = None
        with suppress(FutureTimeoutError):
            asyncio.run_coroutine_threadsafe(self._stop(), loop).result(STOPPING)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(STOPPING)
        loop.close()

    def _within(self, timeout: float, url: str, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        loop = self._started()
        future = asyncio.run_coroutine_threadsafe(work(), loop)
        try:
            return future.result(timeout)
        except FutureTimeoutError:
            future.cancel()
            host = urlsplit(url).netloc
            raise TransportError(f"{host} did not answer within {timeout:g} seconds", "timeout") from None

    def _started(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            loop = self._loop = asyncio.new_event_loop()
            self._thread = Thread(target=loop.run_forever, name="asgi", daemon=True)
            self._thread.start()
            lifespan = self._lifespan = Lifespan(self._app)
            try:
                asyncio.run_coroutine_threadsafe(lifespan.start(), loop).result(STARTING)
            except FutureTimeoutError:
                self.close()
                raise TransportError(f"the application did not start within {STARTING:g} seconds") from None
            except TransportError:
                self.close()
                raise
            return loop
        return self._loop

    async def _ask(self, request: Request) -> Response:
        exchange = AsgiExchange(request, self._state)
        task = self._run(exchange.run(self._app))
        try:
            return await exchange.answer
        except asyncio.CancelledError:
            task.cancel()
            raise

    async def _open(self, handshake: Handshake) -> Socket:
        websocket = AsgiWebsocket(handshake, self._state)
        task = self._run(websocket.run(self._app))
        try:
            await websocket.accepted
        except asyncio.CancelledError:
            task.cancel()
            raise
        return AsgiSocket(websocket)

    @property
    def _state(self) -> Mapping[str, Any]:
        """What the application kept when it started."""
        return self._lifespan.state if self._lifespan else {}

    def _run(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Let the application work, if need be after its answer: a task that nothing holds would be collected."""
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def _stop(self) -> None:
        for task in list(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        if self._lifespan:
            await self._lifespan.stop()
            self._lifespan = None
