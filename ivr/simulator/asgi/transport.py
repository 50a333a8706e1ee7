"""A transport to an ASGI application in this process (ASGI 3.0): its HTTP requests, and its lifespan around them.

The application gets an event loop and a thread of its own, as a server would give it: tasks that it starts go on
between two requests, and a webhook that waits for something does not stand in the way of the caller's thread.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextlib import suppress
from threading import Thread
from urllib.parse import urlsplit

from ivr.simulator.asgi.exchange import AsgiExchange
from ivr.simulator.asgi.lifespan import Lifespan
from ivr.simulator.asgi.scope import AsgiApplication
from ivr.simulator.transports import Request, Response, TransportError

STARTING = 30.0
"""Seconds that an application may take to start, and to stop."""


class AsgiTransport:
    """Asks an ASGI application as a server would; ``close`` ends its lifespan and its thread.

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
        loop = self._started()
        future = asyncio.run_coroutine_threadsafe(self._ask(request), loop)
        try:
            return future.result(timeout)
        except FutureTimeoutError:
            future.cancel()
            host = urlsplit(request.url).netloc
            raise TransportError(f"{host} did not answer within {timeout:g} seconds", "timeout") from None

    def close(self) -> None:
        """Let the application stop as it wishes to, and end what it still runs."""
        if self._loop is None or self._thread is None:
            return
        loop, thread = self._loop, self._thread
        self._loop = self._thread = None
        with suppress(FutureTimeoutError):
            asyncio.run_coroutine_threadsafe(self._stop(), loop).result(STARTING)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(STARTING)
        loop.close()

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
        exchange = AsgiExchange(request, self._lifespan.state if self._lifespan else {})
        task = asyncio.create_task(exchange.run(self._app))
        # A task that works on after its answer is kept from being collected.
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        try:
            return await exchange.answer
        except asyncio.CancelledError:
            task.cancel()
            raise

    async def _stop(self) -> None:
        for task in list(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        if self._lifespan:
            await self._lifespan.stop()
            self._lifespan = None
