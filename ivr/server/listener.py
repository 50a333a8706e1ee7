"""``Listener`` serves a socket until a signal comes, and then shuts down gracefully: what is in hand is answered."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from uvicorn import Server

from ivr.errors import TargetError
from ivr.server.bounds import ACCEPTED_AT_ONCE, Bounds, within_open_files
from ivr.server.connection import NEVER, BoundedConfig, BoundedConnection

if TYPE_CHECKING:
    from uvicorn._types import ASGIApplication

CHECK_SECONDS = 0.1
"""Seconds between two checks of the connections; a check of a thousand takes half a millisecond."""


def bind(host: str, port: int, option: str) -> socket.socket:
    """Return a socket that listens at ``host`` and ``port``; clients that connect wait until it is served.

    Raises TargetError, in which ``option`` is what to change.
    """
    host = host.strip("[]")
    # By its protocol asyncio knows that it may send at once: else the end of each answer on a kept connection waits up
    # to 40 ms for the client to acknowledge its beginning (Nagle).
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(ACCEPTED_AT_ONCE)
    except OSError as error:
        listener.close()
        raise TargetError(f"cannot listen on {host}:{port}: {error.strerror}; choose another {option}") from None
    return listener


def address_of(listener: socket.socket) -> str:
    """Return ``http://host:port`` of a bound socket."""
    host, port = listener.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


class Listener(Server):
    """Serves an ASGI application within ``bounds``.

    SIGTERM and SIGINT end it, whatever the process that started it did about them: no connection is taken any more,
    every request in hand is answered, idle connections are closed. A second signal ends the process at once. ``ending``
    is called in the loop when that begins, for answers that would not end by themselves.
    """

    def __init__(
        self, app: ASGIApplication, bounds: Bounds | None = None, ending: Callable[[], None] = lambda: None
    ) -> None:
        bounds = within_open_files(bounds or Bounds())
        config = BoundedConfig(
            app,
            http=BoundedConnection,
            loop="asyncio",
            ws="none",
            interface="asgi3",
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            backlog=ACCEPTED_AT_ONCE,
            timeout_keep_alive=NEVER,
            timeout_graceful_shutdown=None,
        )
        config.bounds = bounds
        # What is no HTTP is told to its sender; a line in the log for each would be a stranger's to fill.
        logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
        super().__init__(config)
        self._bounds = bounds
        self._ending = ending
        self._checking: asyncio.Task[None] | None = None

    def run_on(self, listener: socket.socket) -> None:
        """Serve ``listener`` until a signal comes or ``should_exit`` is set, and return when all is answered."""
        asyncio.run(self.serve([listener]))

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to serve, and to check the connections every CHECK_SECONDS."""
        await super().startup(sockets)
        self._checking = asyncio.create_task(self._check_connections())

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End gracefully, after ``bounds.stop`` seconds at most."""
        self._ending()
        with suppress(TimeoutError):
            await asyncio.wait_for(super().shutdown(sockets), self._bounds.stop)
        if self._checking:
            self._checking.cancel()

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        """Take the signals in the main thread; uvicorn would raise them again at the end, and so not exit with 0."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        loop = asyncio.get_running_loop()
        taken = (signal.SIGTERM, signal.SIGINT)
        for each in taken:
            loop.add_signal_handler(each, self._stop, each)
        try:
            yield
        finally:
            for each in taken:
                loop.remove_signal_handler(each)
                # From here on nothing is in hand any more, and what still ends may be cut short.
                signal.signal(each, signal.SIG_DFL)

    def _stop(self, signum: signal.Signals) -> None:
        if self.should_exit:
            signal.signal(signum, signal.SIG_DFL)
            signal.raise_signal(signum)
        self.should_exit = True

    async def _check_connections(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            now = loop.time()
            for each in list(self.server_state.connections):
                if isinstance(each, BoundedConnection):
                    each.close_overdue(now)
            await asyncio.sleep(CHECK_SECONDS)
